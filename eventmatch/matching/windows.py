"""How much can be promised to people who are not there all the time."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from eventmatch.matching.bookings import Pair

Bools = NDArray[np.bool_]

MOST = 6  # meetings promised to one person


def caps(free: Bools, most: int = MOST) -> NDArray[np.int64]:
    """How many meetings may be promised to everybody so that nearly all can be kept: one less than their rounds.

    Parameters
    ----------
    free : bool array of shape (n, n_rounds)
        Who is present when.
    most : int, default=6
        Nobody is promised more.

    Returns
    -------
    caps : int array of shape (n,)
        1 for somebody present in a single round, 0 for somebody never present.
    """
    rounds = free.sum(axis=1)
    return np.asarray(np.minimum(most, np.maximum(rounds - 1, np.minimum(rounds, 1))), dtype=np.int64)


def share_a_round(free: Bools, a: ArrayLike, b: ArrayLike) -> Bools:
    """Whether two people are ever present together, for two rows or two arrays of rows that broadcast."""
    return np.asarray((free[np.asarray(a)] & free[np.asarray(b)]).any(axis=-1))


def affordable(pairs: Iterable[Sequence[int]], free: Bools, most: int = MOST) -> tuple[list[Pair], list[Pair]]:
    """Divide pairs, best first, into those that can be promised and those to spare, both in their order.

    Promised is a pair that shares a round while both are below their cap. A pair that shares none is in neither.
    """
    listed = np.array([(int(a), int(b)) for a, b in pairs], dtype=np.int64).reshape(-1, 2)
    room = caps(free, most).tolist()
    promised: list[Pair] = []
    spare: list[Pair] = []
    for a, b in listed[share_a_round(free, *listed.T)].tolist():
        if room[a] and room[b]:
            room[a], room[b] = room[a] - 1, room[b] - 1
            promised.append((a, b))
        else:
            spare.append((a, b))
    return promised, spare


def masks(free: Bools) -> list[int]:
    """For each person the rounds they are present in, as bits; bit r stands for round r."""
    return [int.from_bytes(row.tobytes(), "little") for row in np.packbits(free, axis=1, bitorder="little")]


def unmasked(present: Sequence[int], n_rounds: int) -> Bools:
    """What `masks` was given."""
    shape = (len(present), n_rounds)
    return np.array([own >> round_ & 1 for own in present for round_ in range(n_rounds)], bool).reshape(shape)
