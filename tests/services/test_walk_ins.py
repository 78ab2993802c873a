"""Staff register who came without a place: one press, one person, no seat too many."""

from typing import Any

import pytest
from flask import Flask

from eventmatch.domain.actor import Actor
from eventmatch.domain.errors import Conflict, Invalid, NotFound
from eventmatch.domain.states import AttendeeStatus
from eventmatch.domain.verdicts import Verdict
from eventmatch.models.attendee import Attendee
from eventmatch.models.base import db, write_transaction
from eventmatch.models.event import Room
from eventmatch.models.scan import Scan, inside
from eventmatch.models.ticket import Ticket
from eventmatch.models.work import Audit, Outbox
from eventmatch.services import account, profiles, registration, walk_ins
from eventmatch.services.walk_ins import Newcomer, WalkIn
from tests.cast import HOUR, NINE, MeetupRef, add_attendee, add_device, add_meetup
from tests.services.test_registration import ADA
from tests.services.test_unmanned import MANY, at_once
from tests.services.test_welcome import allow


@pytest.fixture
def tablet(meetup: MeetupRef) -> Actor:
    """Return a device at an event that takes walk-ins."""
    allow(meetup, walk_ins=True)
    return add_device(meetup)


def register(meetup: MeetupRef, by: Actor, newcomer: Newcomer | None = None, **values: Any) -> WalkIn:
    """Press once."""
    press: dict[str, Any] = {"nonce": "1", "now": NINE} | values
    return walk_ins.register(meetup.front_door, newcomer or Newcomer("Zoe Marsh"), by=by, **press)


def attendee() -> Attendee:
    """Return the only attendee there is."""
    return db.session.query(Attendee).one()


def test_a_name_is_enough_and_nobody_is_mailed(either_app: Flask) -> None:
    meetup = add_meetup()
    allow(meetup, walk_ins=True)

    done = register(meetup, add_device(meetup))

    zoe = attendee()
    assert (done.attendee_id, done.entry.verdict, done.number) == (
        zoe.id,
        Verdict.ADMITTED,
        db.session.query(Ticket.number).scalar(),
    )
    assert (zoe.name, zoe.email, zoe.person_id, zoe.walk_in, zoe.status) == (
        "Zoe Marsh",
        None,
        None,
        True,
        AttendeeStatus.CONFIRMED,
    )
    assert db.session.query(Outbox).count() == 0
    assert profiles.consents(zoe.id) == frozenset()


def test_with_an_address_the_ticket_is_mailed(meetup: MeetupRef, tablet: Actor) -> None:
    register(meetup, tablet, Newcomer("Zoe", "Kestrel", "Zoe@Example.org"))

    assert (attendee().email, attendee().organisation) == ("zoe@example.org", "Kestrel")
    assert [(row.letter, row.recipient) for row in db.session.query(Outbox)] == [("ticket", "zoe@example.org")]


def test_the_same_press_twice_is_one_person(meetup: MeetupRef, tablet: Actor) -> None:
    first, second = register(meetup, tablet), register(meetup, tablet)

    assert first.number == second.number
    assert second.entry.repeated
    assert db.session.query(Attendee).count() == 1


def test_a_press_whose_answer_was_lost_half_way_is_finished_by_the_next(meetup: MeetupRef, tablet: Actor) -> None:
    first = register(meetup, tablet)
    with write_transaction() as session:
        session.query(Scan).delete()  # as if the power had gone between the ticket and the door
        session.execute(db.text("DELETE FROM presence"))

    second = register(meetup, tablet)

    assert (second.attendee_id, second.entry.verdict) == (first.attendee_id, Verdict.ADMITTED)


def test_of_the_same_press_many_times_at_once_one_person_comes_of_it(either_app: Flask) -> None:
    meetup = add_meetup()
    allow(meetup, walk_ins=True)
    tablet = add_device(meetup)

    done = at_once(either_app, lambda: register(meetup, tablet).number)

    assert len(set(done)) == 1
    assert db.session.query(Attendee).count() == 1


def test_of_many_presses_at_once_no_more_get_in_than_there_are_seats(either_app: Flask) -> None:
    meetup = add_meetup(capacity=3)
    allow(meetup, walk_ins=True)
    tablet, presses = add_device(meetup), iter(range(MANY))

    def press() -> bool:
        try:
            return register(meetup, tablet, nonce=str(next(presses))).entry.verdict is Verdict.ADMITTED
        except Conflict:
            return False

    assert at_once(either_app, press).count(True) == 3
    assert db.session.query(Attendee).count() == 3


def test_where_nobody_registers_at_the_door_only_an_organisers_device_may(meetup: MeetupRef) -> None:
    plain, organisers = add_device(meetup), add_device(meetup, "Desk", may_override=True)

    with pytest.raises(Conflict):
        register(meetup, plain)
    assert walk_ins.look(meetup.front_door, by=plain, now=NINE).refusal == walk_ins.NO_WALK_INS
    assert register(meetup, organisers).entry.verdict is Verdict.ADMITTED


def test_beyond_the_seats_only_an_organisers_device_goes_and_it_is_written_down(app: Flask) -> None:
    full = add_meetup(capacity=1)
    allow(full, walk_ins=True)
    add_attendee(full, "Ada")
    plain, organisers = add_device(full), add_device(full, "Desk", may_override=True)

    for device, exceed in ((plain, True), (organisers, False)):
        with pytest.raises(Conflict):
            register(full, device, exceed=exceed)
    assert register(full, organisers, exceed=True).entry.verdict is Verdict.ADMITTED
    assert [row.detail["beyond"] for row in db.session.query(Audit).filter_by(action="walk-in registered")] == [True]


def test_staff_see_how_many_seats_are_left(app: Flask) -> None:
    half_full = add_meetup(capacity=2)
    allow(half_full, walk_ins=True)
    tablet = add_device(half_full)
    add_attendee(half_full, "Ada")
    before = walk_ins.look(half_full.front_door, by=tablet, now=NINE).seats_left
    register(half_full, tablet)

    assert (before, walk_ins.look(half_full.front_door, by=tablet, now=NINE).seats_left) == (1, 0)


KNOWN: list[dict[str, Any]] = [
    {},
    {"status": AttendeeStatus.WAITLISTED},
    {"status": AttendeeStatus.CANCELLED},
    {"barred_at": NINE},
    {"status": AttendeeStatus.PENDING, "held_until": NINE},
]


@pytest.mark.parametrize("columns", KNOWN)
def test_an_address_that_has_a_place_is_not_registered_again(
    columns: dict[str, Any], meetup: MeetupRef, tablet: Actor
) -> None:
    add_attendee(meetup, "Ada", **columns)

    with pytest.raises(Conflict) as refusal:
        register(meetup, tablet, Newcomer("Ada", email="ada@example.org"))
    assert refusal.value.field == "email"


def test_a_registration_nobody_proved_becomes_the_walk_ins(meetup: MeetupRef, tablet: Actor) -> None:
    registration.register("meetup", "ada@example.org", ADA, now=NINE - HOUR)

    register(meetup, tablet, Newcomer("Ada Okafor", email="ada@example.org"))

    assert attendee().status is AttendeeStatus.CONFIRMED
    assert profiles.consents(attendee().id) == frozenset()  # whoever ticked them did not prove to be Ada


def test_who_proves_the_address_later_has_the_place(meetup: MeetupRef, tablet: Actor) -> None:
    register(meetup, tablet, Newcomer("Zoe", email="zoe@example.org"))
    with write_transaction():
        person_id = account.prove("zoe@example.org", now=NINE)

    assert attendee().person_id == person_id


@pytest.mark.parametrize(
    ("newcomer", "field"),
    [
        (Newcomer(" \u200b "), "name"),
        (Newcomer("x" * 201), "name"),
        (Newcomer("Zoe", "x" * 201), "organisation"),
        (Newcomer("Zoe", email="zoe(at)example.org"), "email"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_name(
    newcomer: Newcomer, field: str, meetup: MeetupRef, tablet: Actor
) -> None:
    with pytest.raises(Invalid) as refusal:
        register(meetup, tablet, newcomer)

    assert refusal.value.field == field
    assert db.session.query(Attendee).count() == 0


def test_a_rooms_door_registers_nobody_and_neither_does_a_foreign_device(meetup: MeetupRef, tablet: Actor) -> None:
    with pytest.raises(Conflict):
        walk_ins.register(meetup.session_door, Newcomer("Zoe"), nonce="1", by=tablet, now=NINE)
    for stranger in (add_device(add_meetup("elsewhere"), "Foreign"), Actor()):
        with pytest.raises(NotFound):
            register(meetup, stranger)


def test_a_full_room_still_refuses_and_the_ticket_stays(meetup: MeetupRef, tablet: Actor) -> None:
    with write_transaction() as session:
        session.query(Room).filter_by(is_venue=True).update({"capacity": 0})

    done = register(meetup, tablet)

    assert (done.entry.verdict, bool(done.number)) == (Verdict.ROOM_FULL, True)
    assert inside(db.session.query(Room.id).filter_by(is_venue=True).scalar()) == 0


def test_after_the_event_nobody_registers(meetup: MeetupRef, tablet: Actor) -> None:
    with pytest.raises(Conflict):
        register(meetup, tablet, now=NINE + 8 * HOUR)
