"""Match lists for one event in one call: profiles in, lists with scores and reasons out."""

from collections.abc import Callable, Sequence

import numpy as np

from eventmatch.matching.likeness import Rows
from eventmatch.matching.lists import Chooser
from eventmatch.matching.order import EventOrder
from eventmatch.matching.profiles import Profile
from eventmatch.matching.reasons import ReasonFinder
from eventmatch.matching.result import MatchResult, listed_pairs
from eventmatch.matching.settings import History, MatchSettings, Pairs

Progress = Callable[[int, int], None]


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
        Ids of two people who come first on each other's lists, unless they are excluded or cannot meet.
    history : History, optional
        What is known from earlier events.
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
    if len({profile.id for profile in profiles}) < len(profiles):
        raise ValueError("Every profile needs an id of its own.")
    if not profiles:
        return MatchResult((), settings.weights, np.zeros((0, 2), np.int64), np.zeros((0, 2, 5)), (), ())
    advance = Advanced(3 * len(profiles), progress)
    order = EventOrder(profiles, settings, history, excluded=excluded, n_jobs=n_jobs, advance=advance)
    lists, gap = Chooser(order, settings).lists(must)
    result = explained(order, lists, gap)
    advance(len(profiles))
    return result


def explained(order: EventOrder, lists: Sequence[Rows], gap: float | None = None) -> MatchResult:
    """Lists, each best first, with the scores and reasons of all pairs on them."""
    pairs = listed_pairs(lists)
    low, high = pairs.T
    terms = np.stack([order.scorer.terms(low, high), order.scorer.terms(high, low)], axis=1)
    finder = ReasonFinder(order.profiles, order.encoder, order.scorer)
    reasons = tuple(
        (finder.between(one, other, forward), finder.between(other, one, backward))
        for (one, other), (forward, backward) in zip(pairs.tolist(), terms, strict=True)
    )
    return MatchResult(tuple(order.rows), order.scorer.weights, pairs, terms, reasons, tuple(lists), gap)


class Advanced:
    """Adds up the rows done and tells the progress."""

    def __init__(self, total: int, progress: Progress) -> None:
        self.done, self.total, self.progress = 0, total, progress

    def __call__(self, rows: int) -> None:
        """Tell how far it is after so many more."""
        self.done += rows
        self.progress(self.done, self.total)
