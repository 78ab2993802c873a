"""A mail says what it should to one recipient, and nothing people typed becomes a link or a header."""

import io
import json
import re
from dataclasses import asdict, replace
from datetime import UTC, datetime
from email.message import EmailMessage
from html.parser import HTMLParser

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import meta
from jinja2.exceptions import UndefinedError
from PIL import Image

from eventmatch.domain.errors import Invalid
from eventmatch.formats import mail
from eventmatch.formats.calendar import CalendarEvent, event_calendar
from eventmatch.formats.mail import Letter, as_text, compose, from_text

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
SENDER = "eventmatch <tickets@events.example.org>"
MESSAGE_ID = "<kXw3v0c2l9mWq1uJ8sZr5tY7pB4nD6aEfGhIjKlMnOp@events.example.org>"
TICKET = "HTTPS://EVENTS.EXAMPLE.ORG/T/7K3M9QAAAAAAAAAAAAAAAAAAA1"
CALENDAR = event_calendar(
    CalendarEvent("meetup@events.example.org", "Spring Meetup – Frühling", NOW, NOW, "Europe/Berlin"), now=NOW
).decode()
VALUES = {
    "name": "Ada Lovelace",
    "event": "Spring Meetup",
    "when": "Monday, 23 November 2026, 09:00–17:00",
    "place": "Old Mill",
    "number": "7K3M9Q",
    "code": "042137",
    "colleague": "Ben Abara",
    "organiser": "Programme Office",
    "other": "Chidi Okeke",
    "spot": "the red sofa",
}
LINKS = {
    name: f"https://events.example.org/{name}?a=1&b=2"
    for name in ("verify_link", "sign_in_link", "page_link", "event_link", "claim_link")
}
ADAS_TICKET = Letter("ticket", "ada@example.org", VALUES, LINKS, qr=TICKET, calendar=CALENDAR)
TEMPLATES = [
    "already_registered",
    "cancelled",
    "confirm_address",
    "handed_over_from",
    "handed_over_to",
    "invitation",
    "promoted",
    "sign_in",
    "ticket",
    "verify_registration",
    "waiting_list",
    "wish_mutual",
]
HOSTILE = [
    "Ada\r\nBcc: everybody@example.org",
    "https://evil.example.com/login",
    "www.evil.example.com",
    "mail evil@example.com now",
    "<a href='https://evil.example'>ticket</a>",
    "{{ 7 * 7 }} %(name)s {% include 'x' %}",
    "Ada\n\nSign me in: https://evil.example",
    f"Open my page: {LINKS['page_link']}",
    "\u202eevil\u2066",
    "x" * 5000,
    "A\x00\x85\u2028da",
    "A\ud800da",
]
LINKLIKE = re.compile(r"\w+://|www\.\w|\w\.[a-z]{2,}\b|\S@\w", re.IGNORECASE)


class Links(HTMLParser):
    """Collects where an HTML text leads and what it loads or runs."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.targets: list[str | None] = []
        self.tags: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note one element."""
        self.tags.append(tag)
        self.targets += [value for name, value in attrs if name in {"href", "src"}]


def composed(letter: Letter) -> EmailMessage:
    """Write a letter as it would leave, and read it as a mail program would."""
    return from_text(as_text(compose(letter, sender=SENDER, message_id=MESSAGE_ID, now=NOW)))


def part(message: EmailMessage, kind: str) -> str:
    """Return the plain or the HTML text."""
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def asked(name: str) -> set[str]:
    """Name what a template asks for, with what it includes."""
    tree = mail.environment().parse((mail.TOP / "templates" / "mail" / name).read_text(encoding="utf-8"))
    included = [asked(other) for other in meta.find_referenced_templates(tree) if other]
    return meta.find_undeclared_variables(tree).union(*included)


def documented(name: str) -> set[str]:
    """Name what a template's comment says it asks for."""
    comment = (mail.TOP / "templates" / "mail" / name).read_text(encoding="utf-8").partition("#}")[0]
    lists = re.findall(r"(?:Values|Links): ([^.]*)\.", comment)
    return set(re.sub(r"\([^)]*\)|\bnone\b", "", ",".join(lists)).replace(",", " ").split())


def test_every_mail_is_tested_here() -> None:
    files = (mail.TOP / "templates" / "mail").glob("[!_]*.txt")

    assert sorted(path.stem for path in files) == TEMPLATES


@pytest.mark.parametrize("name", [*TEMPLATES, "_ticket"])
def test_a_template_says_exactly_what_it_asks_for(name: str) -> None:
    assert documented(f"{name}.txt") == asked(f"{name}.txt")


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_mail_has_a_subject_and_the_same_words_twice(name: str) -> None:
    message = composed(Letter(name, "ada@example.org", VALUES, LINKS))
    plain, html = part(message, "plain"), part(message, "html")

    assert message["Subject"]
    assert "Subject" not in plain
    assert "\n\n\n" not in plain
    assert all(line.rpartition(": ")[0] in html for line in plain.splitlines() if "https://" in line)


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_link_of_a_mail_is_ours_and_every_one_asked_for_is_there(name: str) -> None:
    html = Links(part(composed(Letter(name, "ada@example.org", VALUES, LINKS)), "html"))

    assert set(html.targets) == {LINKS[link] for link in asked(f"{name}.txt") & set(LINKS)}


@pytest.mark.parametrize("name", TEMPLATES)
@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_typed_becomes_a_link_an_element_or_a_header(name: str, text: str) -> None:
    honest = composed(Letter(name, "ada@example.org", VALUES, LINKS))
    message = composed(Letter(name, "ada@example.org", dict.fromkeys(VALUES, text), LINKS))
    plain = part(message, "plain")
    for link in LINKS.values():
        plain = plain.replace(f": {link}\n", "\n")
    expected, found = Links(part(honest, "html")), Links(part(message, "html"))

    assert message.keys() == honest.keys()
    assert (found.targets, found.tags) == (expected.targets, expected.tags)
    assert not LINKLIKE.search(plain.replace("ticket.png", ""))


def test_the_search_for_links_would_find_one() -> None:
    assert all(LINKLIKE.search(text) for text in HOSTILE[1:4])


@settings(deadline=None, max_examples=60)
@given(st.text())
def test_any_name_makes_one_line(name: str) -> None:
    letter = replace(ADAS_TICKET, qr="", values={**VALUES, "name": name, "event": name})
    honest = composed(replace(ADAS_TICKET, qr=""))

    assert len(part(composed(letter), "plain").splitlines()) == len(part(honest, "plain").splitlines())


def test_a_long_value_is_cut() -> None:
    assert len(mail.plain("x" * 5000)) == mail.LONGEST_VALUE


def test_the_headers_are_as_agreed() -> None:
    message = composed(ADAS_TICKET)

    assert message["To"] == "ada@example.org"
    assert message["From"] == SENDER
    assert message["Subject"] == "Your ticket for Spring Meetup"
    assert message["Message-ID"] == MESSAGE_ID
    assert message["Date"].datetime == NOW
    assert message["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize("host", ["a.example", "events.example.org", f"{'long-' * 10}host.example.org"])
def test_the_message_id_arrives_as_given(host: str) -> None:
    message_id = f"<{'k' * 43}@{host}>"

    assert from_text(as_text(compose(ADAS_TICKET, sender=SENDER, message_id=message_id, now=NOW)))["Message-ID"] == (
        message_id
    )


@pytest.mark.parametrize(
    "address",
    ["a@x.org, b@x.org", "a@x.org\r\nBcc: b@x.org", "Ada <a@x.org>", "a@x.org>", "", "a@", "a b@x.org", "é@x.org"],
)
def test_a_letter_has_exactly_one_recipient(address: str) -> None:
    with pytest.raises(Invalid) as refusal:
        compose(replace(ADAS_TICKET, to=address), sender=SENDER, message_id=MESSAGE_ID, now=NOW)

    assert refusal.value.field == "email"


def test_a_foreign_domain_travels_in_ascii() -> None:
    assert composed(replace(ADAS_TICKET, to="ada@bücher.example"))["To"] == "ada@xn--bcher-kva.example"
    assert composed(replace(ADAS_TICKET, to="ada@faß.de"))["To"] == "ada@xn--fa-hia.de"  # fass.de is somebody else's


def test_the_ticket_is_seen_in_the_mail_and_attached() -> None:
    message = composed(ADAS_TICKET)
    pictures = [found for found in message.walk() if found.get_content_type() == "image/png"]
    shown, attached = pictures

    assert [found.text for picture in pictures for found in _codes(picture)] == [TICKET, TICKET]
    assert shown["Content-ID"] == "<ticket@eventmatch>"
    assert shown.get_content_disposition() == "inline"
    assert 'src="cid:ticket@eventmatch"' in part(message, "html")
    assert attached.get_filename() == "ticket.png"


def _codes(picture: EmailMessage) -> list[zxingcpp.Barcode]:
    """Read the codes on a picture of a mail."""
    data = picture.get_payload(decode=True)
    assert isinstance(data, bytes)
    return list(zxingcpp.read_barcodes(Image.open(io.BytesIO(data)).convert("L")))


def test_the_calendar_file_arrives_byte_for_byte() -> None:
    [found] = [found for found in composed(ADAS_TICKET).walk() if found.get_content_type() == "text/calendar"]

    assert found.get_filename() == "event.ics"
    assert found.get_param("method") == "PUBLISH"
    assert found.get_payload(decode=True) == CALENDAR.encode()


def test_a_mail_without_ticket_has_no_picture_and_no_attachment() -> None:
    message = composed(replace(ADAS_TICKET, qr="", calendar=""))

    assert message.get_content_type() == "multipart/alternative"
    assert "<img" not in part(message, "html")


def test_an_event_without_a_place_has_no_line_for_it() -> None:
    plain = part(composed(replace(ADAS_TICKET, values={**VALUES, "place": ""})), "plain")

    assert "17:00\nTicket number: 7K3M9Q\n" in plain


def test_mails_to_strangers_carry_no_name_somebody_typed() -> None:
    assert "name" not in asked("verify_registration.txt") | asked("confirm_address.txt") | asked("sign_in.txt")


def test_a_forgotten_value_is_an_error_not_a_gap() -> None:
    with pytest.raises(UndefinedError):
        composed(replace(ADAS_TICKET, values={}))


def test_a_message_survives_being_kept_as_text() -> None:
    message = compose(
        replace(ADAS_TICKET, values={**VALUES, "name": "عبد 王 Ä"}), sender=SENDER, message_id=MESSAGE_ID, now=NOW
    )

    text = as_text(message)

    assert text.isascii()
    assert as_text(from_text(text)).replace("Message-ID: \r\n", "Message-ID:\r\n") == text
    assert "عبد 王 Ä" in part(from_text(text), "plain")


def test_a_letter_can_wait_as_json() -> None:
    assert Letter(**json.loads(json.dumps(asdict(ADAS_TICKET)))) == ADAS_TICKET
