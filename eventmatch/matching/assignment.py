"""Lists that agree with each other: if Ada is to meet Ben, Ben is to meet Ada, and nobody is swamped."""

from typing import Any, Literal, Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.preprocessing import normalize
from sklearn.utils import Tags
from sklearn.utils.validation import validate_data

from eventmatch.matching.candidates import candidate_graph
from eventmatch.matching.pairing import Pairing, edges, lists_of
from eventmatch.matching.tags import Sparse

BREADTH = 6  # candidates considered for each suggestion where they are found here


class MutualMatcher(BaseEstimator):
    """Choose pairs jointly: everybody gets up to `n_suggestions` others and stands on exactly their lists.

    Greedy b-matching by value. Nobody gets a 4th suggestion while somebody who could have 2 has fewer, and where
    greedy choice leaves room, one pair is exchanged for two. Greedy alone reaches at least half of the best possible
    total value, and in practice 97 to 99 %.

    Parameters
    ----------
    n_suggestions : int, default=6
        Others on a list, and lists anybody stands on.
    metric : {'cosine', 'precomputed'}, default='cosine'
        Whether `fit` is given features, or the value of each pair.

    Attributes
    ----------
    pairs_ : int array of shape (n_pairs, 2)
        Chosen pairs, lower row first, by descending value; of equal values the earlier rows come first.
    values_ : array of shape (n_pairs,)
        Their values.
    lists_ : list of int array
        For each row the rows suggested, best first; of equal values the lower row comes first.
    n_features_in_ : int
        Columns seen in `fit`.

    References
    ----------
    A. Khan et al. (2016), Efficient approximation algorithms for weighted b-matching, SIAM J. Sci. Comput. 38(5).

    Examples
    --------
    >>> MutualMatcher(n_suggestions=1).fit([[1.0, 0.0], [0.0, 1.0], [0.9, 0.1], [0.1, 0.9]]).pairs_.tolist()
    [[0, 2], [1, 3]]
    """

    def __init__(self, n_suggestions: int = 6, *, metric: Literal["cosine", "precomputed"] = "cosine") -> None:
        self.n_suggestions = n_suggestions
        self.metric = metric

    def fit(self, X: Any, y: Any = None) -> Self:
        """Choose the pairs.

        Parameters
        ----------
        X : array or sparse array of shape (n, n_features), or (n, n) when precomputed
            Features, or values of pairs. Of a sparse array of values only stored entries are possible pairs;
            stored on one side is enough, and two sides that differ are averaged. The diagonal is not looked at.
        y : None
            Not used.

        Raises
        ------
        ValueError
            When `n_suggestions` is less than 1, the metric is unknown, or precomputed values are not square.
        """
        if self.n_suggestions < 1 or self.metric not in {"cosine", "precomputed"}:
            raise ValueError("n_suggestions is 1 or more, and metric is 'cosine' or 'precomputed'.")
        X = validate_data(self, X, accept_sparse="csr", dtype=np.float64)
        if self.metric == "precomputed" and X.shape[0] != X.shape[1]:
            raise ValueError(f"Values of pairs need as many columns as rows; these are of shape {X.shape}.")
        low, high, values = edges(X if self.metric == "precomputed" else self._candidates(X))
        pairing = Pairing(X.shape[0], low, high, values).choose(self.n_suggestions)
        self.pairs_, self.values_ = pairing.chosen()
        self.lists_ = lists_of(self.pairs_, self.values_, X.shape[0])
        return self

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
