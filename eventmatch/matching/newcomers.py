"""Everybody's nearest others, kept exact while people come one by one."""

from array import array
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted, validate_data

from eventmatch.matching.kernels import ABOVE_ZERO, ANY, Lists, Singles, best, folded, shifted
from eventmatch.matching.nearest import Kernel, nearest, rows_of
from eventmatch.matching.tags import Sparse


@dataclass(frozen=True, slots=True, eq=False)
class Newcomer:
    """What `NearestPeople.add` did.

    Attributes
    ----------
    row : int
        The newcomer's row.
    indices, values : int32 and float32 arrays of shape (n_neighbors,)
        Their own list.
    changed : int array
        Rows of the others whose lists now hold the newcomer, in ascending order.
    """

    row: int
    indices: NDArray[np.int32]
    values: Singles
    changed: NDArray[np.intp]


class NearestPeople(BaseEstimator):
    """The nearest others of everybody, for an event where people keep coming.

    Parameters
    ----------
    n_neighbors : int, default=20
        Length of a list.
    n_jobs : int, optional
    kernel : {'auto', 'plain', 'compiled'}, default='auto'
        All as `nearest` takes them.

    Attributes
    ----------
    indices_, values_ : int32 and float32 arrays of shape (n, n_neighbors)
        Everybody's list, as `nearest` returns it for all who are here by now, newcomers included.
    n_features_in_ : int
        Columns seen in `fit`; a newcomer has as many.

    Examples
    --------
    >>> people = NearestPeople(n_neighbors=1, kernel="plain").fit([[1.0, 0.0], [0.6, 0.8]])
    >>> newcomer = people.add([[0.8, 0.6]])
    >>> newcomer.indices.tolist(), newcomer.changed.tolist(), people.indices_.tolist()
    ([1], [0, 1], [[2], [2], [1]])
    """

    def __init__(self, n_neighbors: int = 20, *, n_jobs: int | None = None, kernel: Kernel = "auto") -> None:
        self.n_neighbors = n_neighbors
        self.n_jobs = n_jobs
        self.kernel = kernel

    def fit(self, X: Any, y: Any = None, *, shift: Any = None) -> Self:
        """Find everybody's nearest.

        Parameters
        ----------
        X : array or sparse array of shape (n, n_features)
        y : None
            Not used.
        shift : array of shape (n,), optional
            As `nearest` takes it.
        """
        people = rows_of(validate_data(self, X, accept_sparse="csr", dtype=np.float32))
        lists = nearest(people, people, self.n_neighbors, shift=shift, n_jobs=self.n_jobs, kernel=self.kernel)
        self._postings = Postings(people)
        self._indices, self._values = map(Growing, lists)
        self._shift = None if shift is None else Growing(np.array(shift, dtype=np.float32))
        return self

    @property
    def indices_(self) -> NDArray[np.int32]:
        """Everybody's list."""
        return self._indices.so_far

    @property
    def values_(self) -> Singles:
        """What those on the lists are worth."""
        return self._values.so_far

    def nearest_to(self, X: Any, *, among: Any = None) -> Lists:
        """The nearest of one set of features, computed now: never taken from a stored list.

        Parameters
        ----------
        X : array or sparse array of shape (1, n_features)
        among : bool array of shape (n,), optional
            Who may be listed: those present, say, without the one who asks.

        Returns
        -------
        indices, values : int32 and float32 arrays of shape (n_neighbors,)
        """
        check_is_fitted(self)
        return self._nearest(self._postings.products(self._row(X)), among)

    def add(self, X: Any, *, shift: float = 0.0) -> Newcomer:
        """Take in one more person: their own list, and every list they now stand on.

        Parameters
        ----------
        X : array or sparse array of shape (1, n_features)
        shift : float, default=0.0
            The newcomer's, where `fit` was given shifts.

        Notes
        -----
        The lists are those `nearest` finds for all together, byte for byte with its 'plain' kernel.
        Time grows with the number of people who have a feature in common with the newcomer, plus a pass over
        one number for each person.
        """
        check_is_fitted(self)
        row = self._row(X)
        products = self._postings.products(row)
        indices, values = self._nearest(products, None)
        changed = self._list_newcomer(products, np.float32(shift))
        self._indices.append(indices)
        self._values.append(values)
        self._postings.append(row)
        if self._shift is not None:
            self._shift.append(np.float32(shift))
        return Newcomer(len(products), indices, values, changed)

    def _row(self, X: Any) -> Sparse:
        row = rows_of(validate_data(self, X, accept_sparse="csr", dtype=np.float32, reset=False))
        if row.shape[0] != 1:
            raise ValueError(f"One person at a time; these are {row.shape[0]}.")
        return row

    def _nearest(self, products: Singles, among: Any) -> Lists:
        """The best of one row of products."""
        members, width = folded(len(products), self.n_neighbors)
        values = np.zeros((1, width), dtype=np.float32)
        values[0, : len(products)] = products if among is None else np.where(among, products, 0)
        floor = ABOVE_ZERO if self._shift is None else ANY
        values = shifted(values, None if self._shift is None else self._shift.so_far)
        indices, values = best(values, members, self.n_neighbors, floor)
        return indices[0], values[0]

    def _list_newcomer(self, products: Singles, shift: np.float32) -> NDArray[np.intp]:
        """Write the newcomer into the lists whose last is worth less; of equal ones who came earlier stays."""
        values = np.where(products > 0, products + shift, np.float32(-np.inf))
        changed = np.flatnonzero(values > self.values_[:, -1])
        newcomer = np.full(len(changed), len(products), dtype=np.int32)
        longer = np.column_stack([self.indices_[changed], newcomer])
        worth = np.column_stack([self.values_[changed], values[changed]])
        order = np.argsort(-worth, axis=1, kind="stable")[:, : self.n_neighbors]
        self.indices_[changed] = np.take_along_axis(longer, order, axis=1)
        self.values_[changed] = np.take_along_axis(worth, order, axis=1)
        return changed

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags


class Postings:
    """For each feature who has it and how much of it: those of the beginning in one array, newcomers in lists."""

    def __init__(self, people: Sparse) -> None:
        self.n = people.shape[0]
        self.first = people.tocsc()
        self.later: dict[int, tuple[array[int], array[float]]] = {}

    def append(self, row: Sparse) -> None:
        """Take in one more person."""
        for feature, weight in zip(row.indices.tolist(), row.data.tolist(), strict=True):
            people, weights = self.later.setdefault(feature, (array("i"), array("f")))
            people.append(self.n)
            weights.append(weight)
        self.n += 1

    def products(self, row: Sparse) -> Singles:
        """Everybody's product with a row, of shape (n,); rounded as in `kernels.products`."""
        sums = np.zeros(self.n, dtype=np.float32)
        for feature, weight in zip(row.indices.tolist(), row.data, strict=True):
            who = slice(*self.first.indptr[feature : feature + 2])
            sums[self.first.indices[who]] += weight * self.first.data[who]
            if feature in self.later:
                people, weights = self.later[feature]
                sums[np.frombuffer(people, np.int32)] += weight * np.frombuffer(weights, np.float32)
        return sums


class Growing:
    """An array that takes more rows at its end; twice the room each time it is full, so that one more is cheap."""

    def __init__(self, rows: NDArray[Any]) -> None:
        self.room, self.n = rows, len(rows)

    @property
    def so_far(self) -> NDArray[Any]:
        """The rows there are."""
        return self.room[: self.n]

    def append(self, row: Any) -> None:
        """Take in one more row."""
        if self.n == len(self.room):
            self.room = np.concatenate([self.room, np.empty_like(self.room)])
        self.room[self.n] = row
        self.n += 1
