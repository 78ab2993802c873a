"""The possible pairs of an event: what each is worth, and what it takes up."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from eventmatch.matching.tags import Sparse

Rows = NDArray[np.int64]
Floats = NDArray[np.float64]
Groups = Sequence[tuple[Rows, int]]  # codes of everybody, and how many of one code a list may hold


@dataclass(frozen=True, slots=True, eq=False)
class Possible:
    """Pairs to choose from, and the room for them.

    Attributes
    ----------
    takes : int array of shape (n_pairs, width)
        Of what each pair takes one: first its two people, then what else is limited.
    values : array of shape (n_pairs,)
        What each is worth, 0 or more, in descending order.
    room : int array of shape (n_places,)
        How many pairs may take one of each: the people, then one without limit, then the limits of their lists.
    wanted : int array of shape (n_people,)
        How many pairs everybody is to have if possible, at most as many as there is room for.
    had : int array of shape (n_people,)
        How many pairs everybody has besides these.
    """

    takes: Rows
    values: Floats
    room: Rows
    wanted: Rows
    had: Rows

    def reduced(self, price: Floats) -> Floats:
        """What each pair is worth beyond the prices of what it takes, of shape (n_pairs,)."""
        worth = self.values.copy()
        for taken in self.takes.T:
            worth -= price[taken]
        return worth

    def used(self, chosen: NDArray[np.bool_]) -> Rows:
        """How many of the chosen pairs take one of each, of shape (n_places,)."""
        return np.bincount(self.takes[chosen].ravel(), minlength=len(self.room))

    def floor(self, level: int) -> Rows:
        """How many of these pairs bring everybody to a level, as far as they want any, of shape (n_people,)."""
        return np.clip(level - self.had, 0, self.wanted)

    def granting(self, used: Rows) -> Self:
        """The same pairs, with room for what is used already."""
        return replace(self, room=np.maximum(self.room, used))


def limited(pairs: Rows, caps: Rows, groups: Groups = ()) -> tuple[Rows, Rows]:
    """What pairs take, and the room there is: see `Possible`.

    Parameters
    ----------
    pairs : int array of shape (n_pairs, 2)
    caps : int array of shape (n_people,)
        Pairs everybody may have.
    groups : sequence of (codes, limit)
        For int codes of shape (n_people,): a list may hold `limit` others of one code. 0 is no code.
    """
    boundless = len(caps)
    takes, room = [pairs], [caps, np.array([(2 * len(groups) + 1) * (len(pairs) + 1)])]  # more than could be taken
    for codes, limit in groups:
        code = codes[pairs[:, ::-1]]  # of whom each of the two meets
        _, where, count = np.unique(pairs * (codes.max(initial=0) + 1) + code, return_inverse=True, return_counts=True)
        where = where.reshape(pairs.shape)
        binding = (code > 0) & (count[where] > limit)
        places, number = np.unique(where[binding], return_inverse=True)
        taken = np.full(pairs.shape, boundless)
        taken[binding] = sum(map(len, room)) + number
        takes.append(taken)
        room.append(np.full(len(places), limit))
    return np.column_stack(takes), np.concatenate(room)


def from_zero(values: Floats) -> Floats:
    """Values counted from the least where one is negative: no pair is worth less than an empty place."""
    return np.asarray(values - min(0.0, values.min(initial=0)))


def edges(values: Sparse) -> tuple[Rows, Floats]:
    """Pairs off the diagonal, lower row first, best pair first; of equal values the earlier rows come first.

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
    return np.column_stack([low, high])[order], mean[order]


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


def ranks(pairs: Rows, values: Floats, n: int) -> Rows:
    """How early each pair comes, from 1, among those of its lower and of its higher row, of shape (n_pairs, 2)."""
    person, other = np.concatenate([pairs, pairs[:, ::-1]]).T
    order = np.lexsort((other, -np.tile(values, 2), person))
    first = np.concatenate([[0], np.cumsum(np.bincount(person, minlength=n))])[:-1]
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(1, len(order) + 1) - first[person[order]]
    return np.asarray(rank.reshape(2, -1).T)
