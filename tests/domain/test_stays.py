"""Where somebody is, from the doors they went through."""

from datetime import UTC, datetime, timedelta

from eventmatch.domain.states import Direction
from eventmatch.domain.stays import Passage, Stay, every_stay, stays

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


def spans(*steps: Passage, zone: str | None = None) -> list[tuple[int, int, int | None]]:
    """Return every stay as a room and minutes after nine."""

    def minutes(at: datetime) -> int:
        return (at - NINE) // timedelta(minutes=1)

    found = [
        (stay.first.room_id, minutes(stay.first.at), minutes(stay.left_at) if stay.left_at is not None else None)
        for stay in every_stay(steps, zone)
    ]
    return sorted(found, key=lambda span: span[:2])


def test_each_stretch_of_time_in_a_room_is_a_stay_of_its_own() -> None:
    went = [step(VENUE, 0), step(CARRIAGE, 1), step(BOX, 5), step(CARRIAGE, 9), step(VENUE, 20, Direction.OUT)]

    assert spans(*went) == [(VENUE, 0, 20), (CARRIAGE, 1, 5), (CARRIAGE, 9, 20), (BOX, 5, 9)]


def test_a_stay_nobody_ended_goes_on() -> None:
    assert spans(step(VENUE, 0), step(CARRIAGE, 1)) == [(VENUE, 0, None), (CARRIAGE, 1, None)]


def test_going_out_of_a_room_one_is_not_in_ends_nothing() -> None:
    assert spans(step(VENUE, 0), step(BOX, 3, Direction.OUT)) == [(VENUE, 0, None)]


def test_two_ways_in_and_two_ways_out_are_one_stay() -> None:
    twice = [step(VENUE, 0), step(VENUE, 4), step(VENUE, 9, Direction.OUT), step(VENUE, 12, Direction.OUT)]

    assert spans(*twice) == [(VENUE, 0, 9)]


def test_every_day_has_stays_of_its_own_where_each_counts_anew() -> None:
    days = [step(VENUE, 0), step(VENUE, 24 * HOUR), step(VENUE, 25 * HOUR, Direction.OUT)]

    assert spans(*days, zone="Europe/Berlin") == [(VENUE, 0, None), (VENUE, 24 * HOUR, 25 * HOUR)]
    assert spans(*days) == [(VENUE, 0, 25 * HOUR)]
