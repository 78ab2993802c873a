"""Lists of everybody's best, where nobody stands on too many and everybody on one."""

import numpy as np
import scipy.sparse as sp

from eventmatch.matching.choosing import Solver, choose
from eventmatch.matching.possible import Possible, Rows, entries, from_zero
from eventmatch.matching.tags import Sparse


def capped_lists(
    graph: Sparse, n_suggestions: int, cap: int, *, solver: Solver = "greedy", max_iter: int = 1_000_000
) -> list[Rows]:
    """Choose whom to list to whom so that lists are worth as much as possible in total.

    The lists of everybody and the appearances of everybody are matched like two crowds: a list takes up to
    `n_suggestions` appearances, and of one person there are `cap`. Everybody is listed once, if there is a way,
    before places are filled; a list need not be returned.

    Parameters
    ----------
    graph : sparse array of shape (n, n)
        What column j is worth to row i. Only stored entries are possible, and the diagonal is not looked at. Where
        rows hold only their own best, `both_ways` makes sure that everybody is possible for somebody.
    n_suggestions : int
        Others on a list.
    cap : int
        Lists anybody stands on. Lists cannot be full where it is less than `n_suggestions`.
    solver : {'greedy', 'lp'}, default='greedy'
        As for `MutualMatcher`; between two crowds, the linear programme takes nothing in part.
    max_iter : int, default=1_000_000
        As for `MutualMatcher`.

    Returns
    -------
    lists : list of int array
        For each row the columns listed, best first; of equal values the lower column comes first.

    Raises
    ------
    ValueError
        When `n_suggestions` or `cap` is less than 1, or the graph is not square.
    """
    n = graph.shape[0]
    if n_suggestions < 1 or cap < 1 or n != graph.shape[1]:
        raise ValueError("n_suggestions and cap are 1 or more, and the graph has as many columns as rows.")
    row, column, value = entries(graph)
    order = np.lexsort((column, row, -value))
    order = order[row[order] != column[order]]
    takes = np.column_stack([row, column + n])[order]
    room = np.repeat([n_suggestions, cap, len(order) + 1], [n, n, 1])
    wanted = np.repeat([n_suggestions, 1], n)
    possible = Possible(takes, from_zero(value[order]), room, wanted=wanted, had=np.zeros_like(wanted))
    listed = order[choose(possible, solver, max_iter).chosen]
    listed = listed[np.argsort(row[listed], kind="stable")]
    return np.split(column[listed], np.cumsum(np.bincount(row[listed], minlength=n))[:-1])


def both_ways(graph: Sparse) -> Sparse:
    """The sparse graph with each entry also the other way, where nothing is stored there: for values of pairs."""
    row, column, value = entries(graph)
    n = graph.shape[0]
    keys, back = row * n + column, column * n + row
    missing = ~np.isin(back, keys)
    keys, value = np.concatenate([keys, back[missing]]), np.concatenate([value, value[missing]])
    return sp.csr_array((value, np.divmod(keys, n)), shape=graph.shape)
