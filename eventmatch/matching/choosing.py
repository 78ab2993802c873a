"""Choose pairs jointly: quickly by prices, or nearly as well as possible by a linear programme."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from eventmatch.matching.pairing import Pairing
from eventmatch.matching.possible import Floats, Possible
from eventmatch.matching.prices import bound, prices
from eventmatch.matching.relaxation import relaxed
from eventmatch.matching.walks import lift

Solver = Literal["greedy", "lp"]
Mask = NDArray[np.bool_]

FLOOR = 2  # everybody who can is given as many, whatever it costs others
WHOLE = 1 - 1e-6  # a share of a pair that is all of it, within the solver's tolerance


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """Which of the possible pairs are chosen, of shape (n_pairs,), and what no choice exceeds."""

    chosen: Mask
    bound: float


def choose(possible: Possible, solver: Solver, max_iter: int) -> Choice:
    """Choose pairs worth as much as possible, with room for all, so that nobody is left behind.

    Everybody has one pair, then two, then as many as they want, as far as there is a way; limits on lists are
    exceeded only by pairs for which nothing permitted is left.

    Parameters
    ----------
    possible : Possible
    solver : {'greedy', 'lp'}
    max_iter : int
        Steps of the linear programme after which the greedy choice stands.

    Returns
    -------
    choice : Choice
        The bound holds for all choices that bring everybody to the floor as far as this one, and exceed limits no
        more than the greedy one. Of 'greedy' it may be a little above the linear programme's.
    """
    if not len(possible.values):
        return Choice(np.zeros(0, dtype=bool), 0.0)
    price = prices(possible)
    chosen = greedy(possible, price)
    used = possible.used(chosen)
    if (used > possible.room).any():  # what could not keep to the limits is measured by what can be had without them
        possible = possible.granting(used)
        price = prices(possible)
    floor = np.minimum(possible.floor(FLOOR), used[: len(possible.wanted)])
    solved = relaxed(possible, floor, max_iter) if solver == "lp" else None
    if solved is None:
        return Choice(chosen, bound(possible, price))
    share, most = solved
    rounded = greedy(possible, price, first=share > WHOLE)
    before, after = possible.values[chosen].sum(), possible.values[rounded].sum()
    kept = (possible.used(rounded)[: len(floor)] >= floor).all()
    return Choice(rounded if after > before and kept else chosen, max(most, float(after)))


def greedy(possible: Possible, price: Floats, first: Mask | None = None) -> Mask:
    """Choose by prices, some pairs before others; within the limits on lists as far as possible."""
    pairing = Pairing(possible, price)
    if first is not None:
        pairing.take(first)
    complete(pairing, possible)
    limited = len(possible.room) > len(possible.wanted) + 1
    return (complete(pairing.loosen(), possible) if limited else pairing).chosen()


def complete(pairing: Pairing, possible: Possible) -> Pairing:
    """Take what there is room for, then bring everybody to one, to the floor, and to what they want."""
    pairing.take(np.ones(len(possible.values), dtype=bool))
    for level in (1, FLOOR, np.iinfo(np.int64).max):
        lift(pairing, possible.floor(level).tolist())
    return pairing
