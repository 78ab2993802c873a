"""Taking an admission back."""

import random
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from eventmatch.domain.actor import Actor
from eventmatch.domain.errors import Conflict
from eventmatch.domain.readings import DoorKey, Reading
from eventmatch.domain.states import Direction
from eventmatch.domain.verdicts import Verdict
from eventmatch.models.base import db, write_transaction
from eventmatch.models.event import Event
from eventmatch.models.scan import Presence, Scan
from eventmatch.services import presence
from eventmatch.services.checkin import scan
from eventmatch.services.entries import Entry
from eventmatch.services.undo import undo
from tests.cast import NINE, AttendeeRef, MeetupRef, add_device

SECOND = timedelta(seconds=1)


@pytest.fixture
def tablet(meetup: MeetupRef) -> Actor:
    return add_device(meetup)


@pytest.fixture
def admitted(meetup: MeetupRef, ada: AttendeeRef, tablet: Actor) -> Entry:
    return scan(DoorKey(meetup.front_door), Reading(ada.code, "1"), by=tablet, at=NINE)


def test_undone_admission_leaves_no_trace_but_two_facts(
    meetup: MeetupRef, ada: AttendeeRef, tablet: Actor, admitted: Entry
) -> None:
    undone = undo(DoorKey(meetup.front_door), admitted.scan_id, by=tablet, at=NINE + 9 * SECOND)

    assert undone.name == ada.name
    assert db.session.scalars(select(Presence)).all() == []
    assert db.session.scalars(select(Scan.undoes_id).order_by(Scan.id)).all() == [None, admitted.scan_id]


def test_person_can_be_admitted_again(meetup: MeetupRef, ada: AttendeeRef, tablet: Actor, admitted: Entry) -> None:
    undo(DoorKey(meetup.front_door), admitted.scan_id, by=tablet, at=NINE + SECOND)

    again = scan(DoorKey(meetup.front_door), Reading(ada.code, "2"), by=tablet, at=NINE + 2 * SECOND)

    assert again.verdict is Verdict.ADMITTED


def test_undoing_twice_is_undoing_once(meetup: MeetupRef, tablet: Actor, admitted: Entry) -> None:
    for _ in range(2):
        undo(DoorKey(meetup.front_door), admitted.scan_id, by=tablet, at=NINE + SECOND)

    assert db.session.scalar(select(func.count()).select_from(Scan)) == 2


@pytest.mark.parametrize("seconds", [16, 3600])
def test_door_undoes_only_what_just_happened(seconds: int, meetup: MeetupRef, tablet: Actor, admitted: Entry) -> None:
    with pytest.raises(Conflict):
        undo(DoorKey(meetup.front_door), admitted.scan_id, by=tablet, at=NINE + seconds * SECOND)


def test_another_device_undoes_nothing(meetup: MeetupRef, admitted: Entry) -> None:
    with pytest.raises(Conflict):
        undo(DoorKey(meetup.front_door), admitted.scan_id, by=add_device(meetup, "Other"), at=NINE)


def test_undone_re_entry_is_still_an_arrival_earlier(
    meetup: MeetupRef, ada: AttendeeRef, tablet: Actor, admitted: Entry
) -> None:
    door = DoorKey(meetup.front_door)
    scan(door, Reading(ada.code, "2", Direction.OUT), by=tablet, at=NINE + SECOND)
    back = scan(door, Reading(ada.code, "3"), by=tablet, at=NINE + 2 * SECOND)

    undo(door, back.scan_id, by=tablet, at=NINE + 3 * SECOND)

    stay = db.session.scalars(select(Presence)).one()
    assert (stay.since, stay.left_at) == (NINE, NINE + SECOND)


@pytest.mark.parametrize("seed", range(5))
def test_kept_presence_is_what_follows_from_the_scans(
    seed: int, meetup: MeetupRef, ada: AttendeeRef, tablet: Actor
) -> None:
    chance = random.Random(seed)
    for number in range(25):
        door = DoorKey(chance.choice([meetup.front_door, meetup.session_door]))
        reading = Reading(ada.code, str(number), chance.choice(list(Direction)))
        entry = scan(door, reading, by=tablet, at=NINE + number * SECOND)
        if entry.verdict is Verdict.ADMITTED and chance.random() < 0.3:
            undo(door, entry.scan_id, by=tablet, at=NINE + number * SECOND)
    kept = whereabouts()

    with write_transaction():
        presence.rebuild(db.session.get_one(Event, meetup.id), [ada.id])

    assert kept == whereabouts()


def whereabouts() -> list[tuple[object, ...]]:
    """Return all stays, in order of rooms."""
    query = select(Presence.room_id, Presence.door_id, Presence.since, Presence.left_at).order_by(Presence.room_id)
    return [tuple(row) for row in db.session.execute(query)]
