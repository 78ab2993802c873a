"""Who comes without a place gets one at the venue: an address proven, a code read, a seat there."""

from typing import Any

import pytest
from flask import Flask

from eventmatch.domain.actor import NOBODY, Actor
from eventmatch.domain.errors import Conflict, Invalid, SignInNeeded
from eventmatch.domain.states import AttendeeStatus, Purpose
from eventmatch.domain.verdicts import Verdict
from eventmatch.models.attendee import Attendee, attendee_of_person
from eventmatch.models.base import db, write_transaction
from eventmatch.models.person import Person, WebSession
from eventmatch.models.ticket import valid_ticket
from eventmatch.models.work import Audit, Outbox
from eventmatch.services import account, here, profiles, registration, self_registration, sessions
from eventmatch.services.walk_ins import Newcomer
from tests.cast import HOUR, NINE, MeetupRef, add_attendee, add_meetup, add_person
from tests.letters import enclosed
from tests.services.test_here import seen_at
from tests.services.test_registration import ADA
from tests.services.test_welcome import allow

ZOE = Newcomer("Zoe  Marsh", "Kestrel")


def proven(address: str = "zoe@example.org") -> Actor:
    """Sign in with six digits, as somebody does who is new here."""
    account.ask_for_link(address, browser_token="b", next_path="/", now=NINE)
    letter = db.session.query(Outbox).order_by(Outbox.id.desc()).first()
    assert letter is not None
    signed_in = account.use_pin(enclosed(letter)["code"], browser_token="b", browser="test", now=NINE)
    return sessions.recognise(signed_in.token, None, NINE)


def register(meetup: MeetupRef, by: Actor, newcomer: Newcomer = ZOE, **said: Any) -> Attendee | None:
    """Register at the venue and return the place."""
    values: dict[str, Any] = {"matching": False, "now": NINE} | said
    self_registration.register(by, meetup.slug, seen_at(meetup), newcomer, **values)
    return attendee_of_person(meetup.id, by.person_id or 0)


def test_a_walk_in_gets_a_place_a_ticket_and_gets_in(either_app: Flask) -> None:
    meetup = add_meetup()
    allow(meetup, walk_ins=True)
    zoe = proven()

    place = register(meetup, zoe)

    assert place is not None
    assert (place.status, place.walk_in, place.name, place.email) == (
        AttendeeStatus.CONFIRMED,
        True,
        "Zoe Marsh",
        "zoe@example.org",
    )
    assert here.check_in(zoe, "meetup", seen_at(meetup), now=NINE).verdict is Verdict.ADMITTED
    letters = [row.letter for row in db.session.query(Outbox).order_by(Outbox.id)]
    assert letters == ["sign_in", "ticket"]


def test_matching_is_agreed_by_a_tick_and_by_nothing_else(meetup: MeetupRef) -> None:
    allow(meetup, walk_ins=True)
    silent, agreeing = register(meetup, proven()), register(meetup, proven("lena@example.org"), matching=True)

    assert silent is not None
    assert agreeing is not None
    assert profiles.consents(silent.id) == frozenset()
    assert profiles.consents(agreeing.id) == {Purpose.MATCHING}


def test_whose_address_only_was_known_is_called_as_they_say(meetup: MeetupRef) -> None:
    allow(meetup, walk_ins=True)
    zoe, ada = proven(), add_person("Ada")
    add_attendee_of(ada, add_meetup("earlier"))
    for who in (zoe, ada):
        register(meetup, who)

    assert db.session.get_one(Person, zoe.person_id).name == "Zoe Marsh"
    assert db.session.get_one(Person, ada.person_id).name == "Ada"


def add_attendee_of(person: Actor, meetup: MeetupRef) -> None:
    """Give a person a place at an event."""
    with write_transaction() as session:
        place = Attendee(event_id=meetup.id, person_id=person.person_id, name=person.name, registered_at=NINE)
        place.status = AttendeeStatus.CONFIRMED
        session.add(place)


def test_the_session_lasts_as_long_as_the_new_place_asks_for(meetup: MeetupRef) -> None:
    allow(meetup, walk_ins=True)
    zoe = proven()
    before = db.session.query(WebSession.expires_at).scalar()
    register(meetup, zoe)

    assert before == NINE + 12 * HOUR
    assert db.session.query(WebSession.expires_at).scalar() == NINE + 8 * HOUR + 48 * HOUR


def test_nobody_registers_where_the_organiser_did_not_say_so(meetup: MeetupRef) -> None:
    with pytest.raises(Conflict):
        register(meetup, proven())

    assert db.session.query(Attendee).count() == 0


def test_nobody_registers_without_a_code_or_signed_out(meetup: MeetupRef) -> None:
    allow(meetup, walk_ins=True)
    zoe = proven()

    with pytest.raises(Conflict):
        self_registration.register(zoe, "meetup", None, ZOE, matching=False, now=NINE)
    with pytest.raises(Conflict):
        self_registration.register(zoe, "meetup", seen_at(meetup), ZOE, matching=False, now=NINE + HOUR)
    with pytest.raises(SignInNeeded):
        register(meetup, NOBODY)


@pytest.mark.parametrize(("name", "field"), [(" \u200b", "name"), ("x" * 201, "name")])
def test_a_name_is_needed(name: str, field: str, meetup: MeetupRef) -> None:
    allow(meetup, walk_ins=True)

    with pytest.raises(Invalid) as refusal:
        register(meetup, proven(), Newcomer(name))
    assert refusal.value.field == field


def test_seats_hold_and_whoever_is_late_waits(either_app: Flask) -> None:
    meetup = add_meetup(capacity=2)
    allow(meetup, walk_ins=True)
    add_attendee(meetup, "Ada")
    first, second = register(meetup, proven()), register(meetup, proven("lena@example.org"))

    assert first is not None
    assert second is not None
    assert [first.status, second.status] == [AttendeeStatus.CONFIRMED, AttendeeStatus.WAITLISTED]
    assert valid_ticket(second.id) is None


def test_whoever_waits_longer_gets_the_free_seat(meetup: MeetupRef) -> None:
    with write_transaction():
        db.session.execute(db.text("UPDATE event SET capacity = 1"))
    waldo = add_attendee(meetup, "Waldo", status=AttendeeStatus.WAITLISTED, waiting_since=NINE - HOUR)
    allow(meetup, walk_ins=True)

    zoe = register(meetup, proven())

    assert zoe is not None
    assert zoe.status is AttendeeStatus.WAITLISTED
    assert db.session.get_one(Attendee, waldo.id).status is AttendeeStatus.CONFIRMED


def test_a_registration_that_waits_for_its_mail_is_proven_by_the_digits(meetup: MeetupRef) -> None:
    registration.register("meetup", "ada@example.org", ADA, now=NINE - HOUR)
    ada = proven("ada@example.org")

    place = register(meetup, ada, Newcomer("Ada Okafor", "St. Ansgar"))

    assert place is not None
    assert (place.status, place.walk_in, place.organisation) == (AttendeeStatus.CONFIRMED, False, "St. Ansgar")
    assert profiles.read_profile(place).interests == ("scrum",)
    assert profiles.consents(place.id) == frozenset()  # ticked by whoever typed the address; agreed to by nobody yet


def test_who_has_a_place_keeps_it_as_it_is(meetup: MeetupRef) -> None:
    allow(meetup, walk_ins=True)
    ada = add_attendee(meetup, "Ada", organisation="St. Ansgar")
    ticket = valid_ticket(ada.id)

    place = register(meetup, ada.actor)

    assert place is not None
    assert ticket is not None
    assert (place.name, place.organisation, ticket.revoked_at) == ("Ada", "St. Ansgar", None)


def test_who_cancelled_may_come_after_all(meetup: MeetupRef) -> None:
    allow(meetup, walk_ins=True)
    konrad = add_attendee(meetup, "Konrad", status=AttendeeStatus.CANCELLED)

    place = register(meetup, konrad.actor)

    assert place is not None
    assert (place.id, place.status) == (konrad.id, AttendeeStatus.CONFIRMED)


def test_a_bar_outlives_a_second_try(meetup: MeetupRef) -> None:
    allow(meetup, walk_ins=True)
    harald = add_attendee(meetup, "Harald", status=AttendeeStatus.CANCELLED, barred_at=NINE)

    place = register(meetup, harald.actor)

    assert place is not None
    assert (place.status, place.barred_at) == (AttendeeStatus.CANCELLED, NINE)


def test_an_imported_place_under_another_address_of_theirs_is_theirs(meetup: MeetupRef) -> None:
    zoe = proven()
    with write_transaction() as session:
        place = Attendee(event_id=meetup.id, email="zoe@example.org", name="Zoe", registered_at=NINE, imported=True)
        place.status = AttendeeStatus.CONFIRMED
        session.add(place)
    allow(meetup, walk_ins=True)

    mine = register(meetup, zoe)

    assert mine is not None
    assert (mine.imported, db.session.query(Attendee).count()) == (True, 1)


def test_each_registration_is_written_down(meetup: MeetupRef) -> None:
    allow(meetup, walk_ins=True)
    zoe = proven()
    place = register(meetup, zoe)

    entry = db.session.query(Audit).filter_by(action="walk-in registered").one()
    assert place is not None
    assert (entry.person_id, entry.detail) == (zoe.person_id, {"attendee": place.id})
