"""Lists that agree with each other: if Ada is to meet Ben, Ben is to meet Ada, and nobody is swamped."""

from typing import Any, Literal, Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator
from sklearn.preprocessing import normalize
from sklearn.utils import Tags
from sklearn.utils.validation import validate_data

from eventmatch.matching.candidates import candidate_graph
from eventmatch.matching.choosing import Solver, choose
from eventmatch.matching.possible import Floats, Groups, Possible, Rows, edges, from_zero, limited, lists_of
from eventmatch.matching.tags import Sparse

Mask = NDArray[np.bool_]

BREADTH = 6  # candidates considered for each suggestion where they are found here


class MutualMatcher(BaseEstimator):
    """Choose pairs jointly: everybody gets up to `n_suggestions` others and stands on exactly their lists.

    Weighted b-matching. Whoever can have 2 suggestions has them, whatever else others could have had; places that
    greedy choice leaves empty are filled by parting pairs and joining others wherever there is a way.

    Parameters
    ----------
    n_suggestions : int, default=6
        Others on a list, and lists anybody stands on.
    metric : {'cosine', 'precomputed'}, default='cosine'
        Whether `fit` is given features, or the value of each pair.
    solver : {'greedy', 'lp'}, default='greedy'
        'greedy' takes pairs by what they are worth beyond the price of both people's time, and is made for live use.
        'lp' begins with what a linear programme takes whole, and keeps the greedy choice if that is worth as much.
    max_iter : int, default=1_000_000
        Steps of the linear programme after which the greedy choice stands. A limit of steps, unlike one of time,
        leaves the same result on every machine.

    Attributes
    ----------
    pairs_ : int array of shape (n_pairs, 2)
        Chosen pairs, lower row first, by descending value; of equal values the earlier rows come first.
    values_ : array of shape (n_pairs,)
        Their values.
    lists_ : list of int array
        For each row the rows suggested, best first; of equal values the lower row comes first.
    bound_ : float
        No pairs that keep to the same caps and limits, and bring the same people to 2, are worth more in total.
        Where a value is negative all count from the least.
    gap_ : float
        The share of `bound_` by which these fall short of it, in [0, 1].
    n_features_in_ : int
        Columns seen in `fit`.

    References
    ----------
    A. Schrijver (2003), Combinatorial Optimization, chapters 31 to 33 (b-matchings and their relaxation).

    Examples
    --------
    >>> MutualMatcher(n_suggestions=1).fit([[1.0, 0.0], [0.0, 1.0], [0.9, 0.1], [0.1, 0.9]]).pairs_.tolist()
    [[0, 2], [1, 3]]
    """

    def __init__(
        self,
        n_suggestions: int = 6,
        *,
        metric: Literal["cosine", "precomputed"] = "cosine",
        solver: Solver = "greedy",
        max_iter: int = 1_000_000,
    ) -> None:
        self.n_suggestions = n_suggestions
        self.metric = metric
        self.solver = solver
        self.max_iter = max_iter

    def fit(
        self,
        X: Any,
        y: Any = None,
        *,
        caps: ArrayLike | None = None,
        groups: Groups = (),
        fixed: ArrayLike | None = None,
    ) -> Self:
        """Choose the pairs.

        Parameters
        ----------
        X : array or sparse array of shape (n, n_features), or (n, n) when precomputed
            Features, or values of pairs. Of a sparse array of values only stored entries are possible pairs;
            stored on one side is enough, and two sides that differ are averaged. The diagonal is not looked at.
        y : None
            Not used.
        caps : int array of shape (n,), optional
            Others on the list of each, 0 or more; `n_suggestions` of everybody if not given.
        groups : sequence of (codes, limit)
            For int codes of shape (n,), 0 or more: a list holds at most `limit` others of one code, 0 being none,
            except for pairs to which nothing permitted is left: a place is rather filled than left empty.
        fixed : int array of shape (n_fixed, 2), optional
            Pairs that are chosen already. They stay whatever the caps and limits, count against both, and need not
            be possible otherwise: one that X says nothing of is worth 0. Only free places are filled beside them.

        Raises
        ------
        ValueError
            When a parameter, cap, code, limit or fixed pair is out of range, the metric or solver is unknown, or
            precomputed values are not square.
        """
        self._check_parameters()
        X = validate_data(self, X, accept_sparse="csr", dtype=np.float64)
        n = X.shape[0]
        if self.metric == "precomputed" and n != X.shape[1]:
            raise ValueError(f"Values of pairs need as many columns as rows; these are of shape {X.shape}.")
        caps = whole(np.full(n, self.n_suggestions) if caps is None else caps, (n,), "Caps")
        groups = [(whole(codes, (n,), "Codes"), int(whole(limit, (), "Limits"))) for codes, limit in groups]
        possible = edges(X if self.metric == "precomputed" else self._candidates(X))
        pairs, values, held = with_fixed(*possible, whole_pairs([] if fixed is None else fixed, n), n)
        chosen = self._choose(pairs, values, held, caps, groups)
        self.pairs_, self.values_ = pairs[chosen], values[chosen]
        self.lists_ = lists_of(self.pairs_, self.values_, n)
        return self

    def _check_parameters(self) -> None:
        if self.n_suggestions < 1 or self.metric not in {"cosine", "precomputed"}:
            raise ValueError("n_suggestions is 1 or more, and metric is 'cosine' or 'precomputed'.")
        if self.solver not in {"greedy", "lp"} or self.max_iter < 0:
            raise ValueError("solver is 'greedy' or 'lp', and max_iter is 0 or more.")

    def _choose(self, pairs: Rows, values: Floats, held: Mask, caps: Rows, groups: Groups) -> Mask:
        """Which pairs are chosen, those held among them; what is left of caps and limits goes to the others."""
        takes, room = limited(pairs, caps, groups)
        worth = from_zero(values)
        used = np.bincount(takes[held].ravel(), minlength=len(room))
        room = np.maximum(room - used, 0)
        free = np.flatnonzero(~held & (room[pairs] > 0).all(axis=1))
        possible = Possible(takes[free], worth[free], room, wanted=room[: len(caps)], had=used[: len(caps)])
        choice = choose(possible, self.solver, self.max_iter)
        chosen = held.copy()
        chosen[free[choice.chosen]] = True
        self.bound_ = float(worth[held].sum() + choice.bound)
        self.gap_ = max(0.0, 1 - float(worth[chosen].sum()) / self.bound_) if self.bound_ else 0.0
        return chosen

    def _candidates(self, X: Any) -> Sparse:
        """Everybody's nearest by cosine."""
        unit = normalize(X)
        columns = unit.T

        def values(rows: slice) -> NDArray[np.float64]:
            product = unit[rows] @ columns
            return np.asarray(product.toarray() if sp.issparse(product) else product)

        return candidate_graph(values, X.shape[0], k=BREADTH * self.n_suggestions)

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.input_tags.pairwise = self.metric == "precomputed"
        return tags


def with_fixed(pairs: Rows, values: Floats, fixed: Rows, n: int) -> tuple[Rows, Floats, Mask]:
    """The pairs with the fixed ones among them, best first, their values, and which of them are fixed."""
    keys, fixed_keys = pairs @ [n, 1], np.unique(np.sort(fixed, axis=1) @ [n, 1])
    unheard_of = np.setdiff1d(fixed_keys, keys)
    keys, values = np.concatenate([keys, unheard_of]), np.concatenate([values, np.zeros(len(unheard_of))])
    order = np.lexsort((keys, -values))
    keys = keys[order]
    return np.column_stack(np.divmod(keys, n)), values[order], np.isin(keys, fixed_keys)


def whole(numbers: ArrayLike, shape: tuple[int, ...], what: str) -> Rows:
    """The numbers as int64 of a shape in which -1 is any length, none among them, or an error that names them."""
    array = np.asarray(numbers)
    if not array.size and -1 in shape:
        array = np.zeros([max(0, length) for length in shape], dtype=np.int64)
    if array.ndim != len(shape) or any(want not in {-1, has} for want, has in zip(shape, array.shape, strict=True)):
        raise ValueError(f"{what} are of shape {shape}; these are of shape {array.shape}.")
    if array.dtype.kind not in "iu" or array.min(initial=0) < 0:
        raise ValueError(f"{what} are whole numbers, 0 or more.")
    return array.astype(np.int64)


def whole_pairs(fixed: ArrayLike, n: int) -> Rows:
    """Pairs of two different rows each, or an error."""
    pairs = whole(fixed, (-1, 2), "Fixed pairs")
    if (pairs >= n).any() or (pairs[:, 0] == pairs[:, 1]).any():
        raise ValueError(f"A fixed pair is of two different rows below {n}.")
    return pairs
