"""Two ways to the best inner products of some rows: one of numpy and scipy alone, one of a compiled package.

Both are plain functions of arrays, so that a thread, a process or another computer can be handed one. Whichever way
is taken, a list holds the same people in the same order.
"""

from math import isqrt

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from eventmatch.matching.tags import Sparse

try:
    from sp_matmul_rs import sp_matmul_topn  # type: ignore[import-not-found,import-untyped,unused-ignore]  # an extra
except ImportError:
    sp_matmul_topn = None

Singles = NDArray[np.float32]
Places = NDArray[np.intp]
Lists = tuple[NDArray[np.int32], Singles]

CELLS = 1 << 19  # values of a block: they stay near one core
ENTRIES = 1 << 20  # numbers that are added up to them at most
NOBODY = -1
COMPILED = sp_matmul_topn is not None
ABOVE_ZERO = float(np.finfo(np.float32).tiny)  # the least a product is to reach
ANY = float(np.finfo(np.float32).min)  # and the least a shifted one is, for those that are none are minus infinity


def plain_rows(
    queries: Sparse, postings: Sparse, k: int, own: Places | None = None, shift: Singles | None = None
) -> Lists:
    """The k best columns of each row of ``queries @ postings``, with numpy and scipy alone.

    Parameters
    ----------
    queries : float32 CSR array of shape (m, n_features)
    postings : float32 CSR array of shape (n_features, n)
        For each feature who has it, and how much of it.
    k : int
    own : int array of shape (m,), optional
        The column each row is not to list.
    shift : float32 array of shape (n,), optional
        Added to every product above 0 of its column.

    Returns
    -------
    columns, values : int32 and float32 arrays of shape (m, k)
        As `nearest` returns them.

    Notes
    -----
    Most of what takes time in here lets other threads run meanwhile: scipy's conversions and numpy's arithmetic do;
    other ways to add up by column (``numpy.add.at``, ``numpy.bincount``) would not.
    """
    m = queries.shape[0]
    members, width = folded(postings.shape[1], k)
    height = block_height(queries, postings, width)
    buffer = np.empty((min(height, m), width), dtype=np.float32)
    columns, values = nobody((m, k))
    for start in range(0, m, height):
        rows = slice(start, min(start + height, m))
        block = products(queries[rows], postings, buffer[: rows.stop - start])
        if own is not None:
            block[np.arange(len(block)), own[rows]] = 0
        columns[rows], values[rows] = best(shifted(block, shift), members, k, ABOVE_ZERO if shift is None else ANY)
    return columns, values


def folded(n: int, k: int) -> tuple[int, int]:
    """Members of a group of columns, and as many columns as fill whole groups: n or a few more."""
    members = max(1, isqrt(n // k))
    return members, max(1, -(-n // members)) * members


def block_height(queries: Sparse, postings: Sparse, width: int) -> int:
    """Rows computed at a time, so that a block needs little memory however many features people have in common."""
    entries = np.append(0, np.cumsum(np.diff(postings.indptr)[queries.indices]))[queries.indptr]
    return max(1, min(CELLS // width, ENTRIES // max(1, int(np.diff(entries).max(initial=0)))))


def products(queries: Sparse, postings: Sparse, out: Singles) -> Singles:
    """The dense product, written to `out`; where that is wider, the rest is 0.

    The postings of all features of a row are laid side by side, and `toarray` adds up what falls on the same column.
    Multiplying the sparse arrays would first find out which columns there are, and take longer.
    """
    picked = postings[queries.indices]
    weights = picked.data * np.repeat(queries.data, np.diff(picked.indptr))
    beside = sp.csr_array((weights, picked.indices, picked.indptr[queries.indptr]), shape=out.shape)
    return np.asarray(beside.toarray(out=out))


def shifted(values: Singles, shift: Singles | None) -> Singles:
    """Values above 0, each with its column's shift, and minus infinity for all others; as they are without shifts."""
    if shift is None:
        return values
    moved = values + np.pad(shift, (0, values.shape[1] - len(shift)))
    return np.where(values > 0, moved, np.float32(-np.inf))


def best(values: Singles, members: int, k: int, floor: float) -> Lists:
    """The k greatest values of each row that reach a floor; of equal ones the lower columns.

    Columns are taken in groups of some members. The k-th greatest of the groups' maxima is at most the k-th greatest
    value, so only the few groups that reach it are looked into: partitioning whole rows takes ten times as long.
    """
    folds = values.reshape(len(values), members, -1)
    groups = folds.shape[2]
    highest = folds.max(axis=1)
    least = np.full((len(values), 1), floor, dtype=np.float32)
    if groups > k:
        least = np.maximum(least, np.partition(highest, groups - k, axis=1)[:, groups - k, None])
    row, group = np.nonzero(highest >= least)
    inside = folds[row, :, group]
    place, member = np.nonzero(inside >= least[row])
    row, column, value = row[place], group[place] + groups * member, inside[place, member]
    order = np.lexsort((column, -value, row))
    return listed(row[order], column[order], value[order], (len(values), k))


def listed(row: Places, column: Places, value: Singles, shape: tuple[int, int]) -> Lists:
    """Entries, row by row and best first, as lists of the given shape."""
    rank = np.arange(len(row)) - np.searchsorted(row, np.arange(shape[0]))[row]
    kept = rank < shape[1]
    columns, values = nobody(shape)
    columns[row[kept], rank[kept]] = column[kept]
    values[row[kept], rank[kept]] = value[kept]
    return columns, values


def nobody(shape: tuple[int, int]) -> Lists:
    """Lists with nobody on them."""
    return np.full(shape, NOBODY, dtype=np.int32), np.full(shape, -np.inf, dtype=np.float32)


def compiled_rows(queries: Sparse, postings: Sparse, k: int, own: Places | None = None, longest: float = 1.0) -> Lists:
    """As `plain_rows` without a shift, by sp_matmul_rs: the same lists, with values equal but for rounding.

    Parameters
    ----------
    queries, postings, k, own
        As there.
    longest : float, default=1.0
        The greatest norm of a column of `postings`.

    Notes
    -----
    The package keeps any of several equal values, and rounds as the processor does it fastest. Hence it is asked for
    two more than wanted: one may be the person asking, the other tells how far the last on a list is ahead of who is
    not on it. Where two neighbours are closer than rounding may have brought them, the row is computed anew.
    """
    m = queries.shape[0]
    found = sp_matmul_topn(sp.csr_matrix(queries), sp.csr_matrix(postings), top_n=k + 2, sort=True)
    row = np.repeat(np.arange(m), np.diff(found.indptr))
    column, value = found.indices[: len(row)], found.data[: len(row)]
    others = value > 0 if own is None else (value > 0) & (column != own[row])
    columns, values = listed(row[others], column[others], value[others], (m, k + 1))
    ahead = values[:, :k] - np.maximum(values[:, 1:], 0)
    unsure = np.flatnonzero(((ahead <= rounding(queries, longest)) & (columns[:, :k] != NOBODY)).any(axis=1))
    anew = plain_rows(queries[unsure], postings, k, None if own is None else own[unsure])
    columns[unsure, :k], values[unsure, :k] = anew
    return columns[:, :k].copy(), values[:, :k].copy()


def rounding(queries: Sparse, longest: float) -> Singles:
    """How far two ways to add up a product may lie apart, of shape (m, 1).

    Each is off by at most (number of terms) · 2⁻²⁴ · |a| · |b|.
    Source: N. J. Higham (2002), Accuracy and Stability of Numerical Algorithms, section 3.1.
    """
    terms, lengths = np.diff(queries.indptr), sp.linalg.norm(queries, axis=1)
    return np.asarray((terms + 1) * lengths * longest * np.finfo(np.float32).eps, dtype=np.float32)[:, None]
