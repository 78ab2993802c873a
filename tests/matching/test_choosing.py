"""On random crowds: caps and fixed pairs hold, nobody is forgotten, and bounds are bounds."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from itertools import product
from typing import Any

import numpy as np
import pytest

from eventmatch.matching.assignment import MutualMatcher
from eventmatch.matching.choosing import Solver
from tests.matching.graphs import Crowd, crowd_of, degrees, most_at, most_worth

SOLVERS: tuple[Solver, ...] = ("greedy", "lp")
CROWDS = 100_000
SHARES = 2  # one process each
EVERY = 25  # of so many crowds one is worked out the long way, too


@pytest.mark.parametrize("solver", SOLVERS)
def test_what_must_hold_holds_in_random_crowds(solver: Solver) -> None:
    assert not [fault for seed in range(80) for fault in faults(crowd_of(seed), solver)]


@pytest.mark.parametrize("solver", SOLVERS)
def test_nobody_is_forgotten_and_no_bound_is_too_low_in_random_crowds(solver: Solver) -> None:
    assert not [fault for seed in range(30) for fault in shortfalls(wide(seed), solver)]


@pytest.mark.proof
def test_what_must_hold_holds_in_a_hundred_thousand_crowds() -> None:
    with ProcessPoolExecutor(SHARES, multiprocessing.get_context("spawn")) as pool:
        found = [fault for share in pool.map(search, range(SHARES)) for fault in share]

    print(f"{CROWDS} crowds of 2 to 9 people, matched by prices and by linear programme: {len(found)} faults")
    assert not found


def search(share: int) -> list[str]:
    """Look for faults in a share of the crowds."""
    found = []
    for seed, solver in product(range(share, CROWDS, SHARES), SOLVERS):
        found += [f"{seed} {solver}: {fault}" for fault in faults(crowd_of(seed), solver)]
        if seed // SHARES % EVERY == 0:
            found += [f"{seed} {solver}: {fault}" for fault in shortfalls(wide(seed), solver)]
    return found


def wide(seed: int) -> Crowd:
    """A crowd in which everybody has more room than the floor."""
    return crowd_of(seed, least_cap=3, bound=False)


def faults(crowd: Crowd, solver: Solver) -> list[str]:
    """What is wrong with how a crowd is matched, as far as one sees by looking."""
    matcher = crowd.matched(solver)
    chosen, fixed = ({tuple(sorted(pair)) for pair in pairs.tolist()} for pairs in (matcher.pairs_, crowd.fixed))
    listed = {(a, b) for a, own in enumerate(matcher.lists_) for b in own.tolist()}
    room = np.maximum(crowd.caps, degrees(crowd.fixed, len(crowd.caps)))
    seen = {
        "a cap is exceeded": (degrees(matcher.pairs_, len(room)) > room).any(),
        "lists do not agree with pairs": listed != chosen | {(b, a) for a, b in chosen},
        "a pair is chosen twice": len(chosen) < len(matcher.pairs_),
        "a fixed pair is gone": bool(fixed - chosen),
        "an impossible pair is chosen": bool(chosen - fixed - {tuple(pair) for pair in crowd.pairs.tolist()}),
        "two who could meet have room": two_have_room(crowd, matcher, room),
        "it is worth more than the bound": worth(crowd, matcher) > matcher.bound_ + 1e-6,
    }
    return [fault for fault, found in seen.items() if found]


def two_have_room(crowd: Crowd, matcher: MutualMatcher, room: np.ndarray) -> bool:
    """Whether a pair could simply be added."""
    chosen = {tuple(pair) for pair in matcher.pairs_.tolist()}
    left = room - degrees(matcher.pairs_, len(room))
    return any(left[a] > 0 and left[b] > 0 and (a, b) not in chosen for a, b in crowd.pairs.tolist())


def worth(crowd: Crowd, matcher: MutualMatcher) -> float:
    """What the chosen pairs are worth, counted from the least as the bound is."""
    return float((matcher.values_ - crowd.values.min(initial=0)).sum())


def shortfalls(crowd: Crowd, solver: Solver) -> list[str]:
    """What is wrong with how a crowd is matched, as far as one sees by working it out the long way."""
    if not len(crowd.pairs):
        return []
    matcher = crowd.matched(solver)
    has = degrees(matcher.pairs_, len(crowd.caps))
    best, reached = most_worth(crowd, np.minimum(has, 2)), worth(crowd, matcher)
    seen = {f"more could have {level}": np.minimum(has, level).sum() < most_at(level, crowd) for level in (1, 2)}
    seen |= {"the bound is below the best": best > matcher.bound_ + 1e-6, "it is not a choice": reached > best + 1e-6}
    return [fault for fault, found in seen.items() if found]


def test_a_matcher_that_forgets_the_last_pair_would_be_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    fit = MutualMatcher.fit

    def forgetful(self: MutualMatcher, values: Any, **more: Any) -> MutualMatcher:
        fit(self, values, **more)
        self.pairs_, self.values_ = self.pairs_[:-1], self.values_[:-1]
        return self

    monkeypatch.setattr(MutualMatcher, "fit", forgetful)

    assert {"two who could meet have room", "lists do not agree with pairs"} <= {
        fault for seed in range(20) for fault in faults(crowd_of(seed), "greedy")
    }
    assert {"more could have 1", "more could have 2"} <= {
        fault for seed in range(20) for fault in shortfalls(wide(seed), "greedy")
    }
