"""What goes with what: latent semantic analysis at several depths, exact for an event, by landmarks for a crowd."""

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
import scipy.linalg
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.preprocessing import normalize
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted, validate_data

Floats = NDArray[np.floating[Any]]

NEGLIGIBLE = 1e-10  # of the greatest eigenvalue: what is smaller is noise of the arithmetic


class LatentSpace(TransformerMixin, BaseEstimator):
    """Latent semantic analysis whose product of two rows is the sum of their cosines at each depth.

    A shallow analysis sees the great themes, a deep one the particulars; together they say more than either.
    Computed from the products between at most `n_landmarks` rows, which is exact where there are no more rows.

    Parameters
    ----------
    depths : sequence of int, default=(32, 64, 128)
        Numbers of dimensions; fewer where the landmarks have fewer.
    n_landmarks : int, default=2048
        Rows the analysis is made from, spread evenly over all.

    Attributes
    ----------
    landmarks_ : array or sparse array of shape (n_landmarks, n_features)
    projection_ : array of shape (n_landmarks, deepest)
        Turns products with the landmarks into latent coordinates, the greatest theme first.
    depths_ : tuple of int
        The depths used; none for rows of zeros only.
    n_features_in_ : int

    References
    ----------
    S. Deerwester et al. (1990), Indexing by latent semantic analysis, JASIS 41(6), 391-407.
    C. Williams and M. Seeger (2001), Using the Nyström method to speed up kernel machines, NIPS 13.

    Examples
    --------
    >>> LatentSpace(depths=(1,)).fit_transform([[2.0, 0.0], [2.0, 1.0], [0.0, 0.0]]).round(3).tolist()
    [[1.0], [1.0], [0.0]]
    """

    def __init__(self, depths: Sequence[int] = (32, 64, 128), *, n_landmarks: int = 2048) -> None:
        self.depths = depths
        self.n_landmarks = n_landmarks

    def fit(self, X: Any, y: Any = None) -> Self:
        """Find the themes of these rows.

        Parameters
        ----------
        X : array or sparse array of shape (n, n_features)
        y : None
            Not used.

        Raises
        ------
        ValueError
            When a depth or `n_landmarks` is less than 1.
        """
        if min(*self.depths, self.n_landmarks) < 1:
            raise ValueError("Depths and n_landmarks are 1 or more.")
        X = validate_data(self, X, accept_sparse="csr", dtype=[np.float64, np.float32])
        rows = np.linspace(0, X.shape[0] - 1, min(self.n_landmarks, X.shape[0])).astype(int)
        self.landmarks_ = X[rows]
        values, vectors = greatest(dense(self.landmarks_ @ self.landmarks_.T), max(self.depths))
        self.projection_ = (vectors / np.sqrt(values)).astype(X.dtype)
        self.depths_ = tuple(min(depth, len(values)) for depth in self.depths) if len(values) else ()
        return self

    def transform(self, X: Any) -> Floats:
        """Rows of norm 1 at each depth, side by side, of shape (n, sum of `depths_`); nothing known is all zeros."""
        check_is_fitted(self)
        X = validate_data(self, X, accept_sparse="csr", dtype=[np.float64, np.float32], reset=False)
        coordinates = np.asarray((X @ self.landmarks_.T) @ self.projection_)
        sides = [normalize(coordinates[:, :depth]) for depth in self.depths_]
        return np.hstack([np.zeros((X.shape[0], 0), dtype=coordinates.dtype), *sides])

    def views(self, X: Any) -> list[Floats]:
        """The transformed rows, one array for each depth."""
        return np.split(self.transform(X), np.cumsum(self.depths_)[:-1], axis=1) if self.depths_ else []

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags


def greatest(products: Floats, count: int) -> tuple[Floats, Floats]:
    """The greatest eigenvalues of a symmetric array, at most `count`, and their vectors as columns; noise left out."""
    n = len(products)
    values, vectors = scipy.linalg.eigh(products.astype(np.float64), subset_by_index=[max(0, n - count), n - 1])
    real = values > NEGLIGIBLE * max(values[-1], 0)
    return values[real][::-1], vectors[:, real][:, ::-1]


def dense(array: Any) -> Floats:
    """The array without sparseness."""
    return np.asarray(array.toarray() if sp.issparse(array) else array)
