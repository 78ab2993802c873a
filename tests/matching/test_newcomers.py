"""Lists stay exact while people come."""

from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st
from sklearn.utils.estimator_checks import parametrize_with_checks

from eventmatch.matching.nearest import nearest
from eventmatch.matching.newcomers import NearestPeople
from tests.matching.test_nearest import same, unit, whole

sizes = st.tuples(st.integers(1, 12), st.integers(1, 12), st.integers(1, 4), st.integers(1, 6), st.integers(0, 10_000))


@parametrize_with_checks([NearestPeople()])  # type: ignore[untyped-decorator]  # scikit-learn ships no types
def test_keeps_the_contract_of_an_estimator(estimator: Any, check: Any) -> None:
    check(estimator)


@given(sizes)
def test_coming_one_by_one_gives_the_lists_of_all_together(sizes: tuple[int, int, int, int, int]) -> None:
    first, later, d, k, seed = sizes
    everybody, shift = whole(first + later, d, seed), whole(1, first + later, seed + 1, least=-2)[0]

    people = NearestPeople(k).fit(everybody[:first], shift=shift[:first])
    for row in range(first, first + later):
        people.add(everybody[[row]], shift=shift[row])

    rows = sp.csr_array(everybody)
    assert same((people.indices_, people.values_), nearest(rows, rows, k, shift=shift))


def test_fractions_are_rounded_as_for_all_together() -> None:
    rows = sp.csr_array(unit(300))

    people = NearestPeople(9, kernel="plain").fit(rows[:200])
    for row in range(200, 300):
        people.add(rows[[row]])

    assert same((people.indices_, people.values_), nearest(rows, rows, 9, kernel="plain"))


def test_changed_are_exactly_those_whose_lists_change() -> None:
    rows = sp.csr_array(unit(300))
    people = NearestPeople(5).fit(rows[:299])
    before = people.indices_.copy()

    newcomer = people.add(rows[[299]])

    assert newcomer.changed.tolist() == np.flatnonzero((people.indices_[:299] != before).any(axis=1)).tolist()
    assert (people.indices_[newcomer.changed] == newcomer.row).any(axis=1).all()


def test_a_newcomer_gets_their_own_list() -> None:
    rows = sp.csr_array(unit(300))
    people = NearestPeople(5).fit(rows[:299])

    newcomer = people.add(rows[[299]])

    assert newcomer.row == 299
    assert same((newcomer.indices, newcomer.values), (people.indices_[299], people.values_[299]))


def test_of_equal_ones_who_came_earlier_stays() -> None:
    people = NearestPeople(1).fit([[1.0], [1.0]])

    assert people.add([[1.0]]).changed.tolist() == []


@given(sizes)
def test_among_those_present_nobody_present_is_missed(sizes: tuple[int, int, int, int, int]) -> None:
    first, later, d, k, seed = sizes
    everybody, shift = whole(first + later, d, seed), whole(1, first + later, seed + 1, least=-2)[0]
    present = np.random.default_rng(seed).random(first + later) < 0.5
    people = NearestPeople(k).fit(everybody, shift=shift)

    indices, values = people.nearest_to(everybody[[0]], among=present)

    rows = np.flatnonzero(present)
    found, worth = nearest(
        sp.csr_array(everybody[:1]), sp.csr_array(everybody[rows]), k, shift=shift[rows], without_self=False
    )
    assert indices[indices >= 0].tolist() == rows[found[found >= 0]].tolist()
    assert values.tolist() == worth[0].tolist()


def test_a_stored_list_filtered_by_presence_would_miss_people() -> None:
    rows = sp.csr_array(unit(300))
    people = NearestPeople(8).fit(rows)
    present = np.arange(300) % 3 == 1

    rescored, _ = people.nearest_to(rows[[0]], among=present)

    stored = people.indices_[0]
    assert len(stored[present[stored]]) < len(rescored[rescored >= 0]) == 8


def test_one_comes_at_a_time() -> None:
    people = NearestPeople(1).fit([[1.0], [1.0]])

    with pytest.raises(ValueError, match="One person at a time"):
        people.add([[1.0], [1.0]])
