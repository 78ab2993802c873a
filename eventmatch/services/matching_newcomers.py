"""Lists for who comes while the event runs, computed in the child: published pairs stay, free places are given away."""

from collections import Counter
from collections.abc import Callable, Iterator

import numpy as np

from eventmatch.matching import EventOrder, History, explained
from eventmatch.services.match_work import EXTRA, LEAST, Pair, Wanted
from eventmatch.services.matching_core import core_settings, pair_of, profiles_of


def newcomers_pairs(wanted: Wanted, progress: Callable[[int, int], None]) -> Iterator[Pair]:
    """Choose for newcomers in the order they came, best first, each scored anew against everybody there.

    Who is there comes first, who may still come fills the rest. Where lists are full already, a newcomer is put at
    the end of a few, or would meet nobody.
    """
    order = EventOrder(
        profiles_of(wanted), core_settings(wanted), History(earlier=wanted.earlier), excluded=wanted.excluded
    )
    places = Places(wanted, order)
    for done, newcomer in enumerate(wanted.newcomers, start=1):
        places.fill(newcomer)
        progress(done, len(wanted.newcomers))
    return pairs_given(order, places.given)


class Places:
    """The places on everybody's list, and those given to newcomers."""

    def __init__(self, wanted: Wanted, order: EventOrder) -> None:
        """Count who stands on whose list already."""
        self.order, self.most = order, wanted.settings.get("suggestions", 6)
        self.taken = Counter(person for pair in wanted.fixed for person in pair)
        self.closed = {frozenset(pair) for pair in wanted.fixed}
        self.present, self.names = set(wanted.present), list(order.rows)
        self.given: list[tuple[str, str]] = []

    def fill(self, newcomer: str) -> None:
        """Give a newcomer the best free places."""
        ranked = self._ranked(newcomer)
        there = [other for other in ranked if other in self.present]
        for those in (there, ranked):
            for enough, extra in ((self.most, 0), (min(LEAST, self.most), EXTRA)):
                for other in those:
                    if self.taken[newcomer] < enough and self._free(newcomer, other, extra):
                        self._give(newcomer, other)

    def _ranked(self, newcomer: str) -> list[str]:
        """Everybody a newcomer may meet, best first; of equals the earlier registration comes first."""
        row = self.order.rows[newcomer]
        pairs, values = self.order.everybody(row)
        others = pairs.sum(axis=1) - row
        ranked = sorted(zip((-values).tolist(), others.tolist(), strict=True))
        return [self.names[other] for _, other in ranked]

    def _free(self, newcomer: str, other: str, extra: int) -> bool:
        return self.taken[other] < self.most + extra and frozenset((newcomer, other)) not in self.closed

    def _give(self, newcomer: str, other: str) -> None:
        self.closed.add(frozenset((newcomer, other)))
        self.taken.update((newcomer, other))
        self.given.append((newcomer, other))


def pairs_given(order: EventOrder, given: list[tuple[str, str]]) -> Iterator[Pair]:
    """Put the pairs together in the order they were given; places on lists are given when they are kept."""
    lists: list[list[int]] = [[] for _ in order.rows]
    for newcomer, other in given:
        lists[order.rows[newcomer]].append(order.rows[other])
    result = explained(order, [np.array(own, dtype=np.int64) for own in lists])
    scores, values = result.scores.tolist(), result.values.tolist()
    at = {frozenset(pair): place for place, pair in enumerate(result.pairs.tolist())}
    for pair in given:
        place = at[frozenset(order.rows[one] for one in pair)]
        yield pair_of(result, place, scores[place], values[place], (0, 0))
