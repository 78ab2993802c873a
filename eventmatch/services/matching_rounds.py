"""The rounds of one event, computed in a process of their own: plain values in, plain values out.

The matcher's package brings scikit-learn along; it is imported here, inside functions that only the child runs.
"""

import multiprocessing
import os
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eventmatch.domain.errors import DomainError
from eventmatch.domain.rounds import Seating
from eventmatch.services.match_work import POLITE

if TYPE_CHECKING:
    from eventmatch.matching.mending import Change
    from eventmatch.matching.schedule import Schedule
    from eventmatch.matching.seating import Meeting

CONTEXT = multiprocessing.get_context("spawn")
DIED = "The computation ended before it was done. The rounds shown are the earlier ones; start it again."


@dataclass(frozen=True, slots=True)
class Gathered:
    """Who can be where, and who is to meet whom."""

    people: list[int]  # ids of attendees in the order of registration
    free: list[list[bool]]  # for each of them and each round
    pairs: list[tuple[int, int]]  # ids, the best pair first
    excluded: set[tuple[int, int]]  # ids, the lower first
    organisations: list[str]  # for each of them; two of one are not brought together where it is not empty
    tables: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Rounds as they are, and the first of them that may change."""

    seatings: list[Seating]
    from_round: int


@dataclass(frozen=True, slots=True)
class Made:
    """What is no more and what is new."""

    cancelled: list[Seating]
    arranged: list[Seating]


def in_child(task: Callable[..., Made], *values: object) -> Made:
    """Compute in a process of its own."""
    with ProcessPoolExecutor(1, CONTEXT, initializer=os.nice, initargs=(POLITE,)) as child:
        try:
            return child.submit(task, *values).result()
        except BrokenProcessPool as error:
            raise DomainError(DIED) from error


def plan(gathered: Gathered) -> Made:
    """Make rounds: as many meetings as everybody can be promised, then what else there is room for."""
    from eventmatch.matching.schedule import schedule
    from eventmatch.matching.windows import affordable

    event = _Event(gathered)
    pairs = [(event.rows[a], event.rows[b]) for a, b in gathered.pairs]
    promised, spare = affordable(pairs, event.free)
    found = schedule(
        promised,
        event.free,
        spare=spare,
        wanted=event.wanted,
        tables=gathered.tables,
        may_meet=event.may_meet,
    )
    return Made([], event.seatings(found))


def stay_away(gathered: Gathered, standing: Standing, person: int) -> Made:
    """Release somebody's meetings and look for company for those who were to meet them."""
    from eventmatch.matching.repair import without

    event = _Event(gathered)
    before = event.schedule(standing)
    return event.made(without(before, event.rows[person], standing.from_round, may_meet=event.may_meet))


def come_late(gathered: Gathered, standing: Standing, person: int) -> Made:
    """Find meetings for somebody who has none yet."""
    from eventmatch.matching.repair import with_latecomer

    event = _Event(gathered)
    row = event.rows[person]
    wanted = [event.rows[b if a == person else a] for a, b in gathered.pairs if person in {a, b}]
    change = with_latecomer(
        event.schedule(standing), row, wanted, standing.from_round, free=event.free[row], may_meet=event.may_meet
    )
    return event.made(change)


class _Event:
    """The people as rows."""

    def __init__(self, gathered: Gathered) -> None:
        """Number everybody."""
        import numpy as np

        from eventmatch.matching.tags import tag_key

        self.gathered = gathered
        self.rows = {person: row for row, person in enumerate(gathered.people)}
        self.free = np.array(gathered.free, dtype=bool).reshape(len(gathered.people), -1)
        self.teams = [tag_key(name) for name in gathered.organisations]
        listed = Counter(person for pair in gathered.pairs for person in pair)
        rounds = self.free.sum(axis=1).tolist()
        self.wanted = [min(rounds[row], listed[person]) for person, row in self.rows.items()]

    def may_meet(self, a: int, b: int) -> bool:
        """Tell whether two rows may sit together."""
        pair = (self.gathered.people[a], self.gathered.people[b])
        colleagues = self.teams[a] == self.teams[b] != ""
        return not colleagues and (min(pair), max(pair)) not in self.gathered.excluded

    def schedule(self, standing: Standing) -> "Schedule":
        """Return rounds as they are, as the matcher sees them."""
        from eventmatch.matching.schedule import Schedule
        from eventmatch.matching.seating import Meeting

        meetings = sorted(
            Meeting(seating.round, tuple(sorted(self.rows[person] for person in seating.people)), seating.table)
            for seating in standing.seatings
        )
        return Schedule(tuple(meetings), (), self.free, tuple(self.wanted), self.gathered.tables)

    def seatings(self, found: "Schedule") -> list[Seating]:
        """Return a schedule's meetings with ids."""
        return [self._seating(meeting) for meeting in found.meetings]

    def made(self, change: "Change") -> Made:
        """Return a change with ids."""
        return Made(
            [self._seating(meeting) for meeting in change.cancelled],
            [self._seating(meeting) for meeting in change.arranged],
        )

    def _seating(self, meeting: "Meeting") -> Seating:
        people = sorted(self.gathered.people[row] for row in meeting.people)
        return Seating(meeting.round, meeting.table, tuple(people))
