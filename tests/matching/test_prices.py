"""Prices keep the crowd from the popular, and bound what anybody could choose."""

import numpy as np

from eventmatch.matching.possible import Possible, limited
from eventmatch.matching.prices import bound, prices
from eventmatch.matching.relaxation import relaxed


def random_crowd(seed: int, n: int = 40, cap: int = 3) -> Possible:
    """Everybody with everybody, at random values."""
    pairs = np.column_stack(np.triu_indices(n, 1))
    values = -np.sort(-np.random.default_rng(seed).random(len(pairs)))
    caps = np.full(n, cap)
    takes, room = limited(np.random.default_rng(seed).permutation(pairs), caps)
    return Possible(takes, values, room, wanted=caps, had=np.zeros(n, dtype=np.int64))


def star() -> Possible:
    """Somebody whom all four others would meet, and who can meet one; nobody else can be met."""
    takes, room = limited(np.array([[0, 1], [0, 2], [0, 3], [0, 4]]), np.ones(5, dtype=np.int64))
    return Possible(takes, np.array([4.0, 3.0, 2.0, 1.0]), room, wanted=room[:5], had=np.zeros(5, dtype=np.int64))


def test_who_is_asked_for_too_often_becomes_dear() -> None:
    reduced = star().reduced(prices(star()))

    assert (reduced > 0).sum() <= 1
    assert np.argmax(reduced) == 0


def test_prices_are_never_negative() -> None:
    assert min(prices(random_crowd(seed)).min() for seed in range(10)) >= 0


def test_any_price_bounds_what_the_linear_programme_reaches_and_good_ones_closely() -> None:
    for seed in range(5):
        possible = random_crowd(seed)
        _, best = relaxed(possible, np.zeros(40, dtype=np.int64), 10_000) or ((), np.inf)
        anything = np.random.default_rng(seed).random(len(possible.room))

        assert best <= bound(possible, prices(possible)) + 1e-6 <= 1.001 * best
        assert best <= bound(possible, anything)


def test_the_bound_of_the_star_is_its_best_pair() -> None:
    assert 4 <= bound(star(), prices(star())) < 4.01
