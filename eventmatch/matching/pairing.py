"""Greedy choice of pairs under one cap for everybody, with exchanges where greed leaves room."""

from collections.abc import Iterator
from typing import Self

import numpy as np
from numpy.typing import NDArray

from eventmatch.matching.tags import Sparse

Rows = NDArray[np.int64]
Floats = NDArray[np.float64]

FLOOR = 2  # everybody who can is given as many
BEFORE = 3  # before anybody is given more than this


class Pairing:
    """A growing set of pairs out of the possible ones; where a choice is free, the better and then the earlier wins.

    Parameters
    ----------
    n : int
        Number of people.
    low, high : int array of shape (n_edges,)
        The possible pairs, each once, low < high, best first.
    values : array of shape (n_edges,)
        Their values.
    """

    def __init__(self, n: int, low: Rows, high: Rows, values: Floats) -> None:
        self.edges = list(zip(low.tolist(), high.tolist(), strict=True))
        self.worth: list[dict[int, float]] = [{} for _ in range(n)]  # of each, the others possible, best first
        self.partners: list[set[int]] = [set() for _ in range(n)]
        for (a, b), value in zip(self.edges, values.tolist(), strict=True):
            self.worth[a][b] = self.worth[b][a] = value

    def choose(self, cap: int) -> Self:
        """Pair everybody up to the cap, in rounds that leave nobody behind."""
        self.fill(min(BEFORE, cap))
        self.lift(min(FLOOR, cap), min(BEFORE, cap))
        self.fill(cap)
        self.exchange(cap)
        return self

    def chosen(self) -> tuple[Rows, Floats]:
        """The pairs, best first, as an array of shape (n_pairs, 2), and their values."""
        pairs = [(a, b) for a, b in self.edges if b in self.partners[a]]
        values = [self.worth[a][b] for a, b in pairs]
        return np.array(pairs, dtype=np.int64).reshape(-1, 2), np.array(values, dtype=np.float64)

    def fill(self, cap: int) -> None:
        """Take pairs from the best down while both have room."""
        for a, b in self.edges:
            if self._has_room(a, cap) and self._has_room(b, cap) and b not in self.partners[a]:
                self._join(a, b)

    def lift(self, floor: int, before: int) -> None:
        """Bring everybody up to the floor, if need be in the place of a partner who stays at or above it."""
        for person in range(len(self.partners)):
            while self._has_room(person, floor) and self._take_a_place(person, floor, before):
                pass

    def exchange(self, cap: int) -> None:
        """Give up one pair for two wherever two people still have room."""
        for person in range(len(self.partners)):
            while self._has_room(person, cap) and self._exchange(person, cap):
                pass

    def _take_a_place(self, person: int, floor: int, before: int) -> bool:
        for other in self._open(person):
            if self._has_room(other, before):
                self._join(person, other)
                return True
            for third in sorted(self.partners[other], key=lambda p: (self.worth[other][p], -p)):
                if len(self.partners[third]) > floor:
                    self._part(other, third)
                    self._join(person, other)
                    return True
        return False

    def _exchange(self, person: int, cap: int) -> bool:
        for other in self._open(person):
            offers = [
                (self.worth[third][fourth] - self.worth[other][third], -third, -fourth)
                for third in self.partners[other]
                for fourth in self._takers(third, person, cap)
            ]
            if offers:
                _, third, fourth = max(offers)
                self._part(other, -third)
                self._join(person, other)
                self._join(-third, -fourth)
                return True
        return False

    def _takers(self, third: int, person: int, cap: int) -> Iterator[int]:
        """Who could take in somebody who loses a partner to this person; the person too, with room for two."""
        for fourth in self._open(third):
            if self._has_room(fourth, cap - 1 if fourth == person else cap):
                yield fourth

    def _open(self, person: int) -> Iterator[int]:
        """Possible partners not chosen yet, best first."""
        return (other for other in self.worth[person] if other not in self.partners[person])

    def _has_room(self, person: int, cap: int) -> bool:
        return len(self.partners[person]) < cap

    def _join(self, a: int, b: int) -> None:
        self.partners[a].add(b)
        self.partners[b].add(a)

    def _part(self, a: int, b: int) -> None:
        self.partners[a].remove(b)
        self.partners[b].remove(a)


def edges(values: Sparse) -> tuple[Rows, Rows, Floats]:
    """Pairs off the diagonal, low < high, best first; of equal values the earlier rows come first.

    Parameters
    ----------
    values : array or sparse array of shape (n, n)
        Stored on one side is enough; two sides that differ are averaged.
    """
    row, column, value = entries(values)
    off = row != column
    low, high = np.minimum(row, column)[off], np.maximum(row, column)[off]
    pair, where = np.unique(low * values.shape[0] + high, return_inverse=True)
    mean = np.bincount(where, value[off], len(pair)) / np.bincount(where, minlength=len(pair))
    low, high = np.divmod(pair, values.shape[0])
    order = np.lexsort((high, low, -mean))
    return low[order], high[order], mean[order]


def entries(values: Sparse) -> tuple[Rows, Rows, Floats]:
    """Rows, columns and values of all entries, or of those stored."""
    if isinstance(values, np.ndarray):
        row, column = np.indices(values.shape, dtype=np.int64)
        return row.ravel(), column.ravel(), values.ravel()
    stored = values.tocoo()
    return stored.row.astype(np.int64), stored.col.astype(np.int64), stored.data


def lists_of(pairs: Rows, values: Floats, n: int) -> list[Rows]:
    """For each of n people the others of their pairs, best first; of equal values the lower row comes first."""
    person, other = np.concatenate([pairs, pairs[:, ::-1]]).T
    order = np.lexsort((other, -np.tile(values, 2), person))
    return np.split(other[order], np.cumsum(np.bincount(person, minlength=n))[:-1])
