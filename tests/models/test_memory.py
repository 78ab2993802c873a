"""What a process remembers of its doors: what it changes itself shows at once, what others change within a second."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import create_engine, delete, update
from sqlalchemy.sql import Executable

from eventmatch.domain.actor import Bearer
from eventmatch.domain.errors import NotFound, SignInNeeded
from eventmatch.domain.readings import DoorKey, Reading
from eventmatch.models.base import db, write_transaction
from eventmatch.models.device import Device, DeviceDoor
from eventmatch.models.event import Room
from eventmatch.models.memory import Count, PostKey, memory_of, now_in
from eventmatch.models.place import Post
from eventmatch.services.checkin import scan
from eventmatch.services.entries import Entry
from tests.cast import NINE, MeetupRef, add_attendee, add_device, add_meetup

HALF, SECOND = timedelta(seconds=0.5), timedelta(seconds=1)
Write = Callable[[Executable], None]


@pytest.fixture
def meetup(either_app: Flask) -> MeetupRef:
    """Return a meetup with a tablet, at which somebody is scanned at nine."""
    meetup = add_meetup()
    add_device(meetup)
    read(meetup, "hello", NINE - SECOND)
    read(meetup, "hello again", NINE)
    return meetup


def read(meetup: MeetupRef, code: str, at: datetime, *, inner: bool = False) -> Entry:
    """Scan a code."""
    door = DoorKey(meetup.session_door if inner else meetup.front_door, meetup.slug)
    return scan(door, Reading(code, f"{code} {inner}"), by=Bearer("emd_Tablet"), at=at)


def here(change: Executable) -> None:
    """Change something as this process does."""
    with write_transaction() as session:
        session.execute(change)


def elsewhere(change: Executable) -> None:
    """Change something as another process does."""
    db.session.remove()
    engine = create_engine(db.engine.url)
    with engine.begin() as connection:
        connection.execute(change)
    engine.dispose()


EITHER = pytest.mark.parametrize(("write", "within"), [(here, timedelta()), (elsewhere, SECOND)])


@EITHER
def test_a_device_that_is_lost_scans_no_more(write: Write, within: timedelta, meetup: MeetupRef) -> None:
    write(update(Device).values(revoked_at=NINE))

    with pytest.raises(SignInNeeded):
        read(meetup, "later", NINE + within)


@EITHER
def test_a_door_that_is_taken_from_a_device_is_closed_to_it(write: Write, within: timedelta, meetup: MeetupRef) -> None:
    write(delete(DeviceDoor).where(DeviceDoor.door_id == meetup.front_door))

    with pytest.raises(NotFound):
        read(meetup, "later", NINE + within)


@EITHER
def test_a_room_that_is_closed_by_hand_is_full(write: Write, within: timedelta, meetup: MeetupRef) -> None:
    ada = add_attendee(meetup, "Ada")
    assert read(meetup, ada.code, NINE).verdict == "admitted"
    read(meetup, "who", NINE, inner=True)
    write(update(Room).where(Room.name == "Small room").values(full_since=NINE))

    assert read(meetup, ada.code, NINE + within, inner=True).verdict == "room_full"


def test_what_others_change_is_not_asked_for_at_every_scan(meetup: MeetupRef) -> None:
    """The control: without anything remembered the device would be refused at once."""
    elsewhere(update(Device).values(revoked_at=NINE))

    assert read(meetup, "soon", NINE + HALF).verdict == "unknown"


def test_a_door_that_is_not_the_devices_is_never_remembered(meetup: MeetupRef) -> None:
    stranger = Bearer("emd_Nobody")

    for _ in range(2):
        with pytest.raises(SignInNeeded):
            scan(DoorKey(meetup.front_door, meetup.slug), Reading("A", "1"), by=stranger, at=NINE)
        with pytest.raises(NotFound):
            scan(DoorKey(meetup.front_door, "other"), Reading("A", "1"), by=Bearer("emd_Tablet"), at=NINE)


def test_what_was_looked_up_before_a_change_is_not_remembered_after_it(meetup: MeetupRef) -> None:
    """A look-up that waited for a lock meanwhile comes back with what was so before."""
    memory, key, door = memory_of(db.engine), PostKey("hash", DoorKey(1)), 1
    post = Post(*(object() for _ in Post._fields))  # type: ignore[arg-type]
    before = now_in(db.engine, NINE)

    here(update(Device).values(revoked_at=NINE))
    memory.seen(key, post, before)
    memory.counted(door, 1, 5, before)

    assert memory.post(key, now_in(db.engine, NINE)) is None
    assert memory.count_behind(door, now_in(db.engine, NINE)) is None
    assert memory.post(key, before) is post
    assert memory.count_behind(door, before) == Count(5)
