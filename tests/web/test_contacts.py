"""My people, on pages and in files."""

from collections.abc import Callable

import pytest
import vobject
from flask.testing import FlaskClient

from eventmatch.domain.actor import Actor
from eventmatch.domain.states import Purpose
from eventmatch.formats.spreadsheet import read_table
from eventmatch.models.base import db
from eventmatch.models.contact import Contact
from eventmatch.services import connecting, contacts, matching, sharing
from eventmatch.services.connecting import connect
from eventmatch.services.contacts import Typed
from tests.cast import NINE, AttendeeRef, MeetupRef, add_attendee
from tests.services.test_badges import block
from tests.services.test_matching import here_and_now
from tests.services.test_sharing import agree, meet
from tests.web.answers import without_tokens

SignIn = Callable[[Actor], FlaskClient]
PHONE, LINK = "+49 40 66969 207", "https://canary.example.org/ben"


@pytest.fixture
def ben(meetup: MeetupRef) -> AttendeeRef:
    """Return Ben, who shares his address and number, and not the link he gave."""
    agreed = [Purpose.MATCHING, Purpose.SHARE_EMAIL, Purpose.SHARE_PHONE]
    return add_attendee(meetup, "Ben Hartwig", consents=agreed, offers=["vendor contracts"], phone=PHONE, link=LINK)


@pytest.fixture
def book(sign_in: SignIn, ada: AttendeeRef, ben: AttendeeRef) -> FlaskClient:
    """Return Ada's browser, with Ben in her book."""
    meet(ada, ben)
    return sign_in(ada.actor)


def entry_id(of: AttendeeRef) -> int:
    return contacts.book(of.actor).entries[0].id


def answers(book: FlaskClient, ada: AttendeeRef) -> dict[str, str]:
    """Return every page and file that shows Ada's people, as text."""
    contact = db.session.query(Contact).filter_by(owner_id=ada.person_id).first()
    assert contact is not None
    paths = (
        "/contacts",
        "/contacts?q=ben",
        "/contacts/scans",
        f"/contacts/{contact.id}",
        f"/contacts/{contact.id}.vcf",
    )
    found = {path: book.get(path).text.replace("\r\n ", "") for path in (*paths, "/contacts.vcf", "/contacts.csv")}
    return found | {"/contacts.xlsx": str(read_table(book.get("/contacts.xlsx").data))}


def test_the_book_shows_people_and_what_they_can_help_with(book: FlaskClient) -> None:
    page = book.get("/contacts").text

    assert "Ben Hartwig" in page
    assert "vendor contracts" in page


def test_a_search_keeps_what_was_typed(book: FlaskClient) -> None:
    assert "Ben Hartwig" in book.get("/contacts?q=VENDOR").text
    nobody = book.get('/contacts?q="quotes"')
    assert "Nobody found" in nobody.text
    assert 'value="&#34;quotes&#34;"' in nobody.text


def test_a_contact_shows_what_is_shared_and_where_the_two_met(book: FlaskClient, ada: AttendeeRef) -> None:
    page = book.get(f"/contacts/{entry_id(ada)}").text

    for shown in ("ben@example.org", PHONE, "Project people", "4 Mar 2027"):
        assert shown in page
    assert LINK not in page


def test_a_contact_says_why_the_two_were_matched(
    book: FlaskClient, meetup: MeetupRef, ada: AttendeeRef, oona: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matching, "in_child", here_and_now)
    matching.start(oona, meetup.slug, now=NINE)
    page = book.get(f"/contacts/{entry_id(ada)}").text

    assert "Why you two were matched" in page
    assert "Can help you with vendor contracts" in page


def test_withdrawn_details_are_gone_from_every_page_and_file(
    book: FlaskClient, ada: AttendeeRef, ben: AttendeeRef
) -> None:
    before = answers(book, ada)
    agree(ben, Purpose.MATCHING)
    after = answers(book, ada)

    assert sum("ben@example.org" in text for text in before.values()) == 5
    for path, text in after.items():
        for canary in ("ben@example.org", PHONE, PHONE.replace(" ", ""), LINK):
            assert canary not in text, path


def test_the_withdrawal_test_fails_when_nobody_asks_for_consents(
    book: FlaskClient, ada: AttendeeRef, ben: AttendeeRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: without the check the withdrawn details are still there."""
    agree(ben, Purpose.MATCHING)
    monkeypatch.setattr(sharing, "consents_of", lambda ids: dict.fromkeys(ids, frozenset(Purpose)))

    assert all(LINK in answers(book, ada)[path] for path in ("/contacts.vcf", "/contacts.csv", "/contacts.xlsx"))


def test_a_blocked_person_is_on_no_page_in_no_file_and_in_no_count(
    book: FlaskClient, ada: AttendeeRef, ben: AttendeeRef
) -> None:
    contact_id = entry_id(ada)
    block(ben, ada)

    for path, text in answers(book, ada).items():
        assert "Ben Hartwig" not in text, path
    assert book.get(f"/contacts/{contact_id}").status_code == 404
    assert "Nobody yet" in book.get("/contacts").text


def test_files_are_downloads_of_their_kind(book: FlaskClient, ada: AttendeeRef) -> None:
    kinds = {path: book.get(path) for path in ("/contacts.vcf", "/contacts.csv", "/contacts.xlsx")}

    assert [answer.mimetype for answer in kinds.values()] == [
        "text/vcard",
        "text/csv",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ]
    assert all("attachment; filename=contacts." in answer.headers["Content-Disposition"] for answer in kinds.values())
    card = vobject.readOne(kinds["/contacts.vcf"].text)
    assert (card.email.value, card.tel.value, "url" in card.contents) == ("ben@example.org", PHONE, False)
    assert book.get("/contacts.pdf").status_code == 404


def test_a_note_is_kept_and_a_long_one_refused_without_losing_it(book: FlaskClient, ada: AttendeeRef) -> None:
    path = f"/contacts/{entry_id(ada)}/note"
    book.post(path, data={"note": "Knows vendors"})
    refused = book.post(path, data={"note": "y" * 4001})

    assert refused.status_code == 422
    assert "y" * 4001 in refused.text
    assert contacts.book(ada.actor).entries[0].note == "Knows vendors"


def test_somebody_is_written_down_changed_and_deleted(book: FlaskClient, ada: AttendeeRef) -> None:
    refused = book.post("/contacts/new", data={"name": "Hanne", "email": "hanne(at)example.net"})
    added = book.post("/contacts/new", data={"name": "Hanne", "email": "hanne@example.net"})
    book.post(f"{added.location}/edit", data={"name": "Hanne Volk", "phone": "+49 30 1234567"})
    changed = book.get(added.location).text
    book.post(f"{added.location}/delete")

    assert refused.status_code == 422
    assert 'value="hanne(at)example.net"' in refused.text
    assert 'value="Hanne Volk"' not in changed
    assert "Hanne Volk" in changed
    assert "+49 30 1234567" in changed
    assert book.get(added.location).status_code == 404


def test_a_dangerous_link_is_no_link(sign_in: SignIn, meetup: MeetupRef, ada: AttendeeRef) -> None:
    eve = add_attendee(
        meetup,
        "Eve",
        consents=[Purpose.SHARE_LINK, Purpose.SHARE_EMAIL],
        link="javascript:alert(1)",
        email="a?cc=b@x.org",
    )
    meet(ada, eve)
    page = sign_in(ada.actor).get(f"/contacts/{entry_id(ada)}").text

    assert 'href="javascript:' not in page
    assert "mailto:a?cc" not in page


def test_scans_of_the_own_badge_are_accepted_or_declined(
    sign_in: SignIn, meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef
) -> None:
    chidi = add_attendee(meetup, "Chidi Obiakor")
    for who in (ben, chidi):
        connect(who.actor, ada.badge, now=NINE)
    browser = sign_in(ada.actor)
    counted = browser.get("/contacts").text
    page = browser.get("/contacts/scans").text
    scan_ids = [line.id for line in connecting.scans(ada.actor)]
    browser.post(f"/contacts/scans/{scan_ids[0]}/accept")
    browser.post(f"/contacts/scans/{scan_ids[1]}/decline")

    assert "2 people scanned your badge" in counted
    assert "Ben Hartwig" in page
    assert "ben@example.org" not in page
    assert [entry.card.name for entry in contacts.book(ada.actor).entries] == ["Chidi Obiakor"]
    assert "Declined" in browser.get("/contacts/scans").text


def test_who_waits_sees_a_name_and_no_detail(sign_in: SignIn, ada: AttendeeRef, ben: AttendeeRef) -> None:
    connect(ada.actor, ben.badge, now=NINE)
    page = sign_in(ada.actor).get("/contacts").text

    assert "Ben Hartwig" in page
    assert "ben@example.org" not in page
    assert PHONE not in page


@pytest.mark.parametrize("path", ["/contacts", "/contacts/scans", "/contacts.vcf", "/contacts/1", "/contacts/new"])
def test_the_book_asks_to_sign_in(path: str, client: FlaskClient, ada: AttendeeRef) -> None:
    assert client.get(path).location.startswith("/sign-in?next=")


def test_another_persons_entry_is_missing(
    book: FlaskClient, sign_in: SignIn, ada: AttendeeRef, ben: AttendeeRef
) -> None:
    contact_id = contacts.add(ada.actor, Typed("Hanne Volk"), now=NINE)
    browser = sign_in(ben.actor)
    missing = browser.get("/contacts/999999")

    for path in (f"/contacts/{contact_id}", f"/contacts/{contact_id}.vcf", f"/contacts/{contact_id}/edit"):
        assert (browser.get(path).status_code, without_tokens(browser.get(path))) == (404, without_tokens(missing))
