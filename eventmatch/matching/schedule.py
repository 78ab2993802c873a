"""Who meets whom in which round: chosen pairs in, meetings at tables out."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from eventmatch.matching.bookings import Pair
from eventmatch.matching.colouring import Colouring
from eventmatch.matching.seating import Meeting, People, Permission, Thirds, ordered, seated
from eventmatch.matching.windows import masks, unmasked

Bools = NDArray[np.bool_]

DEPTH = 2  # times that others are pushed out of a round for a pair that found none


@dataclass(frozen=True)
class Schedule:
    """Meetings in rounds.

    Attributes
    ----------
    meetings : tuple of Meeting
        By round, then by people.
    dropped : tuple of (int, int)
        Promised pairs that meet in no round, in the order they were given.
    free : bool array of shape (n, n_rounds)
        Who is present when.
    wanted : tuple of int
        How many meetings everybody wants.
    tables : int or None
        Tables there are; None for as many as the largest round needs.
    """

    meetings: tuple[Meeting, ...]
    dropped: tuple[Pair, ...]
    free: Bools = field(compare=False)
    wanted: tuple[int, ...]
    tables: int | None = None

    @property
    def alone(self) -> NDArray[np.int64]:
        """(round, person) of who is present without a meeting and has fewer than they want, of shape (n_alone, 2)."""
        busy = np.zeros_like(self.free)
        for meeting in self.meetings:
            busy[list(meeting.people), meeting.round] = True
        lacking = np.array(self.wanted, dtype=np.int64) > busy.sum(axis=1)
        return np.argwhere((self.free & ~busy & lacking[:, None]).T)


def schedule(
    pairs: Iterable[Sequence[int]],
    free: Bools | None = None,
    *,
    spare: Iterable[Sequence[int]] = (),
    wanted: Sequence[int] | None = None,
    tables: int | None = None,
    may_meet: Permission | None = None,
) -> Schedule:
    """Put promised pairs into rounds, so that nobody is in two places and everybody is there.

    When all are always present, every pair is kept, in as many rounds as the busiest person has meetings or one more
    (Vizing's theorem; with few tables, in as many rounds as they need or one more). Else the pairs with the fewest
    rounds to choose from come first, and others are moved for a pair that finds none. Then spare pairs are taken in,
    and who still has fewer meetings than they want joins a pair as a third.

    Parameters
    ----------
    pairs : iterable of (int, int)
        Rows that are promised to meet, best pair first; of equally difficult pairs the first has precedence.
    free : bool array of shape (n, n_rounds), optional
        Who is present when. Without it all are always present, in as many rounds as needed.
    spare : iterable of (int, int)
        Further pairs, best first, each taken if both want more meetings and there is a round for them.
    wanted : sequence of int of shape (n,), optional
        How many meetings everybody wants; without it as many as they were promised.
    tables : int, optional
        Meetings that one round may have.
    may_meet : callable, optional
        Given two rows, the lower first, whether they may meet; asked of every pair and of both others of a third.
        Without it, those may who are among the promised or spare pairs.

    Returns
    -------
    schedule : Schedule
        The same input gives the same meetings.

    Raises
    ------
    ValueError
        When a pair is not of two people there are, or stands twice, or there is less than one table.

    References
    ----------
    V. G. Vizing (1964), On an estimate of the chromatic class of a p-graph, Diskret. Analiz 3; the rounds are found
    as in J. Misra and D. Gries (1992), A constructive proof of Vizing's theorem, Inf. Process. Lett. 41(3).

    Examples
    --------
    >>> [(m.round, m.people, m.table) for m in schedule([(0, 1), (1, 2), (2, 3)]).meetings]
    [(0, (0, 1), 1), (0, (2, 3), 2), (1, (1, 2), 1)]
    """
    promised, further = ([ordered(int(a), int(b)) for a, b in some] for some in (pairs, spare))
    every = set(promised + further)
    permitted = may_meet or (lambda a, b: (a, b) in every)
    n = len(free) if free is not None else max([len(wanted or ())] + [high + 1 for _, high in every])
    if len(every) < len(promised) + len(further) or not all(0 <= low < high < n for low, high in every):
        raise ValueError("A pair is of two different rows there are, and stands once.")
    if tables is not None and tables < 1:
        raise ValueError("There is at least one table, or no limit.")
    degree = Counter(person for pair in promised for person in pair)
    plan = Plan([degree[person] for person in range(n)] if wanted is None else wanted, tables, permitted)
    plan.keep([pair for pair in promised if permitted(*pair)], free)
    plan.fill(further)
    return plan.schedule(promised)


class Plan:
    """The steps of `schedule`, sharing what they need."""

    grid: Colouring

    def __init__(self, wanted: Sequence[int], tables: int | None, may_meet: Permission) -> None:
        self.wanted, self.tables, self.may_meet = wanted, tables, may_meet

    def keep(self, promised: list[Pair], free: Bools | None) -> None:
        """Find a round for every promised pair, for as many as can be."""
        self.grid = self._rounds(promised, free)
        left = [pair for pair in self._hardest_first(promised) if not self.grid.add(*pair)]
        self.grid.level()
        left += self._without_a_table(promised)
        self.grid.limit = self.tables or self.grid.limit
        left = [pair for pair in left if not self.grid.add(*pair, depth=DEPTH)]
        if left and free is None:
            self._add_round(left)

    def fill(self, spare: list[Pair]) -> None:
        """Take in what was not promised, then make rounds even."""
        for pair in spare:
            if self.may_meet(*pair) and all(self._lacks(person) > 0 for person in pair):
                self.grid.add(*pair)
        self.grid.level()

    def schedule(self, promised: list[Pair]) -> Schedule:
        """Let those join who are alone, and give everybody a table."""
        rounds: list[list[People]] = [[] for _ in self.grid.load]
        for round_, pair in self.grid.meetings():
            rounds[round_].append(pair)
        thirds = Thirds(rounds, self.may_meet)
        self._join(thirds, [pair for pair in promised if pair not in thirds.met])
        dropped = tuple(pair for pair in promised if pair not in thirds.met)
        free = unmasked(self.grid.free, len(rounds))
        return Schedule(seated(thirds.rounds, self.tables), dropped, free, tuple(self.wanted), self.tables)

    def _rounds(self, promised: list[Pair], free: Bools | None) -> Colouring:
        """Rounds without meetings: those people have, or as few as are possible."""
        if free is not None:
            return Colouring(masks(free), free.shape[1])
        busiest = max(Counter(person for pair in promised for person in pair).values(), default=0)
        n_rounds = max(busiest, -(-len(promised) // (self.tables or len(promised) or 1)))
        return Colouring([(1 << n_rounds) - 1] * len(self.wanted), n_rounds)

    def _add_round(self, left: list[Pair]) -> None:
        """Place the rest in one round more, for which levelled rounds need no more tables than there are."""
        limit, self.grid.limit = self.grid.limit, len(self.wanted)
        self.grid.add_round()
        for pair in left:
            self.grid.add(*pair)
        self.grid.level()
        self.grid.limit = limit

    def _hardest_first(self, pairs: list[Pair]) -> list[Pair]:
        """Pairs with the fewest rounds in common first, then those of people with the fewest rounds to spare."""
        free, busy = self.grid.free, Counter(person for pair in pairs for person in pair)
        spare = [own.bit_count() - busy[person] for person, own in enumerate(free)]
        return sorted(pairs, key=lambda p: ((free[p[0]] & free[p[1]]).bit_count(), min(spare[p[0]], spare[p[1]])))

    def _without_a_table(self, promised: list[Pair]) -> list[Pair]:
        """Give up the last pairs of rounds that have more meetings than tables."""
        ranks = {pair: rank for rank, pair in enumerate(promised)}
        by_rank = sorted((ranks[pair], round_) for round_, pair in self.grid.meetings())
        given_up: list[Pair] = []
        for rank, round_ in reversed(by_rank):
            if self.grid.load[round_] > (self.tables or self.grid.limit):
                self.grid.release(*promised[rank], round_)
                given_up.append(promised[rank])
        return given_up[::-1]

    def _lacks(self, person: int) -> int:
        """How many meetings somebody wants and has not."""
        return self.wanted[person] - (self.grid.free[person] & ~self.grid.open[person]).bit_count()

    def _join(self, thirds: Thirds, dropped: list[Pair]) -> None:
        """Let people with too few meetings be third: first where that keeps a promise, then anywhere."""
        missed: dict[int, set[int]] = {}
        for a, b in dropped:
            missed.setdefault(a, set()).add(b)
            missed.setdefault(b, set()).add(a)
        for person, others in sorted(missed.items()):
            self._join_often(thirds, person, sorted(others))
        for person in range(len(self.wanted)):
            self._join_often(thirds, person, None)

    def _join_often(self, thirds: Thirds, person: int, among: list[int] | None) -> None:
        """Let somebody join pairs until they have what they want or nobody suits."""
        while self._lacks(person) > 0 and (meeting := thirds.join(person, self.grid.open[person], among)):
            self.grid.open[person] &= ~(1 << meeting.round)
