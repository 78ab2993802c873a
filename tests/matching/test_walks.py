"""Places are found for who has none, through as many others as it takes, and nobody pays for it."""

from collections.abc import Sequence

import numpy as np
import pytest

from eventmatch.matching.pairing import Pairing
from eventmatch.matching.possible import Possible, limited
from eventmatch.matching.walks import lift


def pairing_of(pairs: Sequence[tuple[int, int]], caps: Sequence[int], chosen: int) -> Pairing:
    """Possible pairs by descending worth, of which the first are chosen."""
    room = np.array(caps)
    takes, places = limited(np.array(pairs), room)
    values = np.arange(len(pairs), 0, -1.0)
    possible = Possible(takes, values, places, wanted=room, had=np.zeros_like(room))
    return Pairing(possible, np.zeros(len(places))).take(np.arange(len(pairs)) < chosen)


def lifted(pairing: Pairing, floor: Sequence[int]) -> list[int]:
    """How many pairs everybody has afterwards."""
    lift(pairing, list(floor))
    return [len(own) for own in pairing.own]


@pytest.mark.parametrize("length", [4, 6, 40])
def test_a_row_of_people_moves_up_for_the_one_left_out(length: int) -> None:
    inner = [(person, person + 1) for person in range(1, length - 1, 2)]
    outer = [(person, person + 1) for person in range(0, length, 2)]
    pairing = pairing_of([*inner, *outer], [1] * length, len(inner))

    assert lifted(pairing, [1] * length) == [1] * length


def test_nobody_is_brought_below_the_floor_for_another() -> None:
    pairing = pairing_of([(0, 1), (1, 2)], [1, 1, 1], 1)

    assert lifted(pairing, [1, 1, 1]) == [1, 1, 0]


def test_who_has_more_than_the_floor_gives_way() -> None:
    pairing = pairing_of([(0, 1), (1, 2), (0, 2), (1, 3)], [2, 2, 2, 2], 3)

    assert sorted(lifted(pairing, [1, 1, 1, 1])) == [1, 1, 2, 2]


def test_of_ways_to_make_room_the_one_that_costs_least_is_taken() -> None:
    pairs = [(0, 1), (0, 2), (1, 2), (1, 3)]  # 1 parts with 2, who is worth less to them than 0
    pairing = pairing_of(pairs, [2, 2, 2, 2], 3)
    lift(pairing, [1, 1, 1, 1])

    assert sorted(pairing.own[1].values()) == [[0, 1], [1, 3]]


def test_somebody_with_room_for_two_takes_the_place_between_two() -> None:
    pairing = pairing_of([(1, 2), (0, 1), (0, 2)], [2, 1, 1], 1)

    assert lifted(pairing, [2, 1, 1]) == [2, 1, 1]
