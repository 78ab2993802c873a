"""Where somebody is, from the doors they went through."""

from datetime import UTC, datetime, timedelta

from eventmatch.domain.states import Direction
from eventmatch.domain.stays import Passage, Stay, stays

NINE = datetime(2027, 3, 4, 9, 0, tzinfo=UTC)
VENUE, CARRIAGE, BOX = 1, 2, 3


def step(room: int, minutes: int, direction: Direction = Direction.IN) -> Passage:
    return Passage(room, room * 10, room == VENUE, direction, NINE + timedelta(minutes=minutes))


def inside(*steps: Passage) -> set[int]:
    return {room for room, stay in stays(steps).items() if stay.left_at is None}


def test_nobody_is_anywhere_before_the_first_scan() -> None:
    assert stays([]) == {}


def test_entering_a_room_leaves_the_one_before_but_not_the_venue() -> None:
    assert inside(step(VENUE, 0), step(CARRIAGE, 1), step(BOX, 2)) == {VENUE, BOX}


def test_leaving_the_venue_leaves_every_room() -> None:
    assert inside(step(VENUE, 0), step(CARRIAGE, 1), step(VENUE, 2, Direction.OUT)) == set()


def test_leaving_a_room_leaves_nothing_else() -> None:
    assert inside(step(VENUE, 0), step(CARRIAGE, 1), step(CARRIAGE, 2, Direction.OUT)) == {VENUE}


def test_coming_back_begins_a_new_stay() -> None:
    found = stays([step(VENUE, 0), step(VENUE, 1, Direction.OUT), step(VENUE, 2)])

    assert found == {VENUE: Stay(10, venue=True, since=NINE + timedelta(minutes=2))}
