"""Where somebody is, from the doors they went through."""

from datetime import UTC, datetime, timedelta

from eventmatch.domain.states import Direction
from eventmatch.domain.stays import Passage, Stay, stays

NINE = datetime(2027, 3, 4, 9, 0, tzinfo=UTC)
HOUR = 60  # minutes
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

    assert found == {VENUE: Stay(step(VENUE, 2))}


def test_coming_in_twice_is_one_stay_since_the_first_time() -> None:
    found = stays([step(VENUE, 0), step(CARRIAGE, 1), step(CARRIAGE, 2), step(VENUE, 3)])

    assert found == {VENUE: Stay(step(VENUE, 0)), CARRIAGE: Stay(step(CARRIAGE, 1))}


def test_going_out_twice_ends_a_stay_once() -> None:
    found = stays([step(VENUE, 0), step(VENUE, 1, Direction.OUT), step(VENUE, 2, Direction.OUT)])

    assert found[VENUE].left_at == NINE + timedelta(minutes=1)


def test_where_each_day_counts_anew_a_stay_ends_with_the_local_day() -> None:
    steps = [
        step(VENUE, 0),
        step(CARRIAGE, 1),
        step(VENUE, 14 * HOUR - 1),
        step(VENUE, 15 * HOUR),
        step(VENUE, 16 * HOUR),
    ]

    found = stays(steps, "Europe/Berlin")  # midnight is 23:00 UTC there

    assert found == {VENUE: Stay(step(VENUE, 15 * HOUR)), CARRIAGE: Stay(step(CARRIAGE, 1))}
    assert stays(steps)[VENUE] == Stay(step(VENUE, 0))
