"""Greedy choice of pairs: the one worth most first, while there is room."""

from collections.abc import Iterator
from typing import Self

import numpy as np
from numpy.typing import NDArray

from eventmatch.matching.possible import Possible

Rows = NDArray[np.int64]
Floats = NDArray[np.float64]

CHUNK = 1 << 16  # pairs held as Python numbers at a time


class Pairing:
    """A growing set of pairs out of the possible ones, known by their places in the order in which they are taken.

    Parameters
    ----------
    possible : Possible
    price : array of shape (n_places,)
        The pair worth most beyond the prices of what it takes comes first; of equals the earlier.

    Attributes
    ----------
    worth : list of float
        What each pair is worth beyond the prices, in descending order.
    room, used : list of int
        How often each place can be taken, and is.
    own : list of dict of int to list of int
        Of everybody, the pairs chosen, and what each takes: its two people, then places on limited lists.
    """

    def __init__(self, possible: Possible, price: Floats) -> None:
        worth = possible.reduced(price)
        self.order = np.argsort(-worth, kind="stable")
        self.worth: list[float] = worth[self.order].tolist()
        self.room: list[int] = possible.room.tolist()
        self.used = [0] * len(self.room)
        self.own: list[dict[int, list[int]]] = [{} for _ in possible.wanted]
        self._takes = possible.takes[self.order]
        ends = self._takes[:, :2].ravel()
        self._at = np.argsort(ends, kind="stable") // 2  # everybody's pairs, one person's after the other's
        self._until = np.cumsum(np.bincount(ends, minlength=len(self.own)))

    def chosen(self) -> NDArray[np.bool_]:
        """Which of the possible pairs are chosen, of shape (n_pairs,)."""
        chosen = np.zeros(len(self.order), dtype=bool)
        chosen[self.order[sorted({pair for own in self.own for pair in own})]] = True
        return chosen

    def take(self, some: NDArray[np.bool_]) -> Self:
        """Take of some pairs, a mask of shape (n_pairs,), whatever there is room for."""
        used, room, own = self.used, self.room, self.own
        pairs = np.flatnonzero(some[self.order])
        for start in range(0, len(pairs), CHUNK):
            chunk = pairs[start : start + CHUNK]
            for pair, takes in zip(chunk.tolist(), self._takes[chunk].tolist(), strict=True):
                a, b = takes[:2]
                full = used[a] >= room[a] or used[b] >= room[b]  # most end here
                if not full and pair not in own[a] and all(used[place] < room[place] for place in takes):
                    self.join(pair, takes)
        return self

    def loosen(self) -> Self:
        """Forget all limits but those on how many pairs somebody has."""
        people = len(self.own)
        self.room[people:] = [self.room[people]] * (len(self.room) - people)
        return self

    def open(self, person: int) -> Iterator[tuple[int, list[int]]]:
        """Yield the pairs of a person that are not chosen, best first, with what they take."""
        pairs = self._at[self._until[person - 1] if person else 0 : self._until[person]]
        own = self.own[person]
        return (
            (pair, takes)
            for pair, takes in zip(pairs.tolist(), self._takes[pairs].tolist(), strict=True)
            if pair not in own
        )

    def join(self, pair: int, takes: list[int]) -> None:
        """Choose a pair."""
        for place in takes:
            self.used[place] += 1
        for person in takes[:2]:
            self.own[person][pair] = takes

    def part(self, pair: int, takes: list[int]) -> None:
        """Choose a pair no longer."""
        for place in takes:
            self.used[place] -= 1
        for person in takes[:2]:
            del self.own[person][pair]
