"""Nobody is promised more than they have rounds for."""

import numpy as np

from eventmatch.matching.windows import affordable, caps, masks, share_a_round, unmasked

FREE = np.array([[1, 1, 1, 1], [1, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 0]], bool)


def test_one_round_is_kept_in_reserve_but_the_only_one_is_used() -> None:
    assert caps(FREE, 2).tolist() == [2, 1, 1, 0]


def test_two_share_a_round_when_both_are_there_in_one() -> None:
    assert share_a_round(FREE, [0, 1, 0], [1, 2, 3]).tolist() == [True, False, False]


def test_the_best_pairs_are_promised_while_both_have_room() -> None:
    promised, spare = affordable([(0, 1), (1, 2), (0, 2), (2, 0), (0, 3)], FREE, 2)

    assert (promised, spare) == ([(0, 1), (0, 2)], [(2, 0)])


def test_bits_stand_for_rounds() -> None:
    assert masks(FREE) == [0b1111, 0b0011, 0b0100, 0]


def test_presence_survives_being_bits() -> None:
    wide = np.tile(FREE, 20)  # 80 rounds, more than a machine word

    assert (unmasked(masks(wide), 80) == wide).all()
