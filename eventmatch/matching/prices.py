"""What everybody's time would have to cost so that nobody were asked for too often."""

import numpy as np

from eventmatch.matching.possible import Floats, Possible

ROUNDS = 100
CALMING = 0.96  # each round changes prices by so much of the one before


def prices(possible: Possible) -> Floats:
    """Prices at which the pairs worth more than they cost nearly fit in the room there is.

    Any prices bound what can be reached (`bound`), and these nearly as well as the best: they solve the dual of the
    linear relaxation by projected subgradient steps, each place's price rising while too many ask for it and falling,
    never below 0, while too few do.

    Parameters
    ----------
    possible : Possible

    Returns
    -------
    price : array of shape (n_places,), 0 or more

    References
    ----------
    N. Z. Shor (1985), Minimization Methods for Non-Differentiable Functions, Springer.
    """
    price = best = np.zeros(len(possible.room))
    least, step = np.inf, possible.values.mean() / 2 if len(possible.values) else 0.0
    for _ in range(ROUNDS):
        worth = possible.reduced(price)
        if (reached := total(possible, price, worth)) < least:
            least, best = reached, price
        short = possible.used(worth > 0) - possible.room
        price = np.maximum(0, price + step * np.clip(short / np.maximum(possible.room, 1), -1, 1))
        step *= CALMING
    return best


def bound(possible: Possible, price: Floats) -> float:
    """No choice within the room is worth more: all room at its price, and all that pairs are worth beyond."""
    return total(possible, price, possible.reduced(price))


def total(possible: Possible, price: Floats, worth: Floats) -> float:
    """The bound, where it is known what pairs are worth beyond the prices."""
    return float((possible.room * price).sum() + worth[worth > 0].sum())  # a dot would add in an order of its own
