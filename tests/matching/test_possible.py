"""What pairs take and how much there is of it, counted by hand."""

import numpy as np
import pytest
import scipy.sparse as sp

from eventmatch.matching.possible import Possible, edges, from_zero, limited, lists_of

PAIRS = np.array([[0, 1], [0, 2], [0, 3], [1, 2]])
CAPS = np.array([2, 2, 2, 2])


def test_without_limits_pairs_take_their_two_people() -> None:
    takes, room = limited(PAIRS, CAPS)

    assert takes.tolist() == PAIRS.tolist()
    assert room.tolist() == [2, 2, 2, 2, 5]


def test_a_limit_is_a_place_on_the_list_of_who_could_exceed_it() -> None:
    takes, room = limited(PAIRS, CAPS, [(np.array([7, 7, 7, 0]), 1)])

    assert takes.tolist() == [[0, 1, 5, 6], [0, 2, 5, 7], [0, 3, 4, 4], [1, 2, 6, 7]]
    assert room.tolist() == [2, 2, 2, 2, 15, 1, 1, 1]


def test_no_code_is_no_limit() -> None:
    assert limited(PAIRS, CAPS, [(np.zeros(4, dtype=int), 1)])[1].tolist() == [2, 2, 2, 2, 15]


def test_what_is_taken_is_paid_for_and_counted() -> None:
    takes, room = limited(PAIRS, CAPS)
    possible = Possible(takes, np.array([4.0, 3.0, 2.0, 1.0]), room, wanted=CAPS, had=np.array([0, 1, 2, 3]))

    assert possible.reduced(np.array([1.0, 0.5, 0, 0, 0])).tolist() == [2.5, 2, 1, 0.5]
    assert possible.used(np.array([True, True, False, False])).tolist() == [2, 1, 1, 0, 0]
    assert possible.floor(2).tolist() == [2, 1, 0, 0]
    assert possible.granting(np.array([3, 0, 0, 0, 0])).room.tolist() == [3, 2, 2, 2, 5]


@pytest.mark.parametrize(("values", "expected"), [([3.0, 1.0], [3, 1]), ([1.0, -2.0], [3, 0]), ([], [])])
def test_values_below_zero_raise_all(values: list[float], expected: list[float]) -> None:
    assert from_zero(np.array(values)).tolist() == expected


def test_pairs_are_stored_once_best_first_and_the_diagonal_is_nobody() -> None:
    pairs, values = edges(sp.csr_array([[9.0, 1.0, 0.0], [3.0, 0.0, 5.0], [0.0, 0.0, 0.0]]))

    assert (pairs.tolist(), values.tolist()) == ([[1, 2], [0, 1]], [5, 2])


def test_everybody_has_a_list_best_first() -> None:
    lists = lists_of(np.array([[0, 1], [0, 2]]), np.array([1.0, 2.0]), 4)

    assert [own.tolist() for own in lists] == [[2, 1], [0], [0], []]
