"""In which order people suit each other at one event: the best first, of those who may meet."""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from functools import cache

import numpy as np
from threadpoolctl import ThreadpoolController

from eventmatch.matching.candidates import Advance, candidate_graph, hub_means, unheard
from eventmatch.matching.eligibility import Eligibility, symmetric
from eventmatch.matching.learning import Lesson, pair_features
from eventmatch.matching.likeness import Floats, Rows
from eventmatch.matching.possible import edges, ranks
from eventmatch.matching.profiles import Profile, ProfileEncoder, under_one_name
from eventmatch.matching.scoring import DirectedScorer
from eventmatch.matching.settings import History, MatchSettings, Pairs

Candidates = tuple[Rows, Floats]  # pairs of shape (n_pairs, 2), low < high, and their order, of shape (n_pairs,)
Outcome = tuple[str, str, bool]  # ids of two people, and whether they belonged together

DEEP = 150  # candidates of each person from whom a learned order chooses
DIGITS = 9  # of the order that count: what is nearer is a tie, however the arithmetic came by it
EARLIER = 0.1  # of a full score, for having met at an earlier event
HIGHEST = 2.0  # more than any order can be

threads = cache(ThreadpoolController)  # of numpy and scipy, looked for once


def one_thread() -> AbstractContextManager[object]:
    """Let linear algebra use one thread: blocks are shared out instead, and sums come out the same anywhere."""
    limit: AbstractContextManager[object] = threads().limit(limits=1, user_api="blas")
    return limit


class EventOrder:
    """How well everybody suits everybody: pair values less closeness to the crowd, or what was learned.

    Parameters
    ----------
    profiles : sequence of Profile
        One at least, in order of registration.
    settings : MatchSettings
    history : History, optional
    excluded : iterable of (str, str)
        Ids of two people who must not be listed to each other; of pairs, here and elsewhere, those are passed over
        of whom one is not here.
    n_jobs : int, optional
        Threads, as joblib counts them.
    advance : callable, optional
        Told the number of rows done: n in all for the making of this, and n for candidates.

    Attributes
    ----------
    profiles : sequence of Profile
    rows : dict of str to int
        Row of each id.
    encoder : ProfileEncoder
    scorer : DirectedScorer
    eligibility : Eligibility
    closeness : array of shape (n,)
        What is taken off for being close to everybody, computed before anybody is excluded.
    earlier : sparse array of shape (n, n)
        1 for those who met at an earlier event: a little is added.
    """

    def __init__(
        self,
        profiles: Sequence[Profile],
        settings: MatchSettings,
        history: History | None = None,
        *,
        excluded: Pairs = (),
        n_jobs: int | None = None,
        advance: Advance = unheard,
    ) -> None:
        self.profiles, self.history = profiles, history or History()
        self.n_jobs, self.advance = n_jobs, advance
        self.rows = {profile.id: row for row, profile in enumerate(profiles)}
        self.around = settings.mode != "ranked"
        with one_thread():
            self._compare(profiles, settings, excluded)
        self._met = self.pairs(self.history.earlier)
        self.earlier = symmetric(self._met.tolist(), len(profiles))

    def _compare(self, profiles: Sequence[Profile], settings: MatchSettings, excluded: Pairs) -> None:
        self.encoder = ProfileEncoder(synonyms=settings.synonyms, background=self.history.background)
        read = under_one_name(profiles, settings.organisation_synonyms)
        encoded = self.encoder.fit_transform(read)
        self.scorer = DirectedScorer(encoded, settings.weights, colleagues=settings.same_organisation == "prefer")
        self.eligibility = Eligibility(read, self.pairs(excluded).tolist(), settings.same_organisation)
        closeness = hub_means(self.scorer.values, len(profiles), n_jobs=self.n_jobs, progress=self.advance)
        self.closeness = settings.hub * closeness

    def pairs(self, pairs: Pairs) -> Rows:
        """Rows of the pairs of two people who are both here, the lower first, of shape (n, 2)."""
        both = [(a, b) for a, b in pairs if a in self.rows and b in self.rows and a != b]
        here = [sorted((self.rows[a], self.rows[b])) for a, b in both]
        return np.array(here, dtype=np.int64).reshape(-1, 2)

    def block(self, rows: slice) -> Floats:
        """The order of these rows, of shape (rows, n); minus infinity where two must not meet."""
        order = self.scorer.values(rows) - (self.closeness[rows, None] + self.closeness[None])
        order += EARLIER * self.earlier[rows].toarray()
        np.round(order, DIGITS, out=order)
        order[~self.eligibility.block(rows)] = -np.inf
        return order

    def candidates(self, k: int) -> Candidates:
        """The pairs in which one is among the k best of the other, best first; of equals the earlier rows first."""
        learned, n = self.history.learned, len(self.rows)
        if learned is None:
            return self._best(k)
        pairs, values = self._best(max(k, DEEP))
        values = np.round(learned.values(self._features(pairs, values)), DIGITS)
        kept = np.lexsort((*pairs.T[::-1], -values))
        kept = kept[(ranks(pairs, values, n)[kept] <= k).any(axis=1)]
        return pairs[kept], values[kept]

    def everybody(self, row: int, below: float = 0.0) -> Candidates:
        """All pairs of one person, in no order; where the order was learned, all of them below a value."""
        with one_thread():
            order = self.block(slice(row, row + 1))[0]
        order[row] = -np.inf
        others = np.flatnonzero(np.isfinite(order))
        pairs = np.sort(np.column_stack([np.full_like(others, row), others]), axis=1)
        return pairs, order[others] if self.history.learned is None else below - HIGHEST + order[others]

    def lesson(self, together: Pairs) -> Lesson:
        """All candidates, and who of them belonged together."""
        pairs, values = self._best(DEEP)
        n = len(self.rows)
        return self._features(pairs, values), np.isin(pairs @ [n, 1], self.pairs(together) @ [n, 1])

    def outcomes(self, outcomes: Iterable[Outcome]) -> Lesson:
        """The candidates whose outcome is known, and how it was."""
        known = list(outcomes)
        pairs, values = self._best(DEEP)
        n = len(self.rows)
        features, keys = self._features(pairs, values), pairs @ [n, 1]
        met = np.isin(keys, self.pairs((a, b) for a, b, _ in known) @ [n, 1])
        useful = np.isin(keys, self.pairs((a, b) for a, b, together in known if together) @ [n, 1])
        return features[met], useful[met]

    def _best(self, k: int) -> Candidates:
        with one_thread():
            graph = candidate_graph(
                self.block, len(self.rows), k=k, around=self.around, n_jobs=self.n_jobs, progress=self.advance
            )
        return edges(graph)

    def _features(self, pairs: Rows, values: Floats) -> Floats:
        return pair_features(self.scorer, pairs, values, self._met)
