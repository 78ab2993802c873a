"""Lists agree, caps hold, and nobody is forgotten."""

from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.utils.estimator_checks import parametrize_with_checks

from eventmatch.matching.assignment import MutualMatcher
from eventmatch.matching.choosing import Solver
from tests.matching.graphs import crowd_of

SOLVERS: tuple[Solver, ...] = ("greedy", "lp")
EITHER = pytest.mark.parametrize("solver", SOLVERS)


@parametrize_with_checks([MutualMatcher(), MutualMatcher(metric="precomputed"), MutualMatcher(solver="lp")])  # type: ignore[untyped-decorator]  # scikit-learn ships no types
def test_keeps_the_contract_of_an_estimator(estimator: Any, check: Any) -> None:
    check(estimator)


def values_of(n: int, seed: int = 7) -> np.ndarray[Any, np.dtype[np.float64]]:
    chance = np.random.default_rng(seed).random((n, n))
    return np.asarray(chance + chance.T)


def matched(values: Any, n_suggestions: int) -> list[list[int]]:
    matcher = MutualMatcher(n_suggestions, metric="precomputed").fit(values)
    return [own.tolist() for own in matcher.lists_]


def fitted(values: Any, solver: Solver, **more: Any) -> list[list[int]]:
    """Lists of three under caps and limits."""
    return [own.tolist() for own in MutualMatcher(3, metric="precomputed", solver=solver).fit(values, **more).lists_]


@settings(deadline=None)  # how long it takes is measured in benchmarks
@given(st.integers(2, 24), st.integers(1, 6), st.integers(0, 1000))
def test_lists_agree_and_nobody_is_swamped(n: int, n_suggestions: int, seed: int) -> None:
    lists = matched(values_of(n, seed), n_suggestions)

    assert {(a, b) for a, own in enumerate(lists) for b in own} == {(b, a) for a, own in enumerate(lists) for b in own}
    assert max(map(len, lists)) <= n_suggestions


@pytest.mark.parametrize("n", [12, 40, 133])
def test_lists_are_full_where_everybody_may_meet(n: int) -> None:
    assert [len(own) for own in matched(values_of(n), 10)] == [10] * n


def test_greed_alone_would_leave_places_empty() -> None:
    path = sp.csr_array(([1.0, 3.0, 1.0], ([0, 1, 2], [1, 2, 3])), shape=(4, 4))  # greed takes the middle

    assert matched(path, 1) == [[1], [0], [3], [2]]


def test_somebody_with_room_for_two_takes_the_place_between_two() -> None:
    values = np.array([[0, 1, 1], [1, 0, 9], [1, 9, 0]], dtype=float)

    assert matched(values, 2) == [[1, 2], [2, 0], [1, 0]]


def test_everybody_has_two_before_anybody_has_a_fourth() -> None:
    n = 12
    values = np.full((n, n), 5.0)
    values[0] = values[:, 0] = 1.0  # all prefer each other to person 0

    assert len(matched(values, 4)[0]) >= 2


def test_a_place_is_made_for_who_knows_only_the_popular() -> None:
    popular = range(1, 6)
    links = [(a, b, 9.0) for a in popular for b in popular if a < b] + [(0, 1, 1.0), (0, 2, 1.0)]
    low, high, worth = zip(*links, strict=True)

    lists = matched(sp.csr_array((worth, (low, high)), shape=(6, 6)), 4)

    assert len(lists[0]) == 2


def test_only_stored_pairs_are_possible() -> None:
    lists = matched(sp.csr_array(([1.0], ([0], [2])), shape=(3, 3)), 2)

    assert lists == [[2], [], [0]]


def test_of_equal_pairs_the_earlier_registrations_win() -> None:
    assert matched(np.ones((5, 5)), 1) == [[1], [0], [3], [2], []]


def test_pairs_come_best_first_with_their_values() -> None:
    matcher = MutualMatcher(1, metric="precomputed").fit([[0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 7], [0, 0, 7, 0]])

    assert (matcher.pairs_.tolist(), matcher.values_.tolist()) == ([[2, 3], [0, 1]], [7, 1])


def test_two_opinions_of_a_pair_are_averaged() -> None:
    matcher = MutualMatcher(1, metric="precomputed").fit([[0, 1], [2, 0]])

    assert matcher.values_.tolist() == [1.5]


def test_features_are_compared_by_cosine() -> None:
    matcher = MutualMatcher(1).fit(sp.csr_array([[2.0, 0], [0, 1], [9, 1], [1, 9]]))

    assert matcher.pairs_.tolist() == [[0, 2], [1, 3]]


@EITHER
def test_nobody_has_more_than_their_own_cap(solver: Solver) -> None:
    caps = [0, 1, 2, 7, 3, 3]

    lists = fitted(np.ones((6, 6)), solver, caps=caps)

    assert all(len(own) <= cap for own, cap in zip(lists, caps, strict=True))
    assert sum(map(len, lists)) == 12  # of 13 that the others leave to each other, one has no other half


@EITHER
def test_fixed_pairs_stay_and_free_places_are_filled_beside_them(solver: Solver) -> None:
    values = values_of(8)
    worst = np.argwhere(values == values.min())[0]

    lists = fitted(values, solver, fixed=[worst])

    assert worst[1] in lists[worst[0]]
    assert [len(own) for own in lists] == [3] * 8


def test_a_newcomer_changes_no_pair_that_stands() -> None:
    values = values_of(12)
    before = MutualMatcher(3, metric="precomputed").fit(values[:11, :11]).pairs_

    after = MutualMatcher(3, metric="precomputed").fit(values, fixed=before).pairs_

    new = {tuple(pair) for pair in after.tolist()} - {tuple(pair) for pair in before.tolist()}
    assert len(after) == len(before) + len(new)
    assert all(11 in pair or free(before, pair) for pair in new)


def free(pairs: Any, two: tuple[int, ...]) -> bool:
    """Whether two people both had a place left."""
    return all(np.count_nonzero(pairs == person) < 3 for person in two)


def test_fixed_pairs_beyond_a_cap_stay_and_nothing_is_added() -> None:
    lists = fitted(np.ones((4, 4)), "greedy", caps=[1, 3, 3, 3], fixed=[[0, 1], [2, 0]])

    assert lists[0] == [1, 2]


def test_a_fixed_pair_of_strangers_stays_and_is_worth_nothing() -> None:
    matcher = MutualMatcher(1, metric="precomputed").fit(sp.csr_array((3, 3)), fixed=[[2, 1]])

    assert (matcher.pairs_.tolist(), matcher.values_.tolist()) == ([[1, 2]], [0])


OFFICES = np.array([1, 1, 1, 1, 2, 2, 3, 3, 0, 0, 0, 0])


@EITHER
def test_a_list_holds_few_of_one_office_where_there_are_others(solver: Solver) -> None:
    values = values_of(12) + 5 * (OFFICES[:, None] == OFFICES)

    lists = fitted(values, solver, groups=[(OFFICES, 1)])

    assert max(np.bincount(OFFICES[own])[1:].max(initial=0) for own in lists) == 1
    assert [len(own) for own in lists] == [3] * 12


@EITHER
def test_without_the_limit_the_same_lists_hold_more_of_one_office(solver: Solver) -> None:
    values = values_of(12) + 5 * (OFFICES[:, None] == OFFICES)

    lists = fitted(values, solver)

    assert max(np.bincount(OFFICES[own])[1:].max(initial=0) for own in lists) == 3


@EITHER
def test_a_place_is_filled_beyond_the_limit_rather_than_left_empty(solver: Solver) -> None:
    lists = fitted(values_of(6), solver, groups=[(np.ones(6, dtype=int), 1)])

    assert [len(own) for own in lists] == [3] * 6


@EITHER
def test_several_limits_hold_at_once(solver: Solver) -> None:
    tags = np.arange(12) % 4 + 1

    lists = fitted(values_of(12), solver, groups=[(OFFICES, 2), (tags, 1)])

    assert max(np.bincount(OFFICES[own])[1:].max(initial=0) for own in lists) <= 2
    assert max(np.bincount(tags[own]).max() for own in lists) == 1


def test_fixed_pairs_count_against_limits() -> None:
    lists = fitted(np.ones((12, 12)), "greedy", groups=[(OFFICES, 1)], fixed=[[8, 3]])

    assert set(lists[8]) & {0, 1, 2, 3} == {3}


def test_the_linear_programme_finds_what_greed_misses() -> None:
    crowd = crowd_of(175, least_cap=2, bound=False)
    quick, best = (crowd.matched(solver) for solver in SOLVERS)

    assert quick.values_.sum() < best.values_.sum()
    assert (quick.gap_ > 0, best.gap_) == (True, 0)


def test_without_a_step_of_the_programme_the_greedy_choice_stands() -> None:
    values = values_of(30)
    quick = MutualMatcher(3, metric="precomputed").fit(values)

    stopped = MutualMatcher(3, metric="precomputed", solver="lp", max_iter=0).fit(values)

    assert (stopped.pairs_.tolist(), stopped.bound_) == (quick.pairs_.tolist(), quick.bound_)


@EITHER
def test_the_same_values_give_the_same_bytes(solver: Solver) -> None:
    once, again = (
        MutualMatcher(4, metric="precomputed", solver=solver).fit(values_of(60), groups=[(np.arange(60) % 7, 1)])
        for _ in range(2)
    )

    assert once.pairs_.tobytes() + once.values_.tobytes() == again.pairs_.tobytes() + again.values_.tobytes()
    assert once.bound_ == again.bound_


def test_nobody_at_all_has_nothing_to_fall_short_of() -> None:
    matcher = MutualMatcher(metric="precomputed").fit(sp.csr_array((2, 2)))

    assert (matcher.bound_, matcher.gap_, [len(own) for own in matcher.lists_]) == (0, 0, [0, 0])


@pytest.mark.parametrize("wrong", [{"n_suggestions": 0}, {"metric": "euclidean"}])
def test_settings_out_of_range_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="n_suggestions"):
        clone(MutualMatcher()).set_params(**wrong).fit([[1.0], [2.0]])


@pytest.mark.parametrize("wrong", [{"solver": "magic"}, {"max_iter": -1}])
def test_a_way_to_solve_out_of_range_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="solver"):
        clone(MutualMatcher()).set_params(**wrong).fit([[1.0], [2.0]])


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"caps": [1]}, "Caps are of shape"),
        ({"caps": []}, "Caps are of shape"),
        ({"caps": [1, -1]}, "Caps are whole numbers, 0 or more"),
        ({"caps": [1, 0.5]}, "Caps are whole numbers"),
        ({"groups": [([1], 1)]}, "Codes are of shape"),
        ({"groups": [([1, 1], -1)]}, "Limits are whole numbers, 0 or more"),
        ({"fixed": [[0, 1, 1]]}, "Fixed pairs are of shape"),
        ({"fixed": [[0, 2]]}, "two different rows below 2"),
        ({"fixed": [[1, 1]]}, "two different rows"),
    ],
)
def test_what_makes_no_sense_is_named(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        MutualMatcher(metric="precomputed").fit([[0.0, 1.0], [1.0, 0.0]], **wrong)
