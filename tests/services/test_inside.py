"""How full rooms are, who waits, and rooms closed by hand."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from eventmatch.domain.actor import NOBODY, Actor
from eventmatch.domain.errors import Forbidden, NotFound, SignInNeeded
from eventmatch.domain.readings import DoorKey, Reading
from eventmatch.domain.states import AttendeeStatus, Direction, MemberRole, StaffRole
from eventmatch.models.base import db, direct_transaction, write_transaction
from eventmatch.models.event import Door, Event, ProgrammeSession, Room
from eventmatch.models.scan import Waiting
from eventmatch.models.work import Audit
from eventmatch.services import inside, waiting
from eventmatch.services.checkin import scan
from eventmatch.services.inside import RoomNow
from tests.cast import HOUR, NINE, AttendeeRef, MeetupRef, add_attendee, add_device, add_meetup, add_member, add_staff

MINUTE = timedelta(minutes=1)


@pytest.fixture
def grace(meetup: MeetupRef) -> Actor:
    """Return Grace, who facilitates at the event."""
    return add_staff(meetup, "Grace", StaffRole.FACILITATOR)


def room_of(meetup: MeetupRef, door: str = "session_door") -> int:
    return db.session.get_one(Door, getattr(meetup, door)).room_id


def add_session(meetup: MeetupRef, title: str, hours: int, *, room_id: int | None) -> int:
    with write_transaction() as session:
        times = {"starts_at": NINE + hours * HOUR, "ends_at": NINE + (hours + 1) * HOUR}
        row = ProgrammeSession(event_id=meetup.id, room_id=room_id, title=title, **times)
        session.add(row)
        session.flush()
        return row.id


def wait(room_id: int, *people: AttendeeRef) -> None:
    """Let people be turned away, a minute apart."""
    with direct_transaction() as within:
        for minutes, who in enumerate(people):
            waiting.join(within, room_id, who.id, NINE + minutes * MINUTE)


@pytest.mark.parametrize(
    ("count", "seats", "standing", "free", "full"),
    [
        (0, None, 0, (0, 0), False),
        (0, 2, 1, (2, 1), False),
        (1, 2, 1, (1, 1), False),
        (2, 2, 1, (0, 1), False),
        (3, 2, 1, (0, 0), True),
        (5, 2, 1, (0, 0), True),  # speakers and crew came, too
        (0, 0, 3, (0, 3), False),
        (0, 0, 0, (0, 0), True),
    ],
)
def test_seats_fill_before_standing_places(
    count: int, seats: int | None, standing: int, free: tuple[int, int], *, full: bool
) -> None:
    room = RoomNow(1, "Loft", venue=False, inside=count, seats=seats, standing=standing, closed_since=None, waiting=0)

    assert ((room.free_seats, room.free_standing), room.full) == (free, full)


def test_all_rooms_are_counted_at_once(meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef, oona: Actor) -> None:
    tablet, front = add_device(meetup), DoorKey(meetup.front_door)
    for nonce, who in enumerate((ada, ben)):
        scan(front, Reading(who.code, f"in-{nonce}"), by=tablet, at=NINE)
    scan(DoorKey(meetup.session_door), Reading(ada.code, "1"), by=tablet, at=NINE)
    scan(front, Reading(ben.code, "2", Direction.OUT), by=tablet, at=NINE)

    venue, small = inside.rooms(oona, meetup.slug, now=NINE).rooms

    assert (venue.name, venue.inside, venue.places) == ("Venue", 1, None)
    assert (small.name, small.inside, small.places, small.free_seats) == ("Small room", 1, 2, 1)


def test_the_waiting_order_is_that_of_coming_and_leaves_out_who_has_no_place(
    either_app: Flask,
) -> None:
    meetup = add_meetup()
    oona, small = add_member(meetup, "Oona"), room_of(meetup)
    ada, ben, dana = (add_attendee(meetup, name) for name in ("Ada", "Ben", "Dana"))
    gone = add_attendee(meetup, "Konrad", status=AttendeeStatus.CANCELLED)
    barred = add_attendee(meetup, "Harald", barred_at=NINE)
    wait(small, gone, dana, ada, barred, ben)

    page = inside.room(oona, meetup.slug, small, now=NINE + HOUR)

    assert [(turn.name, turn.since) for turn in page.turns] == [
        ("Dana", NINE + MINUTE),
        ("Ada", NINE + 2 * MINUTE),
        ("Ben", NINE + 4 * MINUTE),
    ]
    assert page.room.waiting == 3


def test_yesterdays_turns_are_over_where_each_day_counts_anew(meetup: MeetupRef, ada: AttendeeRef, oona: Actor) -> None:
    wait(room_of(meetup), ada)
    tomorrow = NINE + timedelta(days=1)

    def turns(*, daily: bool) -> tuple[int, int]:
        with write_transaction() as session:
            session.get_one(Event, meetup.id).settings = {"door": {"daily": daily}}
        page = inside.room(oona, meetup.slug, room_of(meetup), now=tomorrow)
        return len(page.turns), page.room.waiting

    assert (turns(daily=True), turns(daily=False)) == ((0, 0), (1, 1))


def test_a_room_names_the_session_that_goes_on_in_it_or_comes_next(meetup: MeetupRef, oona: Actor) -> None:
    small = room_of(meetup)
    for hours, title in enumerate(("First", "Second")):
        add_session(meetup, title, hours, room_id=small)

    def named(minutes: int) -> str:
        session = inside.room(oona, meetup.slug, small, now=NINE + minutes * MINUTE).session
        return session.title if session is not None else ""

    assert [named(minutes) for minutes in (-5, 59, 60, 120)] == ["First", "First", "Second", ""]


def test_a_facilitator_closes_and_opens_a_room_by_hand(meetup: MeetupRef, grace: Actor) -> None:
    small = room_of(meetup)
    talk = add_session(meetup, "Nine trams", 0, room_id=small)

    inside.set_closed(grace, meetup.slug, small, closed=True, now=NINE)
    inside.set_closed(grace, meetup.slug, small, closed=True, now=NINE + MINUTE)
    closed = inside.session_room(grace, meetup.slug, talk, now=NINE).room
    inside.set_closed(grace, meetup.slug, small, closed=False, now=NINE + HOUR)
    opened = inside.session_room(grace, meetup.slug, talk, now=NINE).room

    assert (closed.closed_since, closed.full) == (NINE, True)
    assert (opened.closed_since, opened.full) == (None, False)
    actions = [row.action for row in db.session.query(Audit).order_by(Audit.id)]
    assert actions == ["close room", "close room", "open room"]


def test_the_venue_is_closed_by_those_who_run_the_event_alone(meetup: MeetupRef, grace: Actor, oona: Actor) -> None:
    venue = room_of(meetup, "front_door")

    with pytest.raises(Forbidden):
        inside.set_closed(grace, meetup.slug, venue, closed=True, now=NINE)
    inside.set_closed(oona, meetup.slug, venue, closed=True, now=NINE)

    assert inside.room(oona, meetup.slug, venue, now=NINE).may_run
    assert not inside.room(grace, meetup.slug, venue, now=NINE).may_run
    assert db.session.get_one(Room, venue).full_since == NINE


def test_somebody_who_gave_up_is_taken_off_the_order_or_all_are(
    meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef, grace: Actor
) -> None:
    chidi, small = add_attendee(meetup, "Chidi"), room_of(meetup)
    wait(small, ada, ben, chidi)
    wait(room_of(meetup, "front_door"), ada)

    inside.take_off(grace, meetup.slug, small, ben.id, now=NINE)
    left = [turn.name for turn in inside.room(grace, meetup.slug, small, now=NINE).turns]
    inside.take_off(grace, meetup.slug, small, None, now=NINE)

    assert left == [ada.name, chidi.name]
    assert db.session.scalars(select(Waiting.room_id)).all() == [room_of(meetup, "front_door")]


def test_who_sees_rooms_and_who_runs_them(meetup: MeetupRef, grace: Actor, oona: Actor, ada: AttendeeRef) -> None:
    small = room_of(meetup)
    viewer, helper = add_member(meetup, "Ulrike", MemberRole.VIEWER), add_staff(meetup, "Bea", StaffRole.DOOR)
    stranger = add_member(add_meetup("foreign"), "Fremder", MemberRole.OWNER)

    def sees(who: Actor) -> bool:
        return inside.may_look(who, meetup.slug)

    seen = {who: sees(who) for who in (oona, grace, viewer, add_device(meetup), helper, ada.actor, stranger, NOBODY)}
    assert list(seen.values()) == [True, True, True, True, False, False, False, False]
    assert not inside.room(viewer, meetup.slug, small, now=NINE).may_run
    for who in (viewer, add_device(meetup, "Second"), helper, ada.actor, stranger):
        with pytest.raises(NotFound):
            inside.set_closed(who, meetup.slug, small, closed=True, now=NINE)
        with pytest.raises(NotFound):
            inside.take_off(who, meetup.slug, small, None, now=NINE)
    with pytest.raises(SignInNeeded):
        inside.rooms(NOBODY, meetup.slug, now=NINE)


def test_rooms_and_sessions_of_another_event_are_not_found(meetup: MeetupRef, grace: Actor) -> None:
    other = add_meetup("other", organiser_id=meetup.organiser_id)
    nowhere = add_session(meetup, "On a walk", 0, room_id=None)
    elsewhere = add_session(other, "Elsewhere", 0, room_id=room_of(other))

    for act in (
        lambda: inside.room(grace, meetup.slug, room_of(other), now=NINE),
        lambda: inside.session_room(grace, meetup.slug, elsewhere, now=NINE),
        lambda: inside.session_room(grace, meetup.slug, nowhere, now=NINE),
        lambda: inside.set_closed(grace, meetup.slug, room_of(other), closed=True, now=NINE),
        lambda: inside.take_off(grace, meetup.slug, room_of(other), None, now=NINE),
    ):
        with pytest.raises(NotFound):
            act()
