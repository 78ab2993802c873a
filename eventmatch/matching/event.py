"""Match lists for one event in one call: profiles in, lists with scores and reasons out."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from eventmatch.matching.assignment import MutualMatcher
from eventmatch.matching.candidates import candidate_graph, hub_means
from eventmatch.matching.eligibility import Eligibility, OrganisationRule
from eventmatch.matching.likeness import Floats
from eventmatch.matching.possible import Rows
from eventmatch.matching.profiles import Profile, ProfileEncoder
from eventmatch.matching.reasons import Reason, ReasonFinder
from eventmatch.matching.scoring import DirectedScorer, Weights, pair_value
from eventmatch.matching.tags import Sparse

Mode = Literal["mutual", "ranked"]
Progress = Callable[[int, int], None]

BREADTH = 6  # candidates kept for each suggestion
LEAST = 60  # and at least as many
DIGITS = 9  # of the order that count: what is nearer is a tie, however the arithmetic came by it


@dataclass(frozen=True, slots=True)
class MatchSettings:
    """What the organiser decides.

    Attributes
    ----------
    n_suggestions : int, default=6
        Others on a list.
    mode : {'mutual', 'ranked'}, default='mutual'
        Whether lists agree with each other, or each is that person's best, whoever lists them back.
    weights : Weights
    same_organisation : {'allow', 'avoid'}, default='allow'
    hub : float, default=0.35
        How much of everybody's closeness to the crowd is taken off for the order; 0.5 is the usual correction.
    """

    n_suggestions: int = 6
    mode: Mode = "mutual"
    weights: Weights = field(default_factory=Weights)
    same_organisation: OrganisationRule = "allow"
    hub: float = 0.35


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
    """

    ids: tuple[str, ...]
    weights: Weights
    pairs: Rows
    terms: Floats
    reasons: tuple[tuple[tuple[Reason, ...], tuple[Reason, ...]], ...]
    lists: tuple[Rows, ...]

    @property
    def scores(self) -> Floats:
        """Directed scores of lower → higher and higher → lower, of shape (n_pairs, 2): exactly the sums of terms."""
        return np.asarray(self.terms.sum(axis=2))

    @property
    def values(self) -> Floats:
        """What each pair is worth to both, of shape (n_pairs,), in [0.05, 1]."""
        scores = self.scores
        return pair_value(scores[:, 0], scores[:, 1])

    def suggestions(self) -> list[list[Suggestion]]:
        """Everybody's list, row by row."""
        places = {(int(low), int(high)): place for place, (low, high) in enumerate(self.pairs)}
        scores = self.scores.tolist()

        def suggestion(person: int, other: int) -> Suggestion:
            place, side = places[min(person, other), max(person, other)], int(person > other)
            return Suggestion(other, self.ids[other], scores[place][side], self.reasons[place][side])

        return [[suggestion(person, other) for other in own.tolist()] for person, own in enumerate(self.lists)]


def unheard(done: int, total: int) -> None:
    """Tell nobody how far it is."""


def match_event(
    profiles: Sequence[Profile],
    excluded: Iterable[tuple[str, str]] = (),
    settings: MatchSettings | None = None,
    progress: Progress = unheard,
) -> MatchResult:
    """Choose whom everybody should meet.

    Parameters
    ----------
    profiles : sequence of Profile
        In order of registration: ties go to the earlier. The same input gives the same lists, byte for byte.
    excluded : iterable of (str, str)
        Ids of two people who must not be listed to each other; ids of nobody here are passed over.
    settings : MatchSettings, optional
    progress : callable, optional
        Called with (done, total) now and then; total stays the same, and the last call says done.

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
    rows = {name: row for row, name in enumerate(ids)}
    if len(rows) < len(ids):
        raise ValueError("Every profile needs an id of its own.")
    if not profiles:
        return MatchResult((), settings.weights, np.zeros((0, 2), np.int64), np.zeros((0, 2, 5)), (), ())
    barred = [(rows[a], rows[b]) for a, b in excluded if a in rows and b in rows]
    return EventMatch(profiles, barred, settings, progress).result()


class EventMatch:
    """The steps of `match_event`, sharing what they need."""

    def __init__(
        self, profiles: Sequence[Profile], barred: list[tuple[int, int]], settings: MatchSettings, progress: Progress
    ) -> None:
        self.profiles, self.settings, self.n = profiles, settings, len(profiles)
        self.done, self.progress = 0, progress
        self.encoder = ProfileEncoder()
        self.scorer = DirectedScorer(self.encoder.fit_transform(profiles), settings.weights)
        self.eligibility = Eligibility(profiles, barred, settings.same_organisation)
        self.closeness = settings.hub * hub_means(self.scorer.values, self.n, progress=self._advance)

    def result(self) -> MatchResult:
        """Lists, then scores and reasons of all pairs on them."""
        lists = self._mutual() if self.settings.mode == "mutual" else self._ranked()
        pairs = listed_pairs(lists)
        low, high = pairs.T
        terms = np.stack([self.scorer.terms(low, high), self.scorer.terms(high, low)], axis=1)
        return MatchResult(
            ids=tuple(profile.id for profile in self.profiles),
            weights=self.scorer.weights,
            pairs=pairs,
            terms=terms,
            reasons=self._reasons(pairs, terms),
            lists=tuple(lists),
        )

    def _order(self, rows: slice) -> Floats:
        """Pair values less what both owe to being close to everybody; minus infinity where two must not meet."""
        order = self.scorer.values(rows) - (self.closeness[rows, None] + self.closeness[None])
        np.round(order, DIGITS, out=order)
        order[~self.eligibility.block(rows)] = -np.inf
        return order

    def _ranked(self) -> list[Rows]:
        graph = candidate_graph(self._order, self.n, k=self.settings.n_suggestions, progress=self._advance)
        return [best_first(graph, row) for row in range(self.n)]

    def _mutual(self) -> list[Rows]:
        wanted = self.settings.n_suggestions
        k = max(LEAST, BREADTH * wanted)
        graph = candidate_graph(self._order, self.n, k=k, progress=self._advance)
        matcher = MutualMatcher(wanted, metric="precomputed").fit(graph)
        short = [row for row, own in enumerate(matcher.lists_) if len(own) < wanted and np.diff(graph.indptr)[row] == k]
        if short:  # their k best are all taken; anybody will do
            matcher.fit(self._with_everybody(graph, short))
        return list(matcher.lists_)

    def _with_everybody(self, graph: Sparse, short: list[int]) -> Sparse:
        """The graph with every permitted pair of a few people."""
        stored = graph.tocoo()
        rows, columns, values = [stored.row], [stored.col], [stored.data]
        for row in short:
            order = self._order(slice(row, row + 1))[0]
            order[row] = -np.inf
            others = np.setdiff1d(np.flatnonzero(np.isfinite(order)), stored.col[stored.row == row])
            rows.append(np.full(len(others), row))
            columns.append(others)
            values.append(order[others])
        where = (np.concatenate(rows), np.concatenate(columns))
        return sp.csr_array((np.concatenate(values), where), shape=graph.shape)

    def _reasons(self, pairs: Rows, terms: Floats) -> tuple[tuple[tuple[Reason, ...], tuple[Reason, ...]], ...]:
        finder = ReasonFinder(self.profiles, self.encoder, self.scorer)
        found = tuple(
            (finder.between(low, high, forward), finder.between(high, low, backward))
            for (low, high), (forward, backward) in zip(pairs.tolist(), terms, strict=True)
        )
        self._advance(self.n)
        return found

    def _advance(self, rows: int) -> None:
        self.done += rows
        self.progress(self.done, 3 * self.n)


def best_first(graph: Sparse, row: int) -> Rows:
    """The stored columns of one row by descending value; of equal values the lower column comes first."""
    entries = slice(graph.indptr[row], graph.indptr[row + 1])
    return np.asarray(graph.indices[entries][np.argsort(-graph.data[entries], kind="stable")], dtype=np.int64)


def listed_pairs(lists: list[Rows]) -> NDArray[np.int64]:
    """Every pair on a list once, lower row first, in ascending order, of shape (n_pairs, 2)."""
    pairs = {(min(a, b), max(a, b)) for a, own in enumerate(lists) for b in own.tolist()}
    return np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)
