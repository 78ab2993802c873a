"""Several readings in one transaction come out as if one had been made after the other."""

import random
import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from time import monotonic, sleep
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from eventmatch.domain.actor import Bearer
from eventmatch.domain.addresses import read_code
from eventmatch.domain.codes import token_hash
from eventmatch.domain.errors import Conflict, SignInNeeded
from eventmatch.domain.readings import DoorKey, Reading
from eventmatch.domain.states import Direction
from eventmatch.gateways import queue
from eventmatch.models import together as module
from eventmatch.models.base import db, write_transaction
from eventmatch.models.door import Question
from eventmatch.models.driver import Direct
from eventmatch.models.event import Event, Room
from eventmatch.models.scan import Presence, Scan, append_scans, inside
from eventmatch.models.together import together
from eventmatch.services import presence
from eventmatch.services.checkin import scan
from eventmatch.services.entries import Entry
from tests.cast import NINE, AttendeeRef, MeetupRef, add_attendee, add_device, add_meetup
from tests.wire import heard

PATIENCE = 20  # seconds
MOMENT = timedelta(milliseconds=1)
PLACES = 2  # in the small room
ROUNDS = 25


@dataclass
class Crowd:
    """A meetup whose doors read several codes at the same moment."""

    app: Flask
    meetup: MeetupRef
    tablet: Bearer
    numbers: Iterator[int] = field(default_factory=count)

    def readings(self, codes: Sequence[str], direction: Direction = Direction.IN) -> list[Reading]:
        """Read these codes, each for the first time."""
        return [Reading(code, str(next(self.numbers)), direction) for code in codes]

    def at_once(
        self, readings: Sequence[Reading], *, inner: bool = False, tokens: Sequence[str] = ()
    ) -> list[Entry | Exception]:
        """Judge readings of one kind at one door in one transaction, in which only what must be looked at again is not.

        A transaction that holds until all have come is what they wait for.
        """
        door = DoorKey(self.meetup.session_door if inner else self.meetup.front_door, self.meetup.slug)
        tablet = Question(read_code(readings[0].code), "", token=token_hash(self.tablet.token))
        begun, all_there = threading.Event(), threading.Event()

        def hold(_within: object, asked: Sequence[str]) -> Sequence[str]:
            begun.set()
            assert all_there.wait(PATIENCE)
            return asked

        def first() -> None:
            with self.app.app_context():
                together((door, tablet.kind), "hold", hold)

        moments = [NINE + next(self.numbers) * MOMENT for _ in readings]

        def read(place: int) -> Entry | Exception:
            bearer = Bearer(tokens[place]) if tokens else self.tablet
            with self.app.app_context():
                try:
                    return scan(door, readings[place], by=bearer, at=moments[place])
                except Exception as error:  # noqa: BLE001 - a refusal is an answer here
                    return error

        with ThreadPoolExecutor(len(readings) + 1) as pool:
            holding = pool.submit(first)
            assert begun.wait(PATIENCE)
            said = []
            for place in range(len(readings)):
                said.append(pool.submit(read, place))
                self.until_waiting(place + 1)
            all_there.set()
            holding.result()
            return [one.result() for one in said]

    def until_waiting(self, expected: int) -> None:
        """Wait until so many stand in line."""
        end = monotonic() + PATIENCE
        while sum(len(line.waiting) for line in module.lines[db.engine].values()) < expected:
            assert monotonic() < end
            sleep(0.0005)

    def guests(self, number: int) -> list[AttendeeRef]:
        """Add some guests."""
        return [add_attendee(self.meetup, f"Guest{place}") for place in range(number)]


@pytest.fixture
def crowd(either_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Crowd:
    """Return a meetup on one kind of database, where all who wait share one transaction."""
    monkeypatch.setattr(queue, "enqueue", lambda _name, **_values: None)  # what is asked for is done by others
    monkeypatch.setattr(module, "AT_ONCE", dict.fromkeys(module.AT_ONCE, 1))
    meetup = add_meetup()
    add_device(meetup)
    return Crowd(either_app, meetup, Bearer("emd_Tablet"))


def verdicts(said: Sequence[Entry | Exception]) -> list[str]:
    """Return what was said."""
    return [one.verdict.value if isinstance(one, Entry) else type(one).__name__ for one in said]


def rooms() -> dict[str, int]:
    """Count who is in which room."""
    db.session.rollback()
    return {room.name: inside(room.id) for room in db.session.scalars(select(Room))}


def test_many_come_in_with_one_transaction(crowd: Crowd) -> None:
    codes = [guest.code for guest in crowd.guests(5)]
    scan(DoorKey(crowd.meetup.front_door, crowd.meetup.slug), Reading("hello", "contact"), by=crowd.tablet, at=NINE)
    db.session.remove()

    with heard(db.engine) as words:
        said = crowd.at_once(crowd.readings(codes))

    times = 1 if db.engine.dialect.name == "postgresql" else 5
    shared = ["BEGIN", *["SELECT"] * times, *["INSERT"] * times, *["INSERT"] * times, "COMMIT"]
    assert words in (shared, ["BEGIN", "COMMIT", *shared])  # what held the line asked nothing
    assert verdicts(said) == ["admitted"] * 5
    assert sorted(one.room.inside for one in said if isinstance(one, Entry)) == [1, 2, 3, 4, 5]
    assert rooms()["Venue"] == 5


def test_one_guest_shown_three_times_comes_in_once(crowd: Crowd) -> None:
    ada, ben = crowd.guests(2)

    said = crowd.at_once(crowd.readings([ada.code, ada.code, ben.code, ada.code]))

    assert verdicts(said) == ["admitted", "already_in", "admitted", "already_in"]
    assert rooms()["Venue"] == 2


def test_a_room_takes_no_more_than_it_has_places(crowd: Crowd) -> None:
    codes = [guest.code for guest in crowd.guests(5)]
    crowd.at_once(crowd.readings(codes))

    said = crowd.at_once(crowd.readings(codes), inner=True)

    assert Counter(verdicts(said)) == {"admitted": PLACES, "room_full": 3}
    assert [one.room.inside for one in said if isinstance(one, Entry) and one.verdict == "admitted"] == [1, 2]
    assert rooms()["Small room"] == PLACES


def test_the_same_reading_twice_gets_the_same_answer(crowd: Crowd) -> None:
    [ada] = crowd.guests(1)
    [reading] = crowd.readings([ada.code])

    first, again, third = crowd.at_once([reading, reading, reading])

    assert isinstance(first, Entry)
    assert isinstance(again, Entry)
    assert isinstance(third, Entry)
    assert (first.json, first.repeated) == (again.json, False) == (third.json, False)
    assert again.repeated
    assert third.repeated


@pytest.mark.parametrize("known", [True, False])
def test_a_nonce_used_twice_for_two_codes_is_a_conflict(known: bool, crowd: Crowd) -> None:  # noqa: FBT001 - a parameter
    codes = (
        [guest.code for guest in crowd.guests(2)] if known else ["A0A0A0A0A0A0A0A0A0A0A0A0A0", "B" + "0A" * 12 + "0"]
    )

    first, other = crowd.at_once([Reading(code, "same") for code in codes])

    assert isinstance(first, Entry)
    assert isinstance(other, Conflict)
    assert rooms()["Venue"] == known


def test_a_device_that_is_none_spoils_nothing_for_others(crowd: Crowd) -> None:
    codes = [guest.code for guest in crowd.guests(3)]

    said = crowd.at_once(crowd.readings(codes), tokens=["emd_Tablet", "emd_Nobody", "emd_Tablet"])

    assert verdicts(said) == ["admitted", SignInNeeded.__name__, "admitted"]


def test_devices_of_one_door_answer_each_for_itself(crowd: Crowd) -> None:
    add_device(crowd.meetup, "Other")
    codes = [guest.code for guest in crowd.guests(2)]

    said = crowd.at_once([Reading(code, "same") for code in codes], tokens=["emd_Tablet", "emd_Other"])

    assert verdicts(said) == ["admitted", "admitted"]
    assert db.session.scalar(select(func.count(Scan.device_id.distinct()))) == 2


def test_a_reading_written_meanwhile_by_another_process_undoes_what_hangs_on_it(
    crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The claim was made, then the nonce turned out to be taken: nobody may be inside without a scan that says so."""
    ada, ben = crowd.guests(2)
    lost = [True]

    def forgetful(within: Direct, scans: Sequence[Mapping[str, Any]]) -> dict[tuple[int, str], int]:
        ids = append_scans(within, scans)
        if lost:
            lost.clear()
            ids.popitem()
        return ids

    monkeypatch.setattr("eventmatch.services.settle.append_scans", forgetful)

    said = crowd.at_once(crowd.readings([ada.code, ben.code]))

    assert verdicts(said) == ["admitted", "admitted"]
    assert not lost
    assert (rooms()["Venue"], db.session.scalar(select(func.count()).select_from(Scan))) == (2, 2)


@pytest.mark.parametrize("seed", range(3))
def test_presence_is_what_the_scans_say_whoever_came_together(seed: int, crowd: Crowd) -> None:
    chance = random.Random(seed)
    people = crowd.guests(5)
    for _ in range(ROUNDS):
        codes = [chance.choice(people).code for _ in range(chance.randint(2, 6))]
        readings = [
            Reading(code, str(next(crowd.numbers)), chance.choice([Direction.IN, Direction.IN, Direction.OUT]))
            for code in codes
        ]
        said = crowd.at_once(readings, inner=chance.random() < 0.5)
        assert not [one for one in said if isinstance(one, Exception)]
        assert rooms()["Small room"] <= PLACES

    assert (kept := here()) == worked_out(people)
    assert len(kept) > 1


def here() -> set[tuple[int, int, bool]]:
    """Return who is kept as being where, and whether they have left."""
    db.session.rollback()
    rows = db.session.execute(select(Presence.attendee_id, Presence.room_id, Presence.left_at))
    return {(attendee_id, room_id, left_at is None) for attendee_id, room_id, left_at in rows}


def worked_out(people: Sequence[AttendeeRef]) -> set[tuple[int, int, bool]]:
    """Return the same from the scans alone."""
    with write_transaction() as session:
        presence.rebuild(session.scalars(select(Event)).one(), [one.id for one in people])
    return here()
