"""Lists keep to what the organiser wants and to what has happened already."""

from dataclasses import replace

import numpy as np
import pytest

from eventmatch.matching.event import match_event
from eventmatch.matching.learning import FEATURES, LearnedOrder
from eventmatch.matching.lists import worth
from eventmatch.matching.measures import exposure
from eventmatch.matching.profiles import Profile
from eventmatch.matching.settings import History, MatchSettings, Mode
from tests.matching.people import crowd, listed

MUTUAL, CAPPED, RANKED = (MatchSettings(mode=mode) for mode in ("mutual", "capped", "ranked"))
EVERY = pytest.mark.parametrize("settings", [MUTUAL, CAPPED, RANKED], ids=["mutual", "capped", "ranked"])


@EVERY
def test_who_must_meet_comes_first_on_both_lists(settings: MatchSettings) -> None:
    profiles = crowd(40)
    last = match_event(profiles, settings=replace(RANKED, n_suggestions=39)).lists[0][-1]

    lists = match_event(profiles, settings=settings, must=[("0", str(last))]).lists

    assert (lists[0][0], lists[last][0]) == (last, 0)


@EVERY
def test_who_must_meet_comes_first_whatever_was_learned(settings: MatchSettings) -> None:
    sure = LearnedOrder(np.zeros(len(FEATURES)), np.ones(len(FEATURES)), np.array([4.0, 7, 3, 1, 1, 1, 1]))

    result = match_event(
        crowd(12, 19), settings=replace(settings, n_suggestions=1), must=[("0", "11")], history=History(learned=sure)
    )

    assert [result.lists[row].tolist() for row in (0, 11)] == [[11], [0]]


def test_pairs_that_can_be_read_only_once_count_where_everybody_is_considered() -> None:
    alike = [Profile(str(number)) for number in range(130)]

    lists = match_event(alike, settings=replace(MUTUAL, quick=True), must=iter([("70", "129")])).lists

    assert (lists[70][0], lists[129][0]) == (129, 70)


def test_who_must_meet_hides_no_gap() -> None:
    profiles = crowd(60)
    quick = replace(MUTUAL, quick=True)

    alone, beside = (match_event(profiles, settings=quick, must=must).gap or 0 for must in ((), [("0", "59")]))

    assert beside > alone / 100 > 0


@EVERY
def test_who_is_excluded_need_not_meet(settings: MatchSettings) -> None:
    result = match_event(crowd(40), [("0", "1")], settings, must=[("1", "0")])

    assert ("0", "1") not in listed(result)


@EVERY
def test_nobody_is_told_to_meet_themselves(settings: MatchSettings) -> None:
    lists = match_event(crowd(20), settings=settings, must=[("0", "0")]).lists

    assert not any(row in own for row, own in enumerate(lists))


@EVERY
def test_who_cannot_meet_need_not_meet(settings: MatchSettings) -> None:
    profiles = [*crowd(12), Profile("online", mode="online")]

    assert ("online", "0") not in listed(match_event(profiles, settings=settings, must=[("online", "0")]))


@pytest.mark.parametrize("mode", ["mutual", "capped"])
def test_people_who_wrote_nothing_fill_each_others_lists(mode: Mode) -> None:
    lists = match_event([Profile(str(number)) for number in range(200)], settings=MatchSettings(mode=mode)).lists

    assert {len(own) for own in lists} == {6}
    assert exposure(lists).min() > 0


def test_nobody_stands_on_more_lists_than_the_cap() -> None:
    lists = match_event(crowd(60), settings=replace(CAPPED, cap=7)).lists

    assert (exposure(lists).max(), {len(own) for own in lists}) == (7, {6})


def test_a_cap_below_the_places_makes_all_lists_as_short() -> None:
    lists = match_event(crowd(60), settings=replace(CAPPED, cap=4)).lists

    assert {len(own) for own in lists} == {4}


def test_without_a_cap_somebody_stands_on_more_lists() -> None:
    assert exposure(match_event(crowd(60), settings=RANKED).lists).max() > 9


def test_without_a_number_the_cap_is_half_as_many_again() -> None:
    assert exposure(match_event(crowd(60), settings=CAPPED).lists).max() <= 9


def test_diverse_lists_hold_at_most_two_of_six_from_one_organisation() -> None:
    profiles = [replace_organisation(profile, number % 4) for number, profile in enumerate(crowd(60))]
    house = np.arange(60) % 4

    plain, diverse = (match_event(profiles, settings=replace(MUTUAL, diverse=wanted)).lists for wanted in (False, True))

    assert most_of_one(diverse, house) <= 2 < most_of_one(plain, house)


def test_lists_of_a_house_of_its_own_are_as_full_diverse_or_not() -> None:
    profiles = [replace_organisation(profile, 0) for profile in crowd(30)]

    assert {len(own) for own in match_event(profiles, settings=replace(MUTUAL, diverse=True)).lists} == {6}


def replace_organisation(profile: Profile, number: int) -> Profile:
    """The same person, working at the numbered house."""
    return replace(profile, organisation=f"House {number}")


def most_of_one(lists: tuple[np.ndarray, ...], house: np.ndarray) -> int:
    """How many of one house stand on one list at most."""
    return max(int(np.bincount(house[own]).max()) for own in lists if len(own))


def test_colleagues_come_first_where_they_are_preferred() -> None:
    profiles = [Profile(str(number), organisation="ab"[number % 2], interests=("chess",)) for number in range(8)]

    result = match_event(profiles, settings=replace(RANKED, n_suggestions=3, same_organisation="prefer"))

    assert [sorted(own.tolist()) for own in result.lists[:2]] == [[2, 4, 6], [3, 5, 7]]
    assert result.suggestions()[0][0].reasons[1].mine == "a"


def test_a_better_pair_is_worth_more_and_none_is_worth_nothing() -> None:
    found = worth(np.array([3.0, 1.0, -2.0]))

    assert np.all(np.diff(found) < 0)
    assert found.min() > 0


def test_equal_pairs_are_worth_the_same() -> None:
    assert worth(np.zeros(3)).tolist() == [1, 1, 1]


def test_one_pair_among_a_million_that_are_alike_can_still_be_added_up() -> None:
    found = worth(np.append(1.0, np.zeros(1_000_000)))

    assert found[0] > found[1] > 0
    assert found.sum() + 0.1 > found.sum()
