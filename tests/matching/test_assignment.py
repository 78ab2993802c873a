"""Lists agree, caps hold, and nobody is forgotten."""

from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.utils.estimator_checks import parametrize_with_checks

from eventmatch.matching.assignment import MutualMatcher


@parametrize_with_checks([MutualMatcher(), MutualMatcher(metric="precomputed")])  # type: ignore[untyped-decorator]  # scikit-learn ships no types
def test_keeps_the_contract_of_an_estimator(estimator: Any, check: Any) -> None:
    check(estimator)


def values_of(n: int, seed: int = 7) -> np.ndarray[Any, np.dtype[np.float64]]:
    chance = np.random.default_rng(seed).random((n, n))
    return np.asarray(chance + chance.T)


def matched(values: Any, n_suggestions: int) -> list[list[int]]:
    matcher = MutualMatcher(n_suggestions, metric="precomputed").fit(values)
    return [own.tolist() for own in matcher.lists_]


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


@pytest.mark.parametrize("wrong", [{"n_suggestions": 0}, {"metric": "euclidean"}])
def test_settings_out_of_range_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="n_suggestions"):
        clone(MutualMatcher()).set_params(**wrong).fit([[1.0], [2.0]])
