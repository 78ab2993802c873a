"""Take the best first while there is room."""

import numpy as np

from eventmatch.matching.pairing import Pairing
from eventmatch.matching.possible import Possible, limited

PATH = np.array([[1, 2], [0, 1], [2, 3]])
ALL = np.ones(3, dtype=bool)
FREE = np.zeros(5)


def path(codes: tuple[int, ...] = (), limit: int = 1, cap: int = 1) -> Possible:
    """Four people in a row, the two in the middle worth most to each other."""
    caps = np.full(4, cap)
    takes, room = limited(PATH, caps, [(np.array(codes), limit)] if codes else [])
    return Possible(takes, np.array([3.0, 2.0, 1.0]), room, wanted=caps, had=np.zeros(4, dtype=np.int64))


def test_the_pair_worth_most_is_taken_first_and_shuts_others_out() -> None:
    assert Pairing(path(), FREE).take(ALL).chosen().tolist() == [True, False, False]


def test_a_price_changes_who_comes_first() -> None:
    dear = np.array([0, 1.0, 1.5, 0, 0])  # together the two in the middle cost more than each with the neighbour

    assert Pairing(path(), dear).take(ALL).chosen().tolist() == [False, True, True]


def test_only_some_are_taken_when_some_are_given() -> None:
    assert Pairing(path(), FREE).take(~ALL | [False, True, False]).chosen().tolist() == [False, True, False]


def test_a_limit_shuts_out_until_it_is_forgotten() -> None:
    pairing = Pairing(path((1, 0, 1, 0), cap=2), np.zeros(6)).take(ALL)
    kept = pairing.chosen().tolist()

    assert kept == [True, False, True]
    assert pairing.loosen().take(ALL).chosen().all()


def test_parting_makes_room_again() -> None:
    pairing = Pairing(path(), FREE).take(ALL)
    pairing.part(0, [1, 2])

    assert pairing.take(~ALL | [False, True, True]).chosen().tolist() == [False, True, True]


def test_open_pairs_are_those_not_chosen_best_first() -> None:
    pairing = Pairing(path(cap=2), FREE).take(~ALL | [False, True, False])

    assert [pair for pair, _ in pairing.open(2)] == [0, 2]
    assert [pair for pair, _ in pairing.open(1)] == [0]
