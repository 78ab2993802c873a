"""A pair finds a round whenever moving others can make one."""

import random
from typing import Any

import networkx as nx
import pytest

from eventmatch.matching.bookings import Pair, bits
from eventmatch.matching.colouring import Colouring


def everybody(n: int, n_rounds: int) -> Colouring:
    return Colouring([(1 << n_rounds) - 1] * n, n_rounds)


def left_over(graph: Any, seed: int) -> list[Pair]:
    """Pairs without a round among one more than the busiest has meetings, added in a random order."""
    colouring = everybody(len(graph), max(degree for _, degree in graph.degree) + 1)
    pairs = list(graph.edges)
    random.Random(seed).shuffle(pairs)
    return [pair for pair in pairs if not colouring.add(*pair)]


@pytest.mark.parametrize("n", [7, 9, 24, 40])
def test_one_round_more_than_the_busiest_has_meetings_is_always_enough(n: int) -> None:
    graphs = [nx.gnp_random_graph(n, chance, seed) for chance in (0.2, 0.5, 1.0) for seed in range(20)]

    assert not [pair for seed, graph in enumerate(graphs) for pair in left_over(graph, seed)]


def test_without_fans_one_round_more_would_not_be_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Colouring, "_by_fan", lambda *_: False)

    assert [pair for seed in range(20) for pair in left_over(nx.complete_graph(7), seed)]


def test_a_chain_of_meetings_makes_room() -> None:
    colouring = Colouring([0b01, 0b11, 0b11], 2)
    colouring.book(1, 2, 0)

    assert colouring.add(0, 1)
    assert list(colouring.meetings()) == [(0, (0, 1)), (1, (1, 2))]


def test_nobody_is_moved_to_a_round_they_miss() -> None:
    colouring = Colouring([0b01, 0b11, 0b01], 2)
    colouring.book(1, 2, 0)

    assert not colouring.add(0, 1, depth=2)
    assert list(colouring.meetings()) == [(0, (1, 2))]


def test_a_chain_longer_than_allowed_is_left_alone() -> None:
    colouring = Colouring([0b01, 0b11, 0b11], 2)
    colouring.book(1, 2, 0)

    assert not colouring.add_near(0, 1, reach=0)


def test_an_addition_that_fails_changes_nothing() -> None:
    colouring = everybody(5, 4)
    pairs = list(nx.complete_graph(5).edges)  # needs five rounds
    placed = [colouring.add(a, b) for a, b in pairs]
    before = list(colouring.meetings())

    colouring.add(*pairs[placed.index(False)], depth=2)

    assert list(colouring.meetings()) == before


def test_a_full_round_takes_nobody_in() -> None:
    colouring = everybody(4, 1)
    colouring.limit = 1

    assert [colouring.add(0, 1), colouring.add(2, 3)] == [True, False]


def test_levelled_rounds_are_even() -> None:
    colouring = everybody(8, 2)
    for a in range(0, 8, 2):
        colouring.book(a, a + 1, 0)

    colouring.level()

    assert colouring.load == [2, 2]


def test_levelling_keeps_people_in_the_rounds_they_are_there_for() -> None:
    colouring = Colouring([0b01] * 4, 2)
    colouring.book(0, 1, 0)
    colouring.book(2, 3, 0)

    colouring.level()

    assert colouring.load == [2, 0]


def test_bits_come_lowest_first() -> None:
    assert list(bits(0b101001)) == [0, 3, 5]
