"""How alike people are in several views at once, in units of what is typical of close people at this event."""

from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from eventmatch.matching.candidates import top_mean
from eventmatch.matching.tags import View

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

NEAREST = 10  # neighbours that say how close people get
SAMPLE = 512  # people asked for theirs, at most
AT_ONCE = 64  # of them at a time
CHUNK = 4096  # pairs at a time


class Product:
    """Inner products of two sparse arrays' rows, for a block of rows or for listed pairs."""

    def __init__(self, left: View, right: View) -> None:
        self.left, self.right = left.sorted_indices(), right.sorted_indices()  # one order of adding: exactly symmetric
        self.columns = self.right.T.tocsr()

    def block(self, rows: slice) -> Floats:
        """Products of these rows with all rows, of shape (rows, n)."""
        return np.asarray((self.left[rows] @ self.columns).toarray())

    def pairs(self, a: Rows, b: Rows) -> Floats:
        """Products of row a[i] with row b[i], of shape (len(a),)."""
        return np.asarray(self.left[a].multiply(self.right[b]).sum(axis=1)).ravel()


class Likeness:
    """Mean over views of the products of two people's rows, each divided by what is typical; never below 0.

    Dividing makes views comparable whose numbers mean nothing by themselves: 1 is as close as the ten nearest of
    somebody at this event are on average.

    Parameters
    ----------
    views : sequence of array or sparse array of shape (n, d)
        None means that nobody is like anybody.
    n : int
        Number of people.

    Attributes
    ----------
    units : list of float
        What is typical, for each view.
    """

    def __init__(self, views: Sequence[View], n: int) -> None:
        self.n = n
        self.units = [typical(view) for view in views]
        scales = [1 / np.sqrt(unit * len(views)) for unit in self.units]
        scaled = [view * scale for view, scale in zip(views, scales, strict=True)]
        sparse = [sp.csr_array(view) for view in scaled if sp.issparse(view)]
        self.sparse = sp.csr_array(sp.hstack([sp.csr_array((n, 0)), *sparse])).sorted_indices()
        self.dense = np.hstack([np.zeros((n, 0)), *(view for view in scaled if not sp.issparse(view))])
        self.views = [sp.csr_array(view) if sp.issparse(view) else view for view in scaled]
        self.columns = self.sparse.T.tocsr()

    def __bool__(self) -> bool:
        """Whether anybody can be like anybody."""
        return bool(self.sparse.nnz)

    def block(self, rows: slice) -> Floats:
        """Likeness of these rows with all people, of shape (rows, n)."""
        likeness = (self.sparse[rows] @ self.columns).toarray()
        likeness += self.dense[rows] @ self.dense.T
        return np.asarray(np.maximum(likeness, 0, out=likeness))

    def pairs(self, a: Rows, b: Rows) -> Floats:
        """Likeness of person a[i] with person b[i], of shape (len(a),)."""
        return np.asarray(np.maximum(self.parts(a, b).sum(axis=1), 0))

    def parts(self, a: Rows, b: Rows) -> Floats:
        """What each view adds to the likeness of a[i] and b[i], of shape (len(a), n_views); may be negative."""
        found = [np.zeros((0, len(self.views)))]
        for start in range(0, len(a), CHUNK):
            one, other = a[start : start + CHUNK], b[start : start + CHUNK]
            found.append(np.array([products(view, one, other) for view in self.views]).reshape(-1, len(one)).T)
        return np.concatenate(found)


def products(view: View, a: Rows, b: Rows) -> Floats:
    """Inner products of row a[i] with row b[i], of shape (len(a),)."""
    if sp.issparse(view):
        return np.asarray(view[a].multiply(view[b]).sum(axis=1)).ravel()
    return np.asarray(np.einsum("ij,ij->i", view[a], view[b]))


def typical(view: View) -> float:
    """How alike people are to those most like them: mean of the ten best, over people like anybody; else 1."""
    written = np.flatnonzero(np.asarray(abs(view).sum(axis=1)).ravel())
    asked = written[np.linspace(0, len(written) - 1, min(SAMPLE, len(written))).astype(int)]
    columns = view.T.tocsr() if sp.issparse(view) else view.T
    means = [np.zeros(0)]
    for start in range(0, len(asked), AT_ONCE):
        rows = asked[start : start + AT_ONCE]
        found = view[rows] @ columns
        likeness = found.toarray() if sp.issparse(found) else found
        likeness[np.arange(len(rows)), rows] = -np.inf
        means.append(top_mean(likeness, NEAREST))
    best = np.concatenate(means)
    return float(best[best > 0].mean()) if (best > 0).any() else 1.0
