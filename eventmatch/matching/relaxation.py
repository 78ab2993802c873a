"""The linear relaxation of choosing pairs, where a pair may be chosen in part: a bound, and nearly the best choice."""

import numpy as np
import scipy.sparse as sp
from scipy.optimize import linprog

from eventmatch.matching.possible import Floats, Possible, Rows


def relaxed(possible: Possible, floor: Rows, max_iter: int) -> tuple[Floats, float] | None:
    """How much of each pair the best relaxed choice takes, and what that is worth; None where it took too long.

    Without limits all shares are 0, 1/2 or 1, and few are 1/2. Solved by the dual simplex method of HiGHS, whose
    number of steps does not depend on the machine.

    Parameters
    ----------
    possible : Possible
    floor : int array of shape (n_people,)
        Pairs everybody has at least; there must be a choice that keeps to it.
    max_iter : int
        Steps after which to give up.

    Returns
    -------
    share : array of shape (n_pairs,), in [0, 1]
    value : float

    References
    ----------
    Q. Huangfu and J. A. J. Hall (2018), Parallelizing the dual revised simplex method, Math. Program. Comput. 10.
    """
    n_pairs, width = possible.takes.shape
    where = (possible.takes.ravel(), np.repeat(np.arange(n_pairs), width))
    uses = sp.csr_array((np.ones(n_pairs * width), where), shape=(len(possible.room), n_pairs))
    low = np.flatnonzero(floor)
    solved = linprog(
        -possible.values,
        A_ub=sp.vstack([uses, -uses[low]]),
        b_ub=np.concatenate([possible.room, -floor[low]]),
        bounds=(0, 1),
        method="highs-ds",
        options={"maxiter": max_iter},
    )
    return (solved.x, float(-solved.fun)) if solved.status == 0 else None
