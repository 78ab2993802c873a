"""How near the chosen pairs come to the best there could be, beside what one would try first.

Generated people (_people.py) could meet whoever is among the 50 nearest of either by the cosine of tags and words. What
one gets out of another is the cosine times a number between 0.5 and 1.5 that depends on both, another in the other
direction; a pair is worth the harmonic mean of both directions. Everybody is to have eight. The bound is the optimum
of the linear programme in which pairs may be chosen in part, nobody has more than eight and everybody two or more.
"""

import argparse
import time
from collections.abc import Callable, Iterator

import numpy as np
import scipy.sparse as sp
from _judge import gini
from _people import people
from _report import keep, machine, table
from numpy.typing import NDArray
from scipy.optimize import linprog
from sklearn.feature_extraction.text import TfidfVectorizer

from eventmatch.matching import MutualMatcher, Profile

K, FLOOR, NEAREST = 8, 2, 50
SIZES = (1_000, 5_000)
SEED = 7
ROWS = 500
COLUMNS = ("people", "pairs", "way", "of the bound", "own bound", "nobody", "all eight", "Gini", "CPU s")

Pairs = NDArray[np.int64]
Values = NDArray[np.float64]
Way = Callable[[int, Pairs, Values], tuple[Pairs, float | None]]


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", nargs="+", type=int, default=SIZES)
    report = {**machine(), "figures": [row for size in parser.parse_args().sizes for row in figures(size)]}
    print("{cores} cores, load {load} before, Python {python}; one run each, lists of eight\n".format(**report))
    print(table(COLUMNS, [written(row) for row in report["figures"]]))
    keep("assignment", report)


def figures(size: int) -> Iterator[dict]:
    """Choose pairs of one crowd in every way."""
    pairs, values = possible(people(size, SEED))
    worth = dict(zip(map(tuple, pairs.tolist()), values.tolist(), strict=True))
    most = bound(size, pairs, values)
    for name, way in WAYS.items():
        began = time.process_time()
        chosen, own = way(size, pairs, values)
        seconds = time.process_time() - began
        met = np.bincount(chosen.ravel(), minlength=size)
        yield {
            "people": size,
            "pairs": len(pairs),
            "way": name,
            "of_bound": sum(worth[pair] for pair in map(tuple, chosen.tolist())) / most,
            "own_bound": own and own / most,
            "nobody": int((met == 0).sum()),
            "all": float((met == K).mean()),
            "gini": gini(met),
            "cpu_seconds": seconds,
        }


def possible(crowd: list[Profile]) -> tuple[Pairs, Values]:
    """Who could meet, lower row first, best pair first, and what each pair is worth."""
    n = len(crowd)
    features = vectors(crowd)
    columns, near = features.T.tocsr(), []
    for start in range(0, n, ROWS):
        scores = (features[start : start + ROWS] @ columns).toarray()
        scores[np.arange(len(scores)), np.arange(start, start + len(scores))] = -np.inf
        best = np.argpartition(-scores, NEAREST, axis=1)[:, :NEAREST]
        near.append(np.column_stack([np.repeat(np.arange(start, start + len(scores)), NEAREST), best.ravel()]))
    pairs = np.unique(np.sort(np.concatenate(near), axis=1), axis=0)
    low, high = pairs.T
    cosine = np.asarray(features[low].multiply(features[high]).sum(axis=1)).ravel()
    there, back = cosine * taste(low, high), cosine * taste(high, low)
    values = 2 * there * back / (there + back)
    order = np.argsort(-values, kind="stable")
    return pairs[order], values[order]


def vectors(crowd: list[Profile]) -> sp.csr_array:
    """Tags and words of everybody in rows of length 1."""
    tags = TfidfVectorizer(analyzer=lambda person: person.interests).fit_transform(crowd)
    words = TfidfVectorizer(analyzer=lambda person: person.about.split(), sublinear_tf=True, max_df=0.1)
    return sp.csr_array(sp.hstack([np.sqrt(0.6) * tags, np.sqrt(0.4) * words.fit_transform(crowd)]))


def taste(a: NDArray[np.int64], b: NDArray[np.int64]) -> Values:
    """Numbers in [0.5, 1.5) that depend on both and differ by direction (the finaliser of MurmurHash3)."""
    mixed = a.astype(np.uint64) << np.uint64(32) | b.astype(np.uint64)
    for factor in (0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53):
        mixed = (mixed ^ (mixed >> np.uint64(33))) * np.uint64(factor)
    return 0.5 + (mixed >> np.uint64(11)) / 2.0**53


def bound(size: int, pairs: Pairs, values: Values) -> float:
    """The optimum of the linear programme."""
    m = len(pairs)
    meets = sp.csr_array((np.ones(2 * m), (pairs.T.ravel(), np.tile(np.arange(m), 2))), shape=(size, m))
    limits = np.repeat([K, -FLOOR], size)
    solved = linprog(-values, A_ub=sp.vstack([meets, -meets]), b_ub=limits, bounds=(0, 1), method="highs")
    if solved.status:
        raise SystemExit(solved.message)
    return float(-solved.fun)


def both_best(size: int, pairs: Pairs, _: Values) -> tuple[Pairs, None]:
    """Keep the pairs that are among the best eight of both: no joint choice at all."""
    ends, rank = pairs.ravel(), np.zeros(pairs.shape, dtype=np.int64)
    order = np.argsort(ends, kind="stable")
    first = np.concatenate([[0], np.cumsum(np.bincount(ends, minlength=size))[:-1]])
    rank.ravel()[order] = np.arange(len(ends)) - first[ends[order]]
    return pairs[(rank < K).all(axis=1)], None


def best_first(size: int, pairs: Pairs, _: Values) -> tuple[Pairs, None]:
    """Take pairs from the best down while both have room."""
    met, chosen = [0] * size, []
    for pair in pairs.tolist():
        if met[pair[0]] < K and met[pair[1]] < K:
            met[pair[0]] += 1
            met[pair[1]] += 1
            chosen.append(pair)
    return np.array(chosen), None


def matched(solver: str) -> Way:
    """Let eventmatch choose."""

    def way(size: int, pairs: Pairs, values: Values) -> tuple[Pairs, float]:
        graph = sp.csr_array((values, tuple(pairs.T)), shape=(size, size))
        matcher = MutualMatcher(K, metric="precomputed", solver=solver).fit(graph)
        return matcher.pairs_, matcher.bound_

    return way


def written(row: dict) -> list[object]:
    """Write one line."""
    said = [f"{row['of_bound']:.3%}", f"{row['own_bound']:.4%}" if row["own_bound"] else ""]
    shares = [row["nobody"], f"{row['all']:.1%}", f"{row['gini']:.3f}", f"{row['cpu_seconds']:.2f}"]
    return [row["people"], row["pairs"], row["way"], *said, *shares]


WAYS: dict[str, Way] = {
    "best eight of both": both_best,
    "best pair first": best_first,
    "greedy": matched("greedy"),
    "lp": matched("lp"),
}

if __name__ == "__main__":
    main()
