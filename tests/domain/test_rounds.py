"""When rounds are, and who can be there."""

from datetime import UTC, datetime, timedelta

import pytest

from eventmatch.domain.rounds import RoundTimes

TEN = datetime(2027, 3, 4, 10, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
TIMES = RoundTimes(TEN, rounds=3, minutes=15, pause=5)


def test_rounds_follow_each_other_with_a_pause() -> None:
    assert [(TIMES.begins(r) - TEN, TIMES.ends(r) - TEN) for r in range(3)] == [
        (0 * MINUTE, 15 * MINUTE),
        (20 * MINUTE, 35 * MINUTE),
        (40 * MINUTE, 55 * MINUTE),
    ]
    assert TIMES.ends_at == TEN + 55 * MINUTE


@pytest.mark.parametrize(("minutes", "expected"), [(-1, 0), (0, 1), (19, 1), (20, 2), (41, 3)])
def test_a_round_has_begun_when_its_time_has_come(minutes: int, expected: int) -> None:
    assert TIMES.next_round(TEN + minutes * MINUTE) == expected


def test_no_hours_mean_every_round() -> None:
    assert TIMES.free(()) == [True, True, True]


def test_hours_must_hold_all_of_a_round() -> None:
    assert TIMES.free(((TEN, TEN + 34 * MINUTE), (TEN + 40 * MINUTE, TEN + 55 * MINUTE))) == [True, False, True]


def test_hours_that_touch_or_overlap_are_one() -> None:
    hours = ((TEN + 8 * MINUTE, TEN + 16 * MINUTE), (TEN, TEN + 8 * MINUTE), (TEN + 2 * MINUTE, TEN + 5 * MINUTE))

    assert TIMES.free(hours) == [True, False, False]
