"""Figures of fairness, on lists small enough to count by hand."""

import numpy as np
import pytest

from eventmatch.matching.measures import coverage, fill, gini, mutual_share, summary, worst_value

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


def test_the_worst_off_are_one_in_twenty_and_empty_places_count() -> None:
    values = [np.array([0.1, 0.3]), np.array([0.2]), *[np.array([1.0, 1.0])] * 38]

    assert worst_value(values, 2) == pytest.approx((0.2 + 0.4) / 2 / 2)


def test_of_few_people_one_is_the_worst_off() -> None:
    assert worst_value([np.array([3.0]), np.array([])], 1) == 0


def test_what_is_not_told_is_not_measured() -> None:
    told = {"worst_5_percent_value", "optimality_gap"}

    assert not told & set(summary(AGREEING, 1))
    assert told <= set(summary(AGREEING, 1, values=[np.ones(1), np.ones(1), np.ones(0)], gap=0.01))
