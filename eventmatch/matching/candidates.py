"""Exact best others for everybody, a block of rows at a time; memory grows with n, never with n × n."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
import scipy.sparse as sp
from joblib import Parallel, delayed
from numpy.typing import NDArray

from eventmatch.matching.tags import Sparse

Floats = NDArray[np.float64]
Block = Callable[[slice], Floats]
Advance = Callable[[int], None]  # told how many rows were done since it was last told

CELLS = 1 << 21  # values of one block in memory: 16 MB as float64


def unheard(done: int) -> None:
    """Tell nobody how many rows are done."""


def blocks(n: int) -> Iterator[slice]:
    """Consecutive slices that cover n rows, each of at most `CELLS` cells of an n-wide array."""
    height = max(1, CELLS // max(1, n))
    return (slice(start, min(start + height, n)) for start in range(0, n, height))


def without_self(values: Floats, rows: slice) -> Floats:
    """The block with everybody's own column at minus infinity, changed in place."""
    values[np.arange(rows.stop - rows.start), np.arange(rows.start, rows.stop)] = -np.inf
    return values


def top_mean(values: Floats, k: int) -> Floats:
    """Mean of the k greatest finite values of each row; 0 for a row without any."""
    best = np.partition(values, max(0, values.shape[1] - k), axis=1)[:, -k:]
    real = np.isfinite(best)
    return np.asarray(np.where(real, best, 0).sum(axis=1) / np.maximum(real.sum(axis=1), 1))


def hub_means(values: Block, n: int, *, k: int = 10, n_jobs: int | None = None, progress: Advance = unheard) -> Floats:
    """How close everybody's k nearest are on average, of shape (n,); high for a hub.

    Parameters
    ----------
    values : callable
        Given a slice of rows, a fresh array of shape (rows, n), higher is closer. Nobody may be masked in it:
        a mean over only the permitted would let an exclusion change other people's order.
    n : int
        Number of people.
    k : int, default=10
        Size of the neighbourhood.
    n_jobs : int, optional
        Threads, as joblib counts them; the result is the same whatever their number.
    progress : callable, optional
        Called with the number of rows done after each block.

    References
    ----------
    A. Conneau et al. (2018), Word translation without parallel data, ICLR (cross-domain similarity local scaling).
    """
    work = (delayed(mean_block)(values, rows, k) for rows in blocks(n))
    return np.concatenate([np.zeros(0), *heard(work, n_jobs, progress)])


def mean_block(values: Block, rows: slice, k: int) -> Floats:
    """The means of some rows."""
    return top_mean(without_self(values(rows), rows), k)


def candidate_graph(
    values: Block,
    n: int,
    *,
    k: int,
    around: bool = False,
    n_jobs: int | None = None,
    progress: Advance = unheard,
) -> Sparse:
    """Everybody's k best others as a sparse array of shape (n, n); exact.

    Parameters
    ----------
    values : callable
        Given a slice of rows, a fresh array of shape (rows, n); minus infinity where two people must not meet.
    n : int
        Number of people.
    k : int
        Others kept for each person, fewer where fewer are permitted.
    around : bool, default=False
        Whether of equal values the next columns after one's own are kept, and round to the first, instead of the
        lowest: where many are equal to each other, as blank profiles are, they are then candidates of each other
        instead of all of the first few.
    n_jobs : int, optional
        Threads, as joblib counts them; the result is the same whatever their number.
    progress : callable, optional
        Called with the number of rows done after each block.

    Returns
    -------
    graph : sparse array of shape (n, n)
        Stored entries are candidates, columns in ascending order. Of equal values the lower column is kept, or the
        next one around.
    """
    work = (delayed(best_block)(values, rows, k, around=around) for rows in blocks(n))
    return sp.csr_array(sp.vstack([sp.csr_array((0, n)), *heard(work, n_jobs, progress)]))


def best_block(values: Block, rows: slice, k: int, *, around: bool) -> Sparse:
    """The k best others of some rows."""
    block = without_self(values(rows), rows)
    row, column = np.nonzero(among_best(block, k, np.arange(rows.start, rows.stop) if around else None))
    return sp.csr_array((block[row, column], (row, column)), shape=block.shape)


def heard(work: Iterable[Any], n_jobs: int | None, progress: Advance) -> Iterator[Any]:
    """The results of the work on blocks, in their order; progress is told of each."""
    for result in Parallel(n_jobs=n_jobs, prefer="threads", return_as="generator")(work):
        progress(result.shape[0])
        yield result


def among_best(values: Floats, k: int, own: NDArray[np.int64] | None = None) -> NDArray[np.bool_]:
    """Mark the k greatest finite values of each row; of equal ones the first columns, or the first after one's own."""
    n = values.shape[1]
    if k >= n:
        return np.isfinite(values)
    least = np.partition(values, n - k, axis=1)[:, n - k, None]
    above = values > least
    tied = values == least
    room = k - above.sum(axis=1, keepdims=True)
    place = np.cumsum(tied, axis=1)
    if own is not None:
        passed = np.take_along_axis(place, own[:, None], axis=1)
        place = np.where(place > passed, place - passed, place - passed + place[:, -1:])
    return np.asarray((above | (tied & (place <= room))) & np.isfinite(values))
