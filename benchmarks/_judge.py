"""How good and how fair lists are, told without anything of eventmatch.

NDCG@10 is the sum of 1 / log2(rank + 1) over those on a list who belong there, divided by the same sum for a perfect
list of ten, as a mean over everybody to whom at least one other belongs (Järvelin & Kekäläinen 2002).
"""

from collections.abc import Hashable, Mapping, Sequence
from collections.abc import Set as AbstractSet

import numpy as np

K = 10
DRAWS, SEED = 1_000, 7
DISCOUNT = 1 / np.log2(np.arange(2, K + 2))

Lists = Sequence[Sequence[int]]


def fairness(lists: Lists) -> dict[str, float]:
    """Who is listed back, how full lists are, who stands on any, how unequally people are shown."""
    listed = {(person, other) for person, own in enumerate(lists) for other in own}
    shown = np.bincount([other for own in lists for other in own], minlength=len(lists))
    return {
        "mutual": sum((other, person) in listed for person, other in listed) / max(1, len(listed)),
        "fill": len(listed) / (K * len(lists)),
        "coverage": float((shown > 0).mean()),
        "gini": gini(shown),
        "most_shown": int(shown.max()),
    }


def gini(amounts: np.ndarray) -> float:
    """0 when everybody has the same, near 1 when one has it all."""
    ascending, n = np.sort(amounts), len(amounts)
    total = max(1, ascending.sum())
    return float(2 * (np.arange(1, n + 1) @ ascending) / (n * total) - (n + 1) / n)


def ndcg(lists: Lists, belonging: Mapping[int, AbstractSet[int]]) -> float:
    """Mean NDCG@10 over those to whom somebody belongs."""
    return float(np.mean([gain(lists[person], others) for person, others in belonging.items() if others]))


def gain(own: Sequence[Hashable], belonging: AbstractSet[Hashable]) -> float:
    """NDCG@10 of one list, in [0, 1]."""
    hits = np.array([other in belonging for other in own[:K]], dtype=float)
    return float(hits @ DISCOUNT[: len(hits)] / DISCOUNT[: min(len(belonging), K)].sum())


def neighbours(pairs: Sequence[tuple[int, int]], barred: Sequence[tuple[int, int]] = ()) -> dict[int, set[int]]:
    """Everybody's others in unordered pairs, except barred ones."""
    found: dict[int, set[int]] = {}
    away = {*barred, *((b, a) for a, b in barred)}
    for a, b in pairs:
        for one, other in ((a, b), (b, a)):
            if one != other and (one, other) not in away:
                found.setdefault(one, set()).add(other)
    return found


def interval(differences: np.ndarray) -> tuple[float, float, float]:
    """The mean of paired differences and its 95 % bootstrap interval."""
    draws = np.random.default_rng(SEED).integers(0, len(differences), (DRAWS, len(differences)))
    low, high = np.percentile(differences[draws].mean(axis=1), [2.5, 97.5])
    return float(differences.mean()), float(low), float(high)
