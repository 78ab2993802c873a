"""Figures of fairness, on lists small enough to count by hand."""

import numpy as np
import pytest

from eventmatch.matching.measures import coverage, fill, gini, mutual_share, summary

AGREEING = [np.array([1]), np.array([0]), np.array([], dtype=int)]
STARING = [np.array([1]), np.array([2]), np.array([1])]


def test_the_share_listed_back() -> None:
    assert [mutual_share(AGREEING), mutual_share(STARING)] == pytest.approx([1, 2 / 3])


def test_the_share_on_any_list() -> None:
    assert [coverage(AGREEING), coverage(STARING[:2] + AGREEING[2:])] == pytest.approx([2 / 3, 2 / 3])


def test_the_share_of_places_taken() -> None:
    assert fill(STARING, 2) == 0.5


@pytest.mark.parametrize(("amounts", "expected"), [([3, 3, 3], 0), ([0, 0, 9], 2 / 3), ([0, 0], 0)])
def test_how_unequally_attention_is_spread(amounts: list[int], expected: float) -> None:
    assert gini(np.array(amounts)) == pytest.approx(expected)


def test_an_event_without_people_has_measures() -> None:
    assert summary([], 10)["mutual_share"] == 1
