"""Nobody stands on too many lists, everybody on one, and lists are as good as that allows."""

from typing import Any

import numpy as np
import pytest
import scipy.sparse as sp
from scipy.sparse.csgraph import maximum_bipartite_matching

from eventmatch.matching.capped import both_ways, capped_lists
from eventmatch.matching.choosing import Solver
from eventmatch.matching.measures import coverage, exposure

SOLVERS: tuple[Solver, ...] = ("greedy", "lp")


def one_star(n: int, seed: int = 7) -> Any:
    """Values of everybody to everybody, person 0 the best to all and the last one the worst."""
    values = np.random.default_rng(seed).random((n, n))
    values[:, 0] += 1
    values[:, -1] -= 1
    return sp.csr_array(values)


@pytest.mark.parametrize("solver", SOLVERS)
def test_nobody_stands_on_more_lists_than_the_cap_and_all_are_full(solver: Solver) -> None:
    lists = capped_lists(one_star(40), 5, 7, solver=solver)

    assert [len(own) for own in lists] == [5] * 40
    assert exposure(lists).max() <= 7


def test_without_a_cap_the_star_would_be_on_every_list() -> None:
    assert exposure(capped_lists(one_star(40), 5, 40))[0] == 39


def test_everybody_stands_on_a_list_whom_nobody_would_choose() -> None:
    without = np.argsort(-one_star(40).toarray(), axis=1)[:, :5]

    assert 39 not in without
    assert coverage(capped_lists(one_star(40), 5, 40)) == 1


def test_a_list_holds_the_best_first_and_nobody_twice_or_oneself() -> None:
    values = one_star(30).toarray()

    for person, own in enumerate(capped_lists(sp.csr_array(values), 5, 7)):
        assert (np.diff(values[person, own]) <= 0).all()
        assert len({*own.tolist(), person}) == len(own) + 1


def test_the_linear_programme_finds_the_best_lists() -> None:
    values = np.array([[0, 9, 8], [9, 0, 1], [7, 5, 0]], dtype=float)

    lists = capped_lists(sp.csr_array(values), 1, 1, solver="lp")

    assert [own.tolist() for own in lists] == [
        [2],
        [0],
        [1],
    ]  # worth 22; greed would take 9 twice and leave nobody for 2


@pytest.mark.parametrize("seed", range(20))
def test_greed_comes_near_the_linear_programme(seed: int) -> None:
    values = one_star(30, seed).toarray()
    quick, best = (capped_lists(sp.csr_array(values), 4, 5, solver=solver) for solver in SOLVERS)

    assert total(values, quick) >= 0.98 * total(values, best)


def total(values: Any, lists: Any) -> float:
    """What lists are worth, counted from the least value as the matcher does."""
    return float(sum((values[person, own] - values.min()).sum() for person, own in enumerate(lists)))


@pytest.mark.parametrize("solver", SOLVERS)
def test_caps_hold_and_who_can_be_listed_is_listed_in_random_crowds(solver: Solver) -> None:
    for seed in range(40):
        chance = np.random.default_rng(seed)
        n, k, cap = (int(chance.integers(*span)) for span in ((2, 12), (2, 5), (2, 5)))
        graph = sp.random_array((n, n), density=chance.choice([0.2, 0.5, 1]), rng=chance, format="csr")
        graph.setdiag(0)
        graph.eliminate_zeros()
        lists = capped_lists(graph, k, cap, solver=solver)

        assert max(map(len, lists)) <= k
        assert exposure(lists).max(initial=0) <= cap
        assert (exposure(lists) > 0).sum() == most_listed(graph, k)


def most_listed(graph: Any, k: int) -> int:
    """How many people lists of k can hold at most, if each is to be listed once."""
    lists = sp.csr_array(np.repeat((graph.toarray() > 0).astype(int), k, axis=0))
    return int((maximum_bipartite_matching(lists, perm_type="row") >= 0).sum())


def test_only_stored_entries_are_possible() -> None:
    graph = sp.csr_array(([1.0], ([0], [2])), shape=(3, 3))

    assert [own.tolist() for own in capped_lists(graph, 2, 2)] == [[2], [], []]


def test_both_ways_adds_what_is_stored_on_one_side_only() -> None:
    graph = both_ways(sp.csr_array(([1.0, 2.0, -3.0], ([0, 1, 2], [1, 0, 0])), shape=(3, 3)))

    assert graph.toarray().tolist() == [[0, 1, -3], [2, 0, 0], [-3, 0, 0]]


@pytest.mark.parametrize(("n_suggestions", "cap"), [(0, 1), (1, 0)])
def test_lists_without_places_are_refused(n_suggestions: int, cap: int) -> None:
    with pytest.raises(ValueError, match="1 or more"):
        capped_lists(one_star(3), n_suggestions, cap)
