"""Exact best others for everybody, a block of rows at a time; memory grows with n, never with n × n."""

from collections.abc import Callable, Iterator

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from eventmatch.matching.tags import Sparse

Floats = NDArray[np.float64]
Block = Callable[[slice], Floats]
Progress = Callable[[int], None]

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


def hub_means(values: Block, n: int, *, k: int = 10, progress: Progress = unheard) -> Floats:
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
    progress : callable, optional
        Called with the number of rows done after each block.

    References
    ----------
    A. Conneau et al. (2018), Word translation without parallel data, ICLR (cross-domain similarity local scaling).
    """
    means = np.zeros(n)
    for rows in blocks(n):
        means[rows] = top_mean(without_self(values(rows), rows), k)
        progress(rows.stop - rows.start)
    return means


def candidate_graph(values: Block, n: int, *, k: int, progress: Progress = unheard) -> Sparse:
    """Everybody's k best others as a sparse array of shape (n, n); exact.

    Parameters
    ----------
    values : callable
        Given a slice of rows, a fresh array of shape (rows, n); minus infinity where two people must not meet.
    n : int
        Number of people.
    k : int
        Others kept for each person, fewer where fewer are permitted.
    progress : callable, optional
        Called with the number of rows done after each block.

    Returns
    -------
    graph : sparse array of shape (n, n)
        Stored entries are candidates, columns in ascending order. Of equal values the lower column is kept.
    """
    kept = [np.zeros((0, 2), dtype=np.int64)]
    weights = [np.zeros(0)]
    for rows in blocks(n):
        block = without_self(values(rows), rows)
        row, column = np.nonzero(among_best(block, k))
        kept.append(np.column_stack([row + rows.start, column]))
        weights.append(block[row, column])
        progress(rows.stop - rows.start)
    where = np.concatenate(kept)
    return sp.csr_array((np.concatenate(weights), (where[:, 0], where[:, 1])), shape=(n, n))


def among_best(values: Floats, k: int) -> NDArray[np.bool_]:
    """Mark the k greatest finite values of each row; of equal ones the first columns."""
    n = values.shape[1]
    if k >= n:
        return np.isfinite(values)
    least = np.partition(values, n - k, axis=1)[:, n - k, None]
    above = values > least
    tied = values == least
    room = k - above.sum(axis=1, keepdims=True)
    return np.asarray((above | (tied & (np.cumsum(tied, axis=1) <= room))) & np.isfinite(values))
