"""Exactly the nearest others of everybody, by inner product of sparse rows; memory grows with n, never with n × n."""

from collections.abc import Callable
from functools import partial
from typing import Any, Literal

import joblib
import numpy as np
import scipy.sparse as sp

from eventmatch.matching.kernels import COMPILED, Lists, Singles, compiled_rows, plain_rows
from eventmatch.matching.tags import Sparse

Kernel = Literal["auto", "plain", "compiled"]

ROWS = 2048  # rows of one task
FEW = 100  # features a person has on average: with more, rounding makes the compiled kernel look twice too often


def nearest(  # noqa: PLR0913 - all but the first three have a default and are named
    queries: Any,
    people: Any,
    k: int,
    *,
    shift: Any = None,
    without_self: bool = True,
    n_jobs: int | None = None,
    kernel: Kernel = "auto",
) -> Lists:
    """The k people nearest to each query: those of the greatest inner product; exact.

    Parameters
    ----------
    queries : sparse array of shape (m, n_features)
    people : sparse array of shape (n, n_features)
        Computed with as float32. Rows of norm 1 make the inner product a cosine.
    k : int
        Length of a list, 1 or more.
    shift : array of shape (n,), optional
        Added to everybody's product, for the order as well. Cross-domain similarity local scaling,
        2 s(a, b) - r(a) - r(b), orders like s(a, b) with the shift -r(b) / 2.
    without_self : bool, default=True
        Row i of `queries` and row i of `people` are the same person, whose own list does not hold them.
    n_jobs : int, optional
        Threads, as joblib counts them; None is 1 unless a `joblib.parallel_config` says otherwise.
        That also sends the work to other processes or computers, unchanged.
    kernel : {'auto', 'plain', 'compiled'}, default='auto'
        'compiled' needs the package sp_matmul_rs and no shift; 'auto' takes it where it can and where it is faster.

    Returns
    -------
    indices : int32 array of shape (m, k)
        Rows of `people`, best first; of equal values the lower row comes first. Only people whose product with the
        query is above 0 are listed: with features of no negative weight, those who have one in common.
        Where these are fewer than k, the rest of the list is -1.
    values : float32 array of shape (m, k)
        Product and shift of each; minus infinity where nobody is listed.

    Raises
    ------
    ValueError
        When k is less than 1, shapes do not fit, a number is not finite, or a kernel is asked for that is not there.

    Notes
    -----
    The result is the same, byte for byte, whatever the number of threads. 'plain' and 'compiled' list the same people
    in the same order; their values may differ by rounding.

    Examples
    --------
    >>> import scipy.sparse as sp
    >>> people = sp.csr_array([[1.0, 0.0], [0.6, 0.8], [0.0, 1.0]])
    >>> nearest(people, people, 2)[0].tolist()
    [[1, -1], [2, 0], [1, -1]]
    """
    queries, people = rows_of(queries), rows_of(people)
    shift = None if shift is None else np.asarray(shift, dtype=np.float32)
    check(queries, people, k, shift, without_self)
    work, postings, m = worker(kernel, people, shift), sp.csr_array(people.T), queries.shape[0]
    own = np.arange(m) if without_self else None
    parts = [slice(start, min(start + ROWS, m)) for start in range(0, max(1, m), ROWS)]
    lists = joblib.Parallel(n_jobs=n_jobs, prefer="threads")(
        joblib.delayed(work)(queries[rows], postings, k, None if own is None else own[rows]) for rows in parts
    )
    indices, values = zip(*lists, strict=True)
    return np.concatenate(indices), np.concatenate(values)


def rows_of(X: Any) -> Sparse:
    """The same rows as a float32 CSR array with 32-bit places, each column once and in ascending order.

    Raises
    ------
    ValueError
        When a number is not finite.
    """
    rows = sp.csr_array(X, dtype=np.float32)
    if not rows.has_canonical_format:
        rows = rows.copy()
        rows.sum_duplicates()
    if not np.isfinite(rows.data).all():
        raise ValueError("Features must be finite numbers.")
    places = (rows.indices.astype(np.int32, copy=False), rows.indptr.astype(np.int32, copy=False))
    return sp.csr_array((rows.data, *places), shape=rows.shape)


def check(queries: Sparse, people: Sparse, k: int, shift: Singles | None, without_self: bool) -> None:  # noqa: FBT001 - handed on
    """Refuse what does not fit."""
    if k < 1:
        raise ValueError("A list has a length of 1 or more.")
    if queries.shape[1] != people.shape[1] or (without_self and queries.shape[0] != people.shape[0]):
        raise ValueError(f"Queries of shape {queries.shape} do not fit people of shape {people.shape}.")
    if shift is not None and (shift.shape != people.shape[:1] or not np.isfinite(shift).all()):
        raise ValueError(f"A shift is a finite number for each of {people.shape[0]} people.")


def worker(kernel: Kernel, people: Sparse, shift: Singles | None) -> Callable[..., Lists]:
    """The function that finds the lists of some rows."""
    if kernel not in {"auto", "plain", "compiled"}:
        raise ValueError("A kernel is 'auto', 'plain' or 'compiled'.")
    possible = COMPILED and shift is None
    if kernel == "compiled" and not possible:
        raise ValueError("The compiled kernel needs the package sp_matmul_rs, and knows no shift.")
    if kernel == "plain" or not possible or (kernel == "auto" and people.nnz > FEW * people.shape[0]):
        return partial(plain_rows, shift=shift)
    return partial(compiled_rows, longest=float(sp.linalg.norm(people, axis=1).max(initial=0)))
