"""Mails as finished messages: a plain text, the same text as HTML, a ticket's QR and a calendar file."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes, policy
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from babel.support import Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from eventmatch.domain.errors import Invalid
from eventmatch.formats import mail_address, qr
from eventmatch.formats.cells import without_control_characters

TOP = Path(__file__).parents[2]
LONGEST_VALUE = 200
UNREACHABLE = "Mail cannot be sent to this address."

_PICTURE = "ticket@eventmatch"
_DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_LINK_JOINTS = re.compile(r"(:(?=//)|(?<=\w)[.\u3002\uff0e\uff61](?=\w\w)|(?<=\S)@(?=\S))")


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail before it is written: only plain texts, so that it can wait as JSON.

    `values` are what people typed: they become text, never a link. `links` are our own addresses.
    `qr` is what the ticket's code says, `calendar` the text of a calendar file; both may be empty.
    """

    template: str
    to: str
    values: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    qr: str = ""
    calendar: str = ""
    language: str = "en"


class Line(NamedTuple):
    """One line of the HTML part; with a url it is a link."""

    words: str
    url: str = ""


def compose(letter: Letter, *, sender: str, message_id: str, now: datetime) -> EmailMessage:
    """Write the message; the caller's Message-ID, in angle brackets, stays the same for every try."""
    subject, body = _rendered(letter)
    message = EmailMessage(policy.SMTP)
    message["Subject"] = subject
    message["From"] = sender
    message["To"] = _recipient(letter.to)
    message["Date"] = now
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body, cte="quoted-printable")
    message.add_alternative(_html(letter, subject, body), subtype="html", cte="quoted-printable")
    _attach(message, letter)
    return message


def as_text(message: EmailMessage) -> str:
    """Return a message as a text of plain ASCII, for keeping."""
    return message.as_bytes().decode("ascii")


def from_text(text: str) -> EmailMessage:
    """Return the message a kept text holds."""
    message = message_from_bytes(text.encode("ascii"), _class=EmailMessage, policy=policy.SMTP)
    message.replace_header("Message-ID", message["Message-ID"].strip())  # the parser keeps the space of a folded line
    return message


@lru_cache
def environment(language: str = "en") -> Environment:
    """Return the templates in a language; where there is no catalogue, they speak English."""
    templates = Environment(
        loader=FileSystemLoader(TOP / "templates" / "mail"),
        autoescape=select_autoescape(["html"]),
        extensions=["jinja2.ext.i18n"],
        undefined=StrictUndefined,
    )
    templates.policies["ext.i18n.trimmed"] = True
    catalogue = Translations.load(TOP / "translations", [language])
    templates.install_gettext_translations(catalogue, newstyle=True)  # type: ignore[attr-defined]  # the extension's
    return templates


def plain(value: str) -> str:
    """Return what somebody typed as one short line that no mail program takes for a link."""
    line = " ".join(without_control_characters(_DIRECTIONS.sub("", " ".join(value.split()))).split())
    short = line if len(line) <= LONGEST_VALUE else line[: LONGEST_VALUE - 1] + "…"
    return _LINK_JOINTS.sub("\\1\N{ZERO WIDTH SPACE}", short)


def _rendered(letter: Letter) -> tuple[str, str]:
    """Fill the template; its first line is the subject."""
    template = environment(letter.language).get_template(f"{letter.template}.txt")
    values = {name: plain(value) for name, value in letter.values.items()}
    head, _, body = template.render(values, **letter.links).strip().partition("\n")
    return head.removeprefix("Subject: "), body.strip() + "\n"


def _recipient(address: str) -> Address:
    """Return the one address a letter goes to, a foreign domain in its ASCII form."""
    found = mail_address.read(address)
    if found is None or found.sent_to is None:
        raise Invalid(UNREACHABLE, field="email")
    try:
        return Address(addr_spec=found.sent_to)
    except (ValueError, MessageError) as error:
        raise Invalid(UNREACHABLE, field="email") from error


def _html(letter: Letter, subject: str, body: str) -> str:
    """Put the paragraphs of the plain text into the frame."""
    paragraphs = [[_line(line, letter.links) for line in part.splitlines()] for part in body.strip().split("\n\n")]
    frame = environment(letter.language).get_template("letter.html")
    picture = _PICTURE if letter.qr else ""
    return frame.render(language=letter.language, subject=subject, paragraphs=paragraphs, picture=picture)


def _line(line: str, links: Mapping[str, str]) -> Line:
    """Make a link of a line that ends with one of ours, and of no other."""
    words, _, url = line.rpartition(": ")
    return Line(words, url) if words and url in links.values() else Line(line)


def _attach(message: EmailMessage, letter: Letter) -> None:
    """Show the ticket inside the HTML, and attach it and the calendar file for everything else."""
    if letter.qr:
        picture, html = qr.png(letter.qr), message.get_body(("html",))
        if html is not None:
            html.add_related(picture, "image", "png", cid=f"<{_PICTURE}>", disposition="inline")
        message.add_attachment(picture, "image", "png", filename="ticket.png")
    if letter.calendar:
        message.add_attachment(letter.calendar.encode(), "text", "calendar", filename="event.ics", params=_CALENDAR)


_CALENDAR = {"charset": "utf-8", "method": "PUBLISH"}
