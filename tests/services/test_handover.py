"""A place handed to a colleague: the old code is dead, the seat stays, nobody learns who else is registered."""

import threading
import time

import pytest
from flask import Flask

from eventmatch.domain.actor import Actor
from eventmatch.domain.answers import Answers
from eventmatch.domain.errors import Conflict, Invalid
from eventmatch.domain.profiles import Profile
from eventmatch.domain.states import AttendeeStatus, Purpose, TicketKind
from eventmatch.models.attendee import Attendee, attendee_of_email, seats_taken
from eventmatch.models.base import db, write_transaction
from eventmatch.models.event import Room
from eventmatch.models.person import PersonEmail
from eventmatch.models.scan import Presence
from eventmatch.models.ticket import ticket_by_code, valid_ticket
from eventmatch.models.work import Outbox
from eventmatch.services import handover, place, profiles, registration, seats
from tests.cast import HOUR, NINE, AttendeeRef, MeetupRef, add_attendee, add_meetup
from tests.letters import enclosed

BEFORE = NINE - 72 * HOUR
EVE = "emeka@example.org"


def letters() -> list[tuple[str, str]]:
    return [(row.letter, row.recipient) for row in db.session.query(Outbox).order_by(Outbox.id)]


def hand_over(ref: AttendeeRef, meetup: MeetupRef, email: str = EVE) -> None:
    handover.hand_over(ref.actor, meetup.slug, name="Emeka Adeleye", email=email, now=BEFORE)


def place_of(meetup: MeetupRef, email: str = EVE) -> Attendee:
    db.session.rollback()
    found = attendee_of_email(meetup.id, email)
    assert found is not None
    return found


def accept() -> Actor:
    row = db.session.query(Outbox).filter_by(letter="handed_over_to").order_by(Outbox.id.desc()).first()
    assert row is not None
    token = str(enclosed(row)["verify_path"]).rpartition("/")[2]
    return Actor(person_id=registration.confirm(token, browser="test", now=BEFORE).person_id, fresh=True)


@pytest.fixture
def full(app: Flask) -> MeetupRef:
    """Return an event with one seat."""
    return add_meetup(capacity=1)


def test_the_old_code_dies_at_once_and_the_seat_waits_for_the_colleague(full: MeetupRef) -> None:
    ada = add_attendee(full, "Ada Okafor")
    hand_over(ada, full)

    emeka, old = place_of(full), ticket_by_code(ada.code)
    assert old is not None
    assert old.revoked_at == BEFORE
    assert place_of(full, ada.email).status is AttendeeStatus.CANCELLED
    assert (emeka.status, emeka.held_until) == (AttendeeStatus.PENDING, BEFORE + 48 * HOUR)
    assert seats_taken(full.id, BEFORE) == 1
    assert letters() == [("handed_over_to", EVE), ("handed_over_from", ada.email)]


def test_the_colleague_confirms_and_has_a_ticket_and_agreed_to_nothing(meetup: MeetupRef) -> None:
    grace = add_attendee(meetup, "Grace", kind=TicketKind.SPEAKER, consents=tuple(Purpose))
    hand_over(grace, meetup)
    accept()

    emeka = place_of(meetup)
    ticket = valid_ticket(emeka.id)
    assert (emeka.status, emeka.name, emeka.kind) == (AttendeeStatus.CONFIRMED, "Emeka Adeleye", TicketKind.SPEAKER)
    assert ticket is not None
    assert ticket.code != grace.code
    assert profiles.consents(emeka.id) == frozenset()


def test_a_place_nobody_takes_goes_to_who_waits(full: MeetupRef) -> None:
    ada = add_attendee(full, "Ada Okafor")
    add_attendee(full, "Ben", status=AttendeeStatus.WAITLISTED, waiting_since=BEFORE)
    hand_over(ada, full)

    assert place_of(full, "ben@example.org").status is AttendeeStatus.WAITLISTED
    assert seats.promote(full.id, BEFORE + 48 * HOUR) == 1


def test_a_colleague_on_the_waiting_list_gets_the_place_before_the_others(full: MeetupRef) -> None:
    ada = add_attendee(full, "Ada Okafor")
    add_attendee(full, "Ben", status=AttendeeStatus.WAITLISTED, waiting_since=BEFORE - HOUR)
    add_attendee(full, "Emeka", status=AttendeeStatus.WAITLISTED, waiting_since=BEFORE)
    hand_over(ada, full)

    assert place_of(full).status is AttendeeStatus.CONFIRMED
    assert place_of(full, "ben@example.org").status is AttendeeStatus.WAITLISTED
    assert letters() == [("promoted", EVE), ("handed_over_from", ada.email)]


def test_handing_over_to_somebody_who_has_a_place_looks_the_same_and_frees_the_seat(app: Flask) -> None:
    meetup = add_meetup(capacity=2)
    ada, _ = add_attendee(meetup, "Ada Okafor"), add_attendee(meetup, "Emeka")
    add_attendee(meetup, "Ben", status=AttendeeStatus.WAITLISTED, waiting_since=BEFORE)
    hand_over(ada, meetup)

    assert place_of(meetup, "ben@example.org").status is AttendeeStatus.CONFIRMED
    assert letters() == [
        ("already_registered", EVE),
        ("handed_over_from", ada.email),
        ("promoted", "ben@example.org"),
    ]


def test_a_colleague_who_is_registering_keeps_what_they_typed(full: MeetupRef) -> None:
    ada = add_attendee(full, "Ada Okafor")
    own = Answers(Profile("E. Adeleye", asks=("kanban",)), frozenset({Purpose.MATCHING}))
    registration.register(full.slug, EVE, own, now=BEFORE)
    hand_over(ada, full)
    accept()

    assert place_of(full).status is AttendeeStatus.CONFIRMED
    assert place_of(full).name == "E. Adeleye"
    assert profiles.consents(place_of(full).id) == {Purpose.MATCHING}


def test_a_place_cannot_be_handed_to_oneself(meetup: MeetupRef, ada: AttendeeRef) -> None:
    with write_transaction() as session:
        session.add(PersonEmail(person_id=ada.person_id, address="private@example.net", verified_at=BEFORE))
    for email in (ada.email.upper(), "private@example.net"):
        with pytest.raises(Invalid) as refusal:
            hand_over(ada, meetup, email)
        assert refusal.value.field == "email"

    assert place_of(meetup, ada.email).status is AttendeeStatus.CONFIRMED
    assert letters() == []


def test_who_has_arrived_keeps_the_place(meetup: MeetupRef, ada: AttendeeRef) -> None:
    with write_transaction() as session:
        venue = session.query(Room).filter_by(event_id=meetup.id, is_venue=True).one()
        session.add(Presence(attendee_id=ada.id, room_id=venue.id, door_id=meetup.front_door, since=NINE))

    with pytest.raises(Conflict, match="already checked in"):
        hand_over(ada, meetup)
    assert valid_ticket(ada.id) is not None


def test_only_a_sure_place_can_be_handed_over(meetup: MeetupRef, ada: AttendeeRef) -> None:
    place.cancel(ada.actor, meetup.slug, now=BEFORE)

    with pytest.raises(Conflict):
        hand_over(ada, meetup)


def test_who_handed_over_can_register_again_with_a_fresh_code(meetup: MeetupRef, ada: AttendeeRef) -> None:
    hand_over(ada, meetup)
    registration.register(meetup.slug, ada.email, Answers(Profile("Ada")), now=BEFORE)
    row = db.session.query(Outbox).order_by(Outbox.id.desc()).first()
    assert row is not None
    registration.confirm(enclosed(row)["verify_path"].rpartition("/")[2], browser="test", now=BEFORE)

    ticket = valid_ticket(ada.id)
    assert ticket is not None
    assert ticket.code != ada.code


def test_an_entry_under_way_is_waited_for(either_app: Flask) -> None:
    """The door has let Ada in but not committed yet: her place must not go to somebody else."""
    meetup = add_meetup()
    ada, entered = add_attendee(meetup, "Ada Okafor"), threading.Event()

    def enter() -> None:
        with either_app.app_context(), write_transaction() as session:
            venue = session.query(Room).filter_by(event_id=meetup.id, is_venue=True).one()
            session.add(Presence(attendee_id=ada.id, room_id=venue.id, door_id=meetup.front_door, since=NINE))
            session.flush()
            entered.set()
            time.sleep(0.3)  # the commit takes its time

    door = threading.Thread(target=enter)
    door.start()
    entered.wait()

    with pytest.raises(Conflict, match="already checked in"):
        hand_over(ada, meetup)
    door.join()
