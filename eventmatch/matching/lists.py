"""Everybody's list, chosen from the candidates: agreeing with each other, capped, or each for itself."""

from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp

from eventmatch.matching.assignment import MutualMatcher
from eventmatch.matching.capped import both_ways, capped_lists
from eventmatch.matching.likeness import Floats, Rows
from eventmatch.matching.order import Candidates, EventOrder
from eventmatch.matching.possible import Groups, lists_of
from eventmatch.matching.settings import MatchSettings, Pairs
from eventmatch.matching.tags import Sparse

Lists = list[Rows]

BREADTH = 6  # candidates of each person for each suggestion
LEAST = 60  # and at least as many
FIRST = 10.0  # times what anything else is worth, for what the organiser wants
FARTHEST = 16.0  # units from the mean: e to that still leaves a linear programme digits for what is worth 1
HALF_AGAIN = 1.5  # lists anybody stands on for each place on a list, where no cap was given
ORGANISATION, INTEREST = 1 / 3, 1 / 2  # of a list, where lists are to be diverse


class Chooser:
    """Chooses lists from the order of an event, as the settings say."""

    def __init__(self, order: EventOrder, settings: MatchSettings) -> None:
        self.order, self.settings, self.n = order, settings, len(order.rows)
        self.cap = settings.cap or int(np.ceil(HALF_AGAIN * settings.n_suggestions))
        # as many as all together can have: else no list were ever full, and everybody considered in vain
        self.wanted = settings.n_suggestions if settings.mode != "capped" else min(settings.n_suggestions, self.cap)

    def lists(self, must: Pairs = ()) -> tuple[Lists, float | None]:
        """Everybody's list, best first, and how far they are from the best choice; None where each is chosen alone.

        Where lists are not full although more people could be on them, everybody whom one may meet is considered.
        """
        k = max(LEAST, BREADTH * self.settings.n_suggestions)
        candidates, wanted = self.order.candidates(k), self.order.pairs(must)
        lists, gap = self._choose(candidates, wanted)
        short = [row for row, own in enumerate(lists) if len(own) < self.wanted]
        if not short:
            return lists, gap
        below = candidates[1].min(initial=0)
        more = joined([candidates, *(self.order.everybody(row, below) for row in short)], self.n)
        return self._choose(more, wanted) if len(more[0]) > len(candidates[0]) else (lists, gap)

    def _choose(self, candidates: Candidates, must: Rows) -> tuple[Lists, float | None]:
        pairs, values = self._with_first((candidates[0], worth(candidates[1])), must)
        if self.settings.mode == "mutual":
            return self._mutual(pairs, values)
        if self.settings.mode == "ranked":
            return [own[: self.wanted] for own in lists_of(pairs, values, self.n)], None
        return capped_lists(both_ways(as_graph(pairs, values, self.n)), self.wanted, self.cap), None

    def _mutual(self, pairs: Rows, values: Floats) -> tuple[Lists, float]:
        matcher = MutualMatcher(
            self.settings.n_suggestions, metric="precomputed", solver="greedy" if self.settings.quick else "lp"
        )
        matcher.fit(as_graph(pairs, values, self.n), groups=self._groups())
        return list(matcher.lists_), matcher.gap_

    def _groups(self) -> Groups:
        """Limits for diverse lists; none on organisations where most people are of one."""
        if not self.settings.diverse:
            return []
        organisation = self.order.eligibility.organisation
        sizes = np.bincount(organisation[organisation > 0], minlength=1)
        in_house = 2 * sizes.max() > sizes.sum()
        wanted = self.settings.n_suggestions
        limits = [(organisation, int(np.ceil(ORGANISATION * wanted)))] if not in_house else []
        return [*limits, (widest_interest(self.order), int(np.ceil(INTEREST * wanted)))]

    def _with_first(self, candidates: Candidates, must: Rows) -> Candidates:
        """The candidates and their worth, what the organiser wants before everything else, of those who may meet."""
        may_meet = self.order.eligibility.block
        wanted = must[[bool(may_meet(slice(low, low + 1))[0, high]) for low, high in must.tolist()]]
        first = np.full(len(wanted), FIRST * candidates[1].max(initial=1))
        return joined([(wanted, first), candidates], self.n)


def joined(parts: Sequence[Candidates], n: int) -> Candidates:
    """All pairs once, best first; of a pair that comes twice the first value counts."""
    pairs, values = (np.concatenate(side) for side in zip(*parts, strict=True))
    _, first = np.unique(pairs @ [n, 1], return_index=True)
    pairs, values = pairs[first], values[first]
    order = np.lexsort((*pairs.T[::-1], -values))
    return pairs[order], values[order]


def worth(values: Floats) -> Floats:
    """What it is worth to list pairs with these values, above 0: e to the power of the value in standard deviations.

    So a few very good suggestions are worth more than as many middling ones. As in the model of choice in which
    somebody takes up one suggestion of several in proportion to this. Where a value is more than 16 deviations from the
    mean, as when nearly nobody has written anything, the unit is what makes it 16.

    References
    ----------
    R. D. Luce (1959), Individual choice behavior, Wiley.
    """
    if not len(values):
        return np.ones_like(values)
    off = values - values.mean()
    spread = max(off.std(), abs(off).max() / FARTHEST)
    return np.asarray(np.exp(off / spread) if spread else np.ones_like(values))


def as_graph(pairs: Rows, values: Floats, n: int) -> Sparse:
    """The values as a sparse array of shape (n, n)."""
    return sp.csr_array((values, (pairs[:, 0], pairs[:, 1])), shape=(n, n))


def widest_interest(order: EventOrder) -> Rows:
    """A code for what most others share of somebody's interests, of shape (n,); 0 for who shares none."""
    interests = next(iter(order.scorer.people.interests), sp.csr_array((len(order.rows), 0)))
    people = np.bincount(interests.indices, minlength=interests.shape[1])
    codes = np.zeros(len(order.rows), dtype=np.int64)
    for row in np.flatnonzero(np.diff(interests.indptr)).tolist():
        own = interests.indices[interests.indptr[row] : interests.indptr[row + 1]]
        widest = own[np.lexsort((own, -people[own]))[0]]
        codes[row] = widest + 1 if people[widest] > 1 else 0
    return codes
