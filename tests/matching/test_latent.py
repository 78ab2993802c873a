"""Themes are found as an exact analysis would find them, whole or by landmarks."""

import numpy as np
import pytest
import scipy.sparse as sp
from sklearn.decomposition import TruncatedSVD
from sklearn.preprocessing import normalize
from sklearn.utils.estimator_checks import check_estimator

from eventmatch.matching.latent import LatentSpace

CHANCE = np.random.default_rng(7)
ROWS = sp.random_array((60, 40), density=0.2, rng=CHANCE).tocsr()


def test_it_is_a_scikit_learn_transformer() -> None:
    results = check_estimator(LatentSpace(depths=(2,)), on_fail=None)

    assert [result["check_name"] for result in results if result["status"] not in {"passed", "skipped"}] == []


@pytest.mark.parametrize("depth", [1, 5, 20])
def test_cosines_are_those_of_a_singular_value_decomposition(depth: int) -> None:
    ours = LatentSpace(depths=(depth,)).fit_transform(ROWS)
    theirs = normalize(TruncatedSVD(depth, algorithm="arpack", random_state=0).fit_transform(ROWS))

    assert np.abs(ours @ ours.T - theirs @ theirs.T).max() < 1e-8


def test_a_product_is_the_sum_of_the_cosines_at_each_depth() -> None:
    both, shallow, deep = (LatentSpace(depths=depths).fit_transform(ROWS) for depths in ((3, 9), (3,), (9,)))

    assert both @ both.T == pytest.approx(shallow @ shallow.T + deep @ deep.T)


def test_as_deep_as_can_be_it_is_the_plain_cosine() -> None:
    ours, plain = LatentSpace(depths=(100,)).fit_transform(ROWS), normalize(ROWS)

    assert np.abs(ours @ ours.T - (plain @ plain.T).toarray()).max() < 1e-8


def test_landmarks_are_enough_where_rows_repeat() -> None:
    many = sp.csr_array(sp.vstack([ROWS] * 5)).tocsr()[np.argsort(np.tile(np.arange(60), 5), kind="stable")]

    exact, sketched = (LatentSpace((5,), n_landmarks=count).fit_transform(many) for count in (300, 60))

    assert np.abs(exact @ exact.T - sketched @ sketched.T).max() < 0.2


def test_rows_of_zeros_have_no_themes() -> None:
    assert LatentSpace().fit_transform(np.zeros((3, 4))).shape == (3, 0)


@pytest.mark.parametrize("wrong", [LatentSpace((0,)), LatentSpace((3, -1)), LatentSpace(n_landmarks=0)])
def test_a_depth_below_one_is_an_error(wrong: LatentSpace) -> None:
    with pytest.raises(ValueError, match="1 or more"):
        wrong.fit(ROWS)
