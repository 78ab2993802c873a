"""Match lists for one event in one call: profiles in, lists with scores and reasons out."""

from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
from threadpoolctl import ThreadpoolController

from eventmatch.matching.likeness import Floats, Rows
from eventmatch.matching.lists import Chooser
from eventmatch.matching.order import EventOrder
from eventmatch.matching.profiles import Profile
from eventmatch.matching.reasons import Reason, ReasonFinder
from eventmatch.matching.result import MatchResult, listed_pairs
from eventmatch.matching.settings import History, Live, MatchSettings, Pairs

threads = cache(ThreadpoolController)  # of numpy and scipy, looked for once

Progress = Callable[[int, int], None]
Reasons = tuple[Reason, ...]


def unheard(done: int, total: int) -> None:
    """Tell nobody how far it is."""


def match_event(  # noqa: PLR0913 - all but the people have a default, and the rest are named
    profiles: Sequence[Profile],
    excluded: Pairs = (),
    settings: MatchSettings | None = None,
    progress: Progress = unheard,
    *,
    must: Pairs = (),
    history: History | None = None,
    live: Live | None = None,
    n_jobs: int | None = None,
) -> MatchResult:
    """Choose whom everybody should meet.

    Parameters
    ----------
    profiles : sequence of Profile
        In order of registration: ties go to the earlier. The same input gives the same lists, byte for byte, whatever
        the number of threads.
    excluded : iterable of (str, str)
        Ids of two people who must not be listed to each other; pairs are passed over of whom one is not here.
    settings : MatchSettings, optional
    progress : callable, optional
        Called with (done, total) now and then; total stays the same, and the last call says done.
    must : iterable of (str, str)
        Ids of two people who come first on each other's lists unless they are excluded.
    history : History, optional
        What is known from earlier events.
    live : Live, optional
        What has happened already, where the event is under way; lists are mutual then.
    n_jobs : int, optional
        Threads, as joblib counts them; None is 1 unless a `joblib.parallel_config` says otherwise.

    Returns
    -------
    result : MatchResult

    Raises
    ------
    ValueError
        When an id stands twice, or a setting is out of range.
    """
    settings = settings or MatchSettings()
    ids = tuple(profile.id for profile in profiles)
    if len(set(ids)) < len(ids):
        raise ValueError("Every profile needs an id of its own.")
    if not profiles:
        return MatchResult((), settings.weights, np.zeros((0, 2), np.int64), np.zeros((0, 2, 5)), (), ())
    matching = EventMatch(profiles, settings, progress)
    with threads().limit(limits=1, user_api="blas"):  # sums come out the same on any number of cores
        order = EventOrder(profiles, settings, history, excluded=excluded, n_jobs=n_jobs, advance=matching.advance)
        return matching.result(order, must, live)


class EventMatch:
    """The steps of `match_event`, sharing what they need."""

    def __init__(self, profiles: Sequence[Profile], settings: MatchSettings, progress: Progress) -> None:
        self.profiles, self.settings, self.n = profiles, settings, len(profiles)
        self.done, self.progress = 0, progress

    def advance(self, rows: int) -> None:
        """Tell how far it is after so many more of three rows for each person."""
        self.done += rows
        self.progress(self.done, 3 * self.n)

    def result(self, order: EventOrder, must: Pairs, live: Live | None) -> MatchResult:
        """Lists, then scores and reasons of all pairs on them."""
        lists, gap = Chooser(order, self.settings).lists(must, live)
        pairs = listed_pairs(lists)
        low, high = pairs.T
        terms = np.stack([order.scorer.terms(low, high), order.scorer.terms(high, low)], axis=1)
        return MatchResult(
            ids=tuple(order.rows),
            weights=order.scorer.weights,
            pairs=pairs,
            terms=terms,
            reasons=self._reasons(order, pairs, terms),
            lists=tuple(lists),
            gap=gap,
        )

    def _reasons(self, order: EventOrder, pairs: Rows, terms: Floats) -> tuple[tuple[Reasons, Reasons], ...]:
        finder = ReasonFinder(self.profiles, order.encoder, order.scorer)
        found = tuple(
            (finder.between(low, high, forward), finder.between(high, low, backward))
            for (low, high), (forward, backward) in zip(pairs.tolist(), terms, strict=True)
        )
        self.advance(self.n)
        return found
