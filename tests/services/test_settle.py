"""Several readings in one transaction come out as if one had been made after the other."""

import random
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from eventmatch.domain.actor import Actor, Bearer
from eventmatch.domain.errors import Conflict, SignInNeeded, TooMany
from eventmatch.domain.readings import DoorKey, Override, Reading
from eventmatch.domain.states import Direction
from eventmatch.gateways import queue
from eventmatch.models.base import db, direct_transaction, write_transaction
from eventmatch.models.device import Device
from eventmatch.models.event import Event, Room
from eventmatch.models.scan import Presence, Scan, Waiting, append_scans, inside
from eventmatch.services import presence
from eventmatch.services.checkin import WRONG_NUMBERS, place_for, scan
from eventmatch.services.entries import Entry
from eventmatch.services.presence import Crossing, Overtaken
from tests.cast import NINE, AttendeeRef, add_device, add_meetup
from tests.services.crowd import Crowd
from tests.wire import heard

PLACES = 2  # in the small room
ROUNDS = 25


@pytest.fixture
def crowd(either_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Crowd:
    """Return a meetup on one kind of database, where all who wait share one transaction."""
    monkeypatch.setattr(queue, "enqueue", lambda _name, **_values: None)  # what is asked for is done by others
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


def test_one_guest_shown_many_times_comes_in_once_and_within_one_transaction(crowd: Crowd) -> None:
    ada, ben = crowd.guests(2)
    db.session.remove()

    with heard(db.engine) as words:
        said = crowd.at_once(crowd.readings([ada.code, ada.code, ben.code, ada.code, ada.code, ada.code]))

    assert verdicts(said) == ["admitted", "already_in", "admitted", *["already_in"] * 3]
    assert rooms()["Venue"] == 2
    held = "SELECT" not in words[: words.index("COMMIT")]  # what held the line asked nothing, and may not be heard
    assert words.count("COMMIT") == 1 + held


def test_a_room_takes_no_more_than_it_has_places(crowd: Crowd) -> None:
    codes = [guest.code for guest in crowd.guests(5)]
    crowd.at_once(crowd.readings(codes))

    said = crowd.at_once(crowd.readings(codes), inner=True)

    assert Counter(verdicts(said)) == {"admitted": PLACES, "room_full": 3}
    assert [one.room.inside for one in said if isinstance(one, Entry) and one.verdict == "admitted"] == [1, 2]
    assert rooms()["Small room"] == PLACES


def test_places_in_a_room_are_given_and_given_back_in_the_order_of_readings(crowd: Crowd) -> None:
    a, b, c, d = (guest.code for guest in crowd.guests(4))
    crowd.at_once(crowd.readings([a, b, c, d]))
    crowd.at_once(crowd.readings([a, b]), inner=True)
    [full], [out], [free] = crowd.readings([c]), crowd.readings([a], Direction.OUT), crowd.readings([d])

    said = crowd.at_once([full, out, free], inner=True)

    assert verdicts(said) == ["room_full", "exited", "admitted"]
    assert [one.room.inside for one in said if isinstance(one, Entry)] == [2, 1, 2]
    assert rooms()["Small room"] == PLACES


def test_places_left_are_counted_down_one_by_one(crowd: Crowd) -> None:
    with write_transaction() as session:
        session.execute(update(Room).where(Room.name == "Small room").values(capacity=1, standing=3))
    codes = [guest.code for guest in crowd.guests(3)]
    crowd.at_once(crowd.readings(codes))

    together_ = crowd.at_once(crowd.readings(codes), inner=True)

    crowd.at_once(crowd.readings(codes, Direction.OUT), inner=True)
    alone = [crowd.at_once([reading], inner=True)[0] for reading in crowd.readings(codes)]
    assert reasons(together_) == reasons(alone)
    assert len(set(reasons(alone))) == 3


def reasons(said: Sequence[Entry | Exception]) -> list[str]:
    """Return the sentences."""
    return [one.reason for one in said if isinstance(one, Entry)]


@pytest.mark.parametrize("first", ["let in anyway", "refused"])
def test_who_is_let_into_a_full_room_waits_for_it_no_more(first: str, crowd: Crowd) -> None:
    add_device(crowd.meetup, "Leader", may_override=True)
    a, b, c = (guest.code for guest in crowd.guests(3))
    crowd.at_once(crowd.readings([a, b, c]))
    crowd.at_once(crowd.readings([a, b]), inner=True)
    plain = Reading(c, "plain")
    anyway = Reading(c, "anyway", override=Override("Bea", "she speaks"))
    readings = [anyway, plain] if first == "let in anyway" else [plain, anyway]

    said = crowd.at_once(readings, inner=True, tokens=["emd_Leader", "emd_Leader"])

    assert Counter(verdicts(said)) == {"admitted": 1, "already_in" if first == "let in anyway" else "room_full": 1}
    assert (rooms()["Small room"], db.session.scalar(select(func.count()).select_from(Waiting))) == (PLACES + 1, 0)


def test_nobody_leaves_a_room_with_a_venue_they_are_not_in(crowd: Crowd) -> None:
    """Somebody else has taken them out of the venue meanwhile: what hangs on that may not be kept."""
    [ada] = crowd.guests(1)
    crowd.at_once(crowd.readings([ada.code]))
    crowd.at_once(crowd.readings([ada.code]), inner=True)
    with write_transaction() as session:
        session.execute(update(Presence).where(Presence.door_id == crowd.meetup.front_door).values(left_at=NINE))
    tablet = Actor(device_id=db.session.scalars(select(Device.id)).one())
    place = place_for(DoorKey(crowd.meetup.front_door), tablet, NINE)
    db.session.remove()

    with pytest.raises(Overtaken), direct_transaction() as within:
        presence.leave(within, place, [Crossing(ada.id, NINE, None)])

    assert rooms()["Small room"] == 1


def test_numbers_cannot_be_tried_many_at_a_time(crowd: Crowd) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("where writers are not alone, as many more pass as are tried at the same moment")
    door = DoorKey(crowd.meetup.front_door, crowd.meetup.slug)

    def guess(number: int) -> str:
        with crowd.app.app_context():
            try:
                return scan(door, Reading(f"{number:06}", str(number)), by=crowd.tablet, at=NINE).verdict.value
            except TooMany:
                return "too many"

    with ThreadPoolExecutor(8) as pool:
        assert Counter(pool.map(guess, range(2 * WRONG_NUMBERS))) == {
            "unknown": WRONG_NUMBERS,
            "too many": WRONG_NUMBERS,
        }


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

    def forgetful(*asked: Any) -> dict[tuple[int, str], int]:
        ids = append_scans(*asked)
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
