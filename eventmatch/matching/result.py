"""What a matching found: everybody's list, and for each listed pair its terms and reasons."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eventmatch.matching.likeness import Floats, Rows
from eventmatch.matching.measures import summary
from eventmatch.matching.reasons import Reason
from eventmatch.matching.scoring import Weights, pair_value


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One entry of one person's list: the other's row and id, the directed score in [0, 1], and what one gets."""

    row: int
    id: str
    score: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, eq=False)
class MatchResult:
    """The lists of one event; plain arrays and tuples, ready to be sent to another process.

    Attributes
    ----------
    ids : tuple of str
        Of the profiles, row by row.
    weights : Weights
        As used, after spreading what nobody here can earn.
    pairs : int array of shape (n_pairs, 2)
        Every pair that stands on at least one list, lower row first, in ascending order.
    terms : float64 array of shape (n_pairs, 2, 5)
        Terms (in the order of `TERMS`) of lower → higher, and of higher → lower.
    reasons : tuple of (reasons, reasons)
        What the lower row gets, and what the higher row gets, for each pair.
    lists : tuple of int array
        For each row the other rows, best first; of equal worth the earlier registration comes first.
    gap : float, optional
        The share by which the lists fall short of what no lists of this kind exceed in total worth of their order;
        None where each list is chosen alone.
    """

    ids: tuple[str, ...]
    weights: Weights
    pairs: Rows
    terms: Floats
    reasons: tuple[tuple[tuple[Reason, ...], tuple[Reason, ...]], ...]
    lists: tuple[Rows, ...]
    gap: float | None = None

    @property
    def scores(self) -> Floats:
        """Directed scores of lower → higher and higher → lower, of shape (n_pairs, 2): exactly the sums of terms."""
        return np.asarray(self.terms.sum(axis=2))

    @property
    def values(self) -> Floats:
        """What each pair is worth to both, of shape (n_pairs,), in [0.05, 1]."""
        scores = self.scores
        return pair_value(scores[:, 0], scores[:, 1])

    def measures(self, n_suggestions: int) -> dict[str, float]:
        """How fair lists of so many places are: see `measures.summary`."""
        places = self._places()
        values = self.values
        worth = [
            values[[places[min(person, other), max(person, other)] for other in own.tolist()]]
            for person, own in enumerate(self.lists)
        ]
        return summary(self.lists, n_suggestions, values=worth, gap=self.gap)

    def suggestions(self) -> list[list[Suggestion]]:
        """Everybody's list, row by row."""
        places = self._places()
        scores = self.scores.tolist()

        def suggestion(person: int, other: int) -> Suggestion:
            place, side = places[min(person, other), max(person, other)], int(person > other)
            return Suggestion(other, self.ids[other], scores[place][side], self.reasons[place][side])

        return [[suggestion(person, other) for other in own.tolist()] for person, own in enumerate(self.lists)]

    def _places(self) -> dict[tuple[int, int], int]:
        """Where each pair stands in the arrays of pairs."""
        return {(low, high): place for place, (low, high) in enumerate(self.pairs.tolist())}


def listed_pairs(lists: Sequence[Rows]) -> NDArray[np.int64]:
    """Every pair on a list once, lower row first, in ascending order, of shape (n_pairs, 2)."""
    pairs = {(min(a, b), max(a, b)) for a, own in enumerate(lists) for b in own.tolist()}
    return np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)
