"""Readings that arrive late, or from clocks that are wrong: what they move follows from all passages in their order."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from eventmatch.domain.actor import Actor
from eventmatch.domain.readings import DoorKey, Reading
from eventmatch.domain.states import Direction
from eventmatch.domain.verdicts import Verdict
from eventmatch.models.attendee import Attendee
from eventmatch.models.base import db, write_transaction
from eventmatch.models.event import Door
from eventmatch.models.scan import Presence, Scan
from eventmatch.services import presence
from eventmatch.services.checkin import scan
from tests.cast import HOUR, NINE, AttendeeRef, MeetupRef, add_attendee, add_device, add_meetup
from tests.services.test_checkin import add_room, read

MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)


@pytest.fixture
def meetup(either_app: Flask) -> MeetupRef:
    return add_meetup()


@pytest.fixture
def ada(meetup: MeetupRef) -> AttendeeRef:
    return add_attendee(meetup, "Ada")


@pytest.fixture
def tablet(meetup: MeetupRef) -> Actor:
    return add_device(meetup)


def stay(who: AttendeeRef, room_id: int) -> tuple[datetime, datetime | None]:
    """Return since when somebody is in a room, and when they left, and see that it follows from the scans."""
    [row] = db.session.scalars(select(Presence).where(Presence.attendee_id == who.id, Presence.room_id == room_id))
    known = row.since, row.left_at
    with write_transaction() as session:
        presence.rebuild(session.get_one(Attendee, who.id).event, [who.id])
    [row] = db.session.scalars(select(Presence).where(Presence.attendee_id == who.id, Presence.room_id == room_id))
    assert (row.since, row.left_at) == known
    return known


def behind(door_id: int) -> int:
    """Return the room behind a door."""
    return db.session.get_one(Door, door_id).room_id


def test_an_exit_that_arrives_late_does_not_end_the_stay_begun_since(
    meetup: MeetupRef, ada: AttendeeRef, tablet: Actor
) -> None:
    eleven, venue = NINE + 2 * HOUR, behind(meetup.front_door)
    read(meetup, tablet, ada.code, at=NINE)
    read(meetup, tablet, ada.code, at=eleven, direction=Direction.OUT)
    read(meetup, tablet, ada.code, at=eleven + MINUTE)

    out = read(meetup, tablet, ada.code, at=eleven + HOUR, direction=Direction.OUT, scanned_at=NINE + HOUR)

    assert out.verdict is Verdict.EXITED
    assert stay(ada, venue) == (eleven + MINUTE, None)


def test_a_room_entered_before_the_present_one_is_left_when_told_of_late(
    meetup: MeetupRef, ada: AttendeeRef, tablet: Actor
) -> None:
    hall, hall_door = add_room(meetup, "Hall")
    phone = add_device(meetup, "Phone")
    read(meetup, tablet, ada.code)
    read(meetup, tablet, ada.code, inner=True, at=NINE + HOUR)

    late = Reading(ada.code, "late", scanned_at=NINE + MINUTE)
    scan(DoorKey(hall_door), late, by=phone, at=NINE + 2 * HOUR)

    assert stay(ada, behind(meetup.session_door)) == (NINE + HOUR, None)
    assert stay(ada, hall) == (NINE + MINUTE, NINE + HOUR)


def test_a_reading_tells_how_wrong_its_clock_was(meetup: MeetupRef, ada: AttendeeRef, tablet: Actor) -> None:
    three_hours = 3 * 3_600_000

    entry = read(meetup, tablet, ada.code, at=NINE + HOUR, scanned_at=NINE - 3 * HOUR, clock_offset=three_hours)

    row = db.session.get_one(Scan, entry.scan_id)
    assert (entry.verdict, row.effective_at, row.clock_offset) == (Verdict.ADMITTED, NINE, three_hours)


def test_what_arrives_at_once_keeps_the_order_of_arrival_whatever_clocks_say(
    meetup: MeetupRef, ada: AttendeeRef, tablet: Actor
) -> None:
    read(meetup, tablet, ada.code, scanned_at=NINE + 20 * SECOND)
    read(meetup, tablet, ada.code, at=NINE + SECOND, scanned_at=NINE - 20 * SECOND, direction=Direction.OUT)

    rows = db.session.scalars(select(Scan.effective_at).order_by(Scan.id)).all()
    assert rows == [NINE, NINE + SECOND]
