"""Figures that say whether match lists are fair: who is left out, who is swamped, who is listed back."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Lists = Sequence[NDArray[np.int64]]
Values = Sequence[NDArray[np.float64]]

WORST = 0.05  # the share of people looked at when asking how badly off anybody is


def exposure(lists: Lists) -> NDArray[np.int64]:
    """On how many lists everybody stands, of shape (n,)."""
    return np.bincount(np.concatenate([np.zeros(0, dtype=np.int64), *lists]), minlength=len(lists))


def mutual_share(lists: Lists) -> float:
    """Share of listings that are listed the other way too, in [0, 1]; 1 when there is none."""
    listed = {(person, int(other)) for person, others in enumerate(lists) for other in others}
    return sum((other, person) in listed for person, other in listed) / len(listed) if listed else 1.0


def coverage(lists: Lists) -> float:
    """Share of people who stand on at least one list, in [0, 1]."""
    return float((exposure(lists) > 0).mean()) if len(lists) else 1.0


def fill(lists: Lists, n_suggestions: int) -> float:
    """Listings as a share of all places on all lists, in [0, 1]."""
    return sum(map(len, lists)) / (n_suggestions * len(lists)) if len(lists) else 1.0


def gini(amounts: NDArray[np.int64]) -> float:
    """How unequally something is spread: 0 when everybody has the same, near 1 when one has it all.

    References
    ----------
    C. Gini (1912), Variabilità e mutabilità; here 2·Σ i·x(i) / (n·Σ x) - (n + 1) / n over ascending x, zeros included.
    """
    ascending, n = np.sort(amounts), len(amounts)
    total = ascending.sum()
    return float(2 * (np.arange(1, n + 1) @ ascending) / (n * total) - (n + 1) / n) if total else 0.0


def worst_value(values: Values, n_suggestions: int) -> float:
    """What lists are worth per place to the 5 % of people, at least one, whose lists are worth least.

    Parameters
    ----------
    values : sequence of array
        For each person what those on the list are worth, of any lengths; a place left empty is worth 0.
    n_suggestions : int
        Places on a list.
    """
    worth = np.sort([float(np.sum(own)) for own in values])
    return float(worth[: math.ceil(WORST * len(worth))].mean() / n_suggestions) if len(worth) else 0.0


def summary(
    lists: Lists, n_suggestions: int, *, values: Values | None = None, gap: float | None = None
) -> dict[str, float]:
    """The measures of one event's lists by name.

    Parameters
    ----------
    lists : sequence of int array
    n_suggestions : int
        Places on a list.
    values : sequence of array, optional
        What those on each list are worth; with them, ``worst_5_percent_value`` is told.
    gap : float, optional
        The share by which the total value falls short of a bound, such as `MutualMatcher.gap_`; told as
        ``optimality_gap``.
    """
    shown = exposure(lists)
    return {
        "mutual_share": mutual_share(lists),
        "coverage": coverage(lists),
        "fill": fill(lists, n_suggestions),
        "exposure_gini": gini(shown),
        "most_shown": int(shown.max(initial=0)),
        **({} if values is None else {"worst_5_percent_value": worst_value(values, n_suggestions)}),
        **({} if gap is None else {"optimality_gap": gap}),
    }
