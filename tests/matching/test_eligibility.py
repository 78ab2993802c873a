"""Nobody is listed to whom there is no way or time."""

from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest
from hypothesis import given

from eventmatch.matching.eligibility import Eligibility, free_moments, merged
from eventmatch.matching.profiles import Mode, Profile
from tests.matching.people import MINUTE, NINE, can_meet, strangers


def may_meet(one: Profile, other: Profile, **rules: str) -> bool:
    return bool(Eligibility([one, other], **rules).block(slice(0, 1))[0, 1])  # type: ignore[arg-type]  # one rule only


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (("in_person", False), ("in_person", False), True),
        (("in_person", False), ("either", False), True),
        (("in_person", False), ("online", True), False),
        (("in_person", True), ("online", True), True),
        (("in_person", True), ("online", False), False),
        (("either", True), ("online", True), True),
        (("either", False), ("online", True), False),
        (("online", True), ("online", True), True),
        (("online", True), ("online", False), False),
    ],
)
def test_two_people_need_a_way_to_meet(one: tuple[Mode, bool], other: tuple[Mode, bool], expected: bool) -> None:  # noqa: FBT001 - a table of cases
    ada, ben = (Profile(name, mode=mode, can_video=video) for name, (mode, video) in (("ada", one), ("ben", other)))

    assert (may_meet(ada, ben), may_meet(ben, ada)) == (expected, expected)


@pytest.mark.parametrize(("shared", "expected"), [(14, False), (15, True), (16, True)])
def test_two_people_need_fifteen_minutes(shared: int, expected: bool) -> None:  # noqa: FBT001 - a table of cases
    ada = Profile("ada", hours=((NINE, NINE + 60 * MINUTE),))
    ben = Profile("ben", hours=((NINE + (60 - shared) * MINUTE, NINE + 120 * MINUTE),))

    assert may_meet(ada, ben) is expected


def test_fifteen_minutes_in_two_pieces_are_not_enough() -> None:
    ada = Profile("ada", hours=((NINE, NINE + 10 * MINUTE), (NINE + 30 * MINUTE, NINE + 40 * MINUTE)))

    assert not may_meet(ada, Profile("ben"))


def test_touching_hours_are_one() -> None:
    spans = [(NINE + 10 * MINUTE, NINE + 20 * MINUTE), (NINE, NINE + 10 * MINUTE)]

    assert merged(spans) == [(NINE.replace(tzinfo=UTC), NINE.replace(tzinfo=UTC) + 20 * MINUTE)]


def test_minutes_at_the_beginning_of_time_are_no_time() -> None:
    first = datetime.min.replace(tzinfo=UTC)

    assert not may_meet(Profile("ada", hours=((first, first + 10 * MINUTE),)), Profile("ben"))


def test_hours_in_two_zones_are_compared_as_moments() -> None:
    berlin = timezone(timedelta(hours=1))
    ada = Profile("ada", hours=((datetime(2027, 3, 4, 10, tzinfo=berlin), datetime(2027, 3, 4, 11, tzinfo=berlin)),))
    ben = Profile("ben", hours=((datetime(2027, 3, 4, 9, tzinfo=UTC), datetime(2027, 3, 4, 10, tzinfo=UTC)),))

    assert may_meet(ada, ben)


def test_no_hours_mean_the_whole_event() -> None:
    assert may_meet(Profile("ada"), Profile("ben"))


def test_hours_that_end_before_they_begin_leave_nobody_to_meet() -> None:
    assert not may_meet(Profile("ada", hours=((NINE, NINE - MINUTE),)), Profile("ben"))


def test_many_moments_need_more_than_one_word_of_bits() -> None:
    hours = [((NINE + i * MINUTE, NINE + (i + 20) * MINUTE),) for i in range(130)]

    bits = free_moments(hours)

    assert [bool((bits[0] & bits[i]).any()) for i in (4, 5, 6, 129)] == [True, True, False, False]


@pytest.mark.parametrize(("names", "expected"), [(("Blue Kite", "BLUE KITE"), False), (("", ""), True)])
def test_colleagues_are_kept_apart_where_asked(names: tuple[str, str], expected: bool) -> None:  # noqa: FBT001 - as above
    ada, ben = (Profile(name, organisation=organisation) for name, organisation in zip("ab", names, strict=True))

    assert (may_meet(ada, ben), may_meet(ada, ben, same_organisation="avoid")) == (True, expected)


def test_an_exclusion_holds_both_ways() -> None:
    allowed = Eligibility([Profile("ada"), Profile("ben"), Profile("chidi")], [(1, 0)]).block(slice(0, 3))

    assert np.argwhere(~allowed).tolist() == [[0, 1], [1, 0]]


@given(strangers)
def test_bits_agree_with_minutes_counted_one_by_one(profiles: list[Profile]) -> None:
    allowed = Eligibility(profiles).block(slice(0, len(profiles)))

    wrong = [
        (a, b) for a in range(len(profiles)) for b in range(a) if allowed[a, b] != can_meet(profiles[a], profiles[b])
    ]
    assert not wrong
