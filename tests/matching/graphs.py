"""Small random crowds, and what the best choice of pairs among them is, worked out the long way."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

from eventmatch.matching.assignment import MutualMatcher
from eventmatch.matching.choosing import Solver
from eventmatch.matching.possible import from_zero

Rows = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Crowd:
    """A few people, what pairs of them are worth, how many each may meet, pairs that stand, and limits on lists."""

    pairs: Rows
    values: Floats
    caps: Rows
    fixed: Rows
    groups: list[tuple[Rows, int]]

    @property
    def graph(self) -> Any:
        """The values as a sparse array, each pair stored once."""
        n = len(self.caps)
        return sp.csr_array((self.values, (self.pairs[:, 0], self.pairs[:, 1])), shape=(n, n))

    def matched(self, solver: Solver = "greedy") -> MutualMatcher:
        """These people, matched."""
        matcher = MutualMatcher(4, metric="precomputed", solver=solver)
        return matcher.fit(self.graph, caps=self.caps, fixed=self.fixed, groups=self.groups)


def crowd_of(seed: int, *, least_cap: int = 0, bound: bool = True) -> Crowd:
    """Draw a crowd of 2 to 9: some sparse, some with equal values, or values below 0, or bound by more."""
    chance = np.random.default_rng(seed)
    n = int(chance.integers(2, 10))
    low, high = np.triu_indices(n, 1)
    kept = chance.random(len(low)) < chance.choice([0.3, 0.6, 1.0])
    pairs = np.column_stack([low, high])[kept].astype(np.int64)
    values = chance.integers(1, 5, len(pairs)) / 4 if chance.random() < 0.3 else chance.random(len(pairs))
    values = values - 0.5 * (chance.random() < 0.3)
    caps = chance.integers(least_cap, least_cap + 4, n)
    held = chance.permutation(len(low))[: int(chance.integers(3)) * bound]
    groups = [(chance.integers(0, 3, n), int(chance.integers(3))) for _ in range(int(chance.integers(3)) * bound)]
    return Crowd(pairs, values, caps, np.column_stack([low, high])[held].astype(np.int64), groups)


def degrees(pairs: Rows, n: int) -> Rows:
    """How many pairs everybody is in."""
    return np.bincount(pairs.ravel(), minlength=n)


def most_at(level: int, crowd: Crowd) -> int:
    """How many places up to a level can be filled at most, over everybody."""
    n, m = len(crowd.caps), len(crowd.pairs)
    uses = incidence(crowd)
    places = np.hstack([-uses, np.eye(n)])
    solved = milp(
        np.concatenate([np.zeros(m), -np.ones(n)]),
        constraints=[
            LinearConstraint(np.hstack([uses, np.zeros((n, n))]), ub=crowd.caps),
            LinearConstraint(places, ub=0),
        ],
        bounds=Bounds(0, np.concatenate([np.ones(m), np.full(n, level)])),
        integrality=1,
    )
    most: int = round(-solved.fun)
    return most


def most_worth(crowd: Crowd, floor: Rows) -> float:
    """What the best pairs are worth in total that bring everybody to a floor."""
    solved = milp(
        -from_zero(crowd.values),
        constraints=LinearConstraint(incidence(crowd), floor, crowd.caps),
        bounds=Bounds(0, 1),
        integrality=1,
    )
    return float(-solved.fun)


def incidence(crowd: Crowd) -> Floats:
    """Who is in which pair, of shape (n, n_pairs)."""
    uses = np.zeros((len(crowd.caps), len(crowd.pairs)))
    uses[crowd.pairs.T, np.arange(len(crowd.pairs))] = 1
    return uses
