"""One schedule in a process of its own, so that its time is nobody else's: JSON in, JSON out.

In: {"way": "eventmatch" or "first fit", "people": count, "most": meetings each, "part_time": bool, "seed": number}
Out: {"pairs", "rounds", "kept": share of the pairs, "double": people in two places at once, "cpu_seconds"}
"""

import json
import sys
import time

import numpy as np
from numpy.typing import NDArray

from eventmatch.matching.schedule import schedule
from eventmatch.matching.windows import affordable

ROUNDS, MISSED, PART_TIME = 9, 4, 0.4
PLENTY = 40  # more rounds than first fit needs

Bools = NDArray[np.bool_]
Pairs = list[tuple[int, int]]
Found = list[tuple[int, tuple[int, ...]]]  # rounds and who meets


def main() -> None:
    """Read what is asked for, make rounds, tell what came of it."""
    order = json.loads(sys.argv[1])
    size, chance = order["people"], np.random.default_rng(order["seed"])
    free = presence(size, chance) if order["part_time"] else np.ones((size, ROUNDS), bool)
    pairs, _ = affordable(drawn(size, 12 * order["most"], chance), free, order["most"])
    way = first_fit if order["way"] == "first fit" else coloured
    began = time.process_time()
    found = way(pairs, free if order["part_time"] else None, size)
    print(json.dumps({"cpu_seconds": time.process_time() - began, "pairs": len(pairs), **counts(pairs, found)}))


def counts(pairs: Pairs, found: Found) -> dict:
    """Count rounds, kept promises and people in two places."""
    seats = [(person, round_) for round_, people in found for person in people]
    met = {(a, b) for _, people in found for a in people for b in people if a != b}
    return {
        "rounds": len({round_ for round_, _ in found}),
        "kept": sum(pair in met for pair in pairs) / len(pairs),
        "double": len(seats) - len(set(seats)),
    }


def coloured(pairs: Pairs, free: Bools | None, _: int) -> Found:
    """Rounds as eventmatch makes them."""
    return [(meeting.round, meeting.people) for meeting in schedule(pairs, free).meetings]


def first_fit(pairs: Pairs, free: Bools | None, size: int) -> Found:
    """Put every pair into the first round open to both: what one would try first."""
    unused = np.ones((size, PLENTY), bool) if free is None else free.copy()
    found: Found = []
    for a, b in pairs:
        both = unused[a] & unused[b]
        if both.any():
            round_ = int(both.argmax())
            unused[[a, b], round_] = False
            found.append((round_, (a, b)))
    return found


def presence(size: int, chance: np.random.Generator) -> Bools:
    """Let 40 of 100 people miss four rounds."""
    free = np.ones((size, ROUNDS), bool)
    for person in chance.permutation(size)[: int(PART_TIME * size)]:
        free[person, chance.choice(ROUNDS, MISSED, replace=False)] = False
    return free


def drawn(size: int, each: int, chance: np.random.Generator) -> Pairs:
    """Draw different pairs of people, about so many for each."""
    ends = chance.integers(size, size=(size * each // 2, 2))
    return list(dict.fromkeys((min(a, b), max(a, b)) for a, b in ends.tolist() if a != b))


if __name__ == "__main__":
    main()
