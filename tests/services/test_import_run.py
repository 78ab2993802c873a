"""Importing writes places, tickets and what was declared; a second time changes nothing."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from eventmatch.domain.errors import Invalid, NotFound
from eventmatch.domain.states import AttendeeStatus, Purpose, TagRole
from eventmatch.models.attendee import Attendee, attendee_of_email, tags_of
from eventmatch.models.base import db, write_transaction
from eventmatch.models.consent import Consent, consented
from eventmatch.models.event import Event
from eventmatch.models.ticket import TicketAlias, valid_ticket
from eventmatch.models.work import Audit, Outbox
from eventmatch.services import account, import_run, letters, links
from eventmatch.services.import_run import Order, Result, import_from_command, read_declaration
from eventmatch.services.links import look_at_link
from tests.cast import NINE, SITE, AttendeeRef, MeetupRef, add_meetup
from tests.letters import enclosed

LIST = "Name,E-mail,Interests,Barcode\nChidi,chidi@example.net,scrum; rail,B-1\nDana,dana@example.org,,\n"
DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "registrations.csv"
needs_data = pytest.mark.skipif(
    not DATA.exists(), reason="the list of registrations to judge by is not beside this repository"
)


def run(content: str | bytes, declared: Mapping[Purpose, str] | None = None, **order: bool) -> Result:
    """Import a list into the meetup."""
    data = content if isinstance(content, bytes) else content.encode()
    return import_from_command("meetup", data, "list.csv", Order(declared or {}, **order), now=NINE, report=ignore)


def ignore(_done: int, _total: int) -> None:
    """Report to nobody."""


def people() -> int:
    """Count the attendees."""
    return db.session.scalar(select(func.count()).select_from(Attendee)) or 0


def test_everybody_gets_a_place_a_ticket_and_their_foreign_code(meetup: MeetupRef) -> None:
    result = run(LIST)

    chidi = attendee_of_email(meetup.id, "chidi@example.net")
    assert (result.imported, result.repeated, result.refused) == (2, 0, ())
    assert chidi is not None
    assert (chidi.status, chidi.imported, chidi.person_id) == (AttendeeStatus.CONFIRMED, True, None)
    assert tags_of([chidi.id])[chidi.id][TagRole.INTEREST] == ("scrum", "rail")
    ticket = valid_ticket(chidi.id)
    assert ticket is not None
    assert [(a.code, a.ticket_id) for a in db.session.scalars(select(TicketAlias))] == [("B-1", ticket.id)]


def test_a_second_time_changes_nothing(meetup: MeetupRef) -> None:
    run(LIST)
    before = [tuple(row) for row in db.session.execute(select(Attendee.__table__))]

    again = run(LIST, {Purpose.MATCHING: "a form, 3 May"})

    assert (again.imported, again.repeated) == (0, 2)
    assert [tuple(row) for row in db.session.execute(select(Attendee.__table__))] == before
    assert consented(meetup.id, Purpose.MATCHING) == set()


def test_somebody_who_registered_is_known_and_stays_as_they_are(ada: AttendeeRef) -> None:
    result = run(f"Name,E-mail\nAda O.,{ada.email.upper()}\n")

    assert (result.imported, result.repeated) == (0, 1)
    assert [(warning.record, warning.field) for warning in result.warnings] == [(1, "email")]
    assert db.session.get_one(Attendee, ada.id).name == "Ada Okafor"


def test_somebody_known_by_ticket_code_alone_is_a_repeat(meetup: MeetupRef) -> None:
    run("Name,Barcode\nChidi,B-1\n")

    assert run("Name,Barcode\nChidi,B-1\n").repeated == 1
    assert people() == 1


def test_without_a_declaration_nobody_agrees_to_anything(meetup: MeetupRef) -> None:
    run("Name,E-mail,Consent matching\nChidi,chidi@example.net,yes\n")

    assert db.session.scalar(select(func.count()).select_from(Consent)) == 0


def test_a_declaration_says_where_consent_was_given(meetup: MeetupRef) -> None:
    run(LIST, {Purpose.MATCHING: "registration form, 3 May 2027"})

    given = db.session.scalars(select(Consent)).all()
    assert [(c.purpose, c.declared_by) for c in given] == [(Purpose.MATCHING, "registration form, 3 May 2027")] * 2


@pytest.mark.parametrize("given", [{"share_phone": "a form"}, {"matching": " "}, {"everything": "a form"}])
def test_what_cannot_be_declared_is_refused(given: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        read_declaration(given)


def test_a_dry_run_counts_and_writes_nothing(ada: AttendeeRef) -> None:
    result = run(f"{LIST}Ada,{ada.email},,\n", dry_run=True)

    assert (result.imported, result.repeated, people()) == (2, 1, 1)
    assert db.session.scalar(select(func.count()).select_from(Audit)) == 0


def test_an_invitation_goes_to_each_new_address_once(ada: AttendeeRef) -> None:
    waiting = run(f"{LIST}Ada Okafor,{ada.email},,\n").not_invited

    first, second = run(LIST, invite=True), run(LIST, invite=True)

    letters = db.session.scalars(select(Outbox)).all()
    assert (waiting, first.invited, first.not_invited, second.invited) == (2, 2, 0, 0)
    assert sorted((row.letter, row.recipient) for row in letters) == [
        ("invitation", "chidi@example.net"),
        ("invitation", "dana@example.org"),
    ]


def test_an_invitation_claims_the_place(meetup: MeetupRef) -> None:
    run(LIST, invite=True)
    letter = db.session.scalars(select(Outbox).where(Outbox.recipient == "dana@example.org")).one()
    token = enclosed(letter)["claim_path"].rpartition("/")[2]

    signed_in = account.use_link(token, browser="test", now=NINE)

    dana = attendee_of_email(meetup.id, "dana@example.org")
    assert dana is not None
    assert (dana.person_id, signed_in.next_path) == (signed_in.person_id, "/e/meetup/me")
    with pytest.raises(Invalid):
        look_at_link(token, NINE)


@pytest.mark.parametrize("declared", [{}, {Purpose.MATCHING: "a form, 3 May"}])
def test_the_invitation_says_what_was_declared(meetup: MeetupRef, declared: dict[Purpose, str]) -> None:
    run(LIST, declared, invite=True)

    row = db.session.scalars(select(Outbox)).first()
    assert row is not None
    row.values = enclosed(row)
    text = letters.write(row, site=SITE, now=NINE).as_string()
    assert ("They say that you agreed" in text) is bool(declared)
    assert ("nobody is matched with you" in text) is not bool(declared)


def test_an_address_flooded_with_mails_is_left_for_the_next_time(
    meetup: MeetupRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(links, "MAILS_PER_ADDRESS", 0)

    result = run(LIST, invite=True)

    assert (result.imported, result.invited, result.not_invited) == (2, 0, 2)


def test_more_people_than_seats_come_in_with_a_warning(meetup: MeetupRef) -> None:
    with write_transaction() as session:
        session.execute(update(Event).values(capacity=1))

    dry, real = run(LIST, dry_run=True), run(LIST)

    assert real.imported == 2
    assert [w.field for w in dry.warnings] == [w.field for w in real.warnings] == ["capacity"]


def test_stopped_half_way_the_same_file_goes_on(meetup: MeetupRef, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_run, "CHUNK", 1)

    def stop(done: int, _total: int) -> None:
        if done:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        import_from_command("meetup", LIST.encode(), "list.csv", Order(), now=NINE, report=stop)

    again = run(LIST)
    assert (again.imported, again.repeated) == (1, 1)


def test_an_unknown_event_is_named(meetup: MeetupRef) -> None:
    with pytest.raises(NotFound, match="nowhere"):
        import_from_command("nowhere", LIST.encode(), "list.csv", Order(), now=NINE, report=ignore)


def test_the_log_counts_and_names_nobody(meetup: MeetupRef) -> None:
    run(LIST, {Purpose.MATCHING: "a form, 3 May"})

    entry = db.session.scalars(select(Audit)).one()
    assert entry.detail == {"imported": 2, "repeated": 0, "invited": 0, "declared": ["matching"]}


@needs_data
def test_a_real_list_goes_in_once(meetup: MeetupRef) -> None:
    first, again = (run(DATA.read_bytes(), {Purpose.MATCHING: "a form, 3 May"}) for _ in range(2))

    assert (first.records, first.imported, first.repeated, len(first.refused)) == (686, 679, 2, 5)
    assert (again.imported, again.repeated, len(again.refused)) == (0, 681, 5)
    assert len(consented(meetup.id, Purpose.MATCHING)) == 679


@needs_data
def test_a_real_list_without_declaration_is_matched_with_nobody(meetup: MeetupRef) -> None:
    result = run(DATA.read_bytes())

    assert (result.imported, result.not_invited) == (679, 679)
    assert consented(meetup.id, Purpose.MATCHING) == set()


def test_importing_is_the_same_on_both_databases(either_app: Flask) -> None:
    meetup = add_meetup()

    first, again = (run(LIST, {Purpose.MATCHING: "a form, 3 May"}, invite=True) for _ in range(2))

    assert (first.imported, first.invited, again.imported, again.repeated, again.invited) == (2, 2, 0, 2, 0)
    assert len(consented(meetup.id, Purpose.MATCHING)) == 2
    assert first.not_invited == again.not_invited == 0
