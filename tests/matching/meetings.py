"""Made-up events to schedule, and a judge of schedules that shares nothing with the code it judges."""

import random
from collections import Counter
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from eventmatch.matching.schedule import Schedule, schedule
from eventmatch.matching.windows import Bools

Pairs = list[tuple[int, int]]


@dataclass(frozen=True)
class Gathering:
    """People, when they are there, who is promised to whom, and who may meet at all."""

    free: Bools
    promised: Pairs
    spare: Pairs
    permitted: frozenset[tuple[int, int]]
    tables: int | None
    wanted: list[int] | None

    def may_meet(self, a: int, b: int) -> bool:
        return (a, b) in self.permitted

    def schedule(self) -> Schedule:
        return schedule(
            self.promised,
            self.free,
            spare=self.spare,
            wanted=self.wanted,
            tables=self.tables,
            may_meet=self.may_meet,
        )


def anybody(*_: int) -> bool:
    """Let any two meet."""
    return True


def gathering(seed: int) -> Gathering:
    """A small event; some people miss rounds, some pairs may not meet though they are promised."""
    chance = random.Random(seed)
    n, n_rounds = chance.randint(2, 11), chance.randint(1, 6)
    pairs = [pair for pair in combinations(range(n), 2) if chance.random() < chance.choice([0.3, 0.6])]
    chance.shuffle(pairs)
    cut = chance.randint(0, len(pairs))
    presence = chance.choice([0.5, 0.8, 1.0])
    return Gathering(
        free=np.array([[chance.random() < presence for _ in range(n_rounds)] for _ in range(n)]),
        promised=pairs[:cut],
        spare=pairs[cut:],
        permitted=frozenset(pair for pair in combinations(range(n), 2) if chance.random() < 0.9),
        tables=chance.choice([None, 1, 2, 3]),
        wanted=chance.choice([None, [chance.randint(0, 5) for _ in range(n)]]),
    )


def faults(gathering: Gathering, found: Schedule) -> set[str]:
    """Everything that is wrong with a schedule, in a word each."""
    meetings, promised = found.meetings, set(gathering.promised)
    seats = Counter((person, m.round) for m in meetings for person in m.people)
    met = Counter(pair for m in meetings for pair in combinations(m.people, 2))
    at_tables = Counter((m.round, m.table) for m in meetings)
    n_rounds = gathering.free.shape[1]
    judged = {
        "two places at once": max(seats.values(), default=0) > 1,
        "absent": any(not gathering.free[person, round_] for person, round_ in seats if round_ < n_rounds),
        "a round too many": any(not 0 <= m.round < n_rounds for m in meetings),
        "twice": max(met.values(), default=0) > 1,
        "not permitted": any(pair not in gathering.permitted for pair in met),
        "a crowd or a loner": any(len(m.people) not in {2, 3} or [*m.people] != sorted(m.people) for m in meetings),
        "two at a table": max(at_tables.values(), default=0) > 1,
        "no such table": any(m.table < 1 or m.table > (gathering.tables or len(gathering.free)) for m in meetings),
        "forgotten": promised - set(met) != set(found.dropped),
        "out of order": list(meetings) != sorted(meetings, key=lambda m: (m.round, m.people)),
    }
    return {name for name, wrong in judged.items() if wrong}


def disturbance(before: Schedule, after: Schedule, known: set[int], from_round: int) -> set[str]:
    """What a repair should have let be."""
    changed = set(before.meetings) ^ set(after.meetings)
    others = {person for m in changed for person in m.people} - known
    judged = {"begun": any(m.round < from_round for m in changed), "more than three others": len(others) > 3}
    return {name for name, wrong in judged.items() if wrong}


def met(found: Schedule) -> set[tuple[int, int]]:
    """Every two people who meet."""
    return {pair for m in found.meetings for pair in combinations(m.people, 2)}
