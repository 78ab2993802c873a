"""Views are made comparable and added up."""

import numpy as np
import pytest
import scipy.sparse as sp

from eventmatch.matching.likeness import Likeness, Product, typical

CHANCE = np.random.default_rng(7)
SPARSE = sp.random_array((30, 12), density=0.3, rng=CHANCE).tocsr()
DENSE = CHANCE.normal(size=(30, 4))


def test_a_product_is_the_same_in_a_block_and_pair_by_pair() -> None:
    product = Product(SPARSE, SPARSE)
    a, b = np.indices((30, 30)).reshape(2, -1)

    assert product.pairs(a, b) == pytest.approx(product.block(slice(0, 30)).ravel())


def test_likeness_is_the_same_in_a_block_and_pair_by_pair() -> None:
    likeness = Likeness([SPARSE, DENSE], 30)
    a, b = np.indices((30, 30)).reshape(2, -1)

    assert np.abs(likeness.pairs(a, b) - likeness.block(slice(0, 30)).ravel()).max() < 1e-12


def test_a_view_in_other_units_says_the_same() -> None:
    plain, grown = Likeness([SPARSE, DENSE], 30), Likeness([SPARSE * 7, DENSE * 0.1], 30)

    assert grown.block(slice(0, 30)) == pytest.approx(plain.block(slice(0, 30)))


def test_one_is_what_is_typical_of_the_ten_nearest() -> None:
    block = Likeness([abs(DENSE)], 30).block(slice(0, 30))
    np.fill_diagonal(block, -np.inf)

    assert np.sort(block, axis=1)[:, -10:].mean() == pytest.approx(1)


def test_nobody_is_less_than_not_alike() -> None:
    assert Likeness([DENSE], 30).block(slice(0, 30)).min() == 0


def test_people_who_wrote_nothing_do_not_change_what_is_typical() -> None:
    assert typical(np.vstack([abs(DENSE), np.zeros((5, 4))])) == pytest.approx(typical(abs(DENSE)))


def test_without_views_nobody_is_like_anybody() -> None:
    likeness = Likeness([], 3)

    assert (bool(likeness), likeness.block(slice(0, 2)).tolist()) == (False, [[0, 0, 0], [0, 0, 0]])
    assert likeness.pairs(np.array([0]), np.array([1])).tolist() == [0]
