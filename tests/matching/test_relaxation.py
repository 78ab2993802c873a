"""The linear programme is a bound, keeps floors, and stops when it is told to."""

import numpy as np
import pytest

from eventmatch.matching.possible import Possible, limited
from eventmatch.matching.relaxation import relaxed

NOBODY = np.zeros(3, dtype=np.int64)


def triangle(values: tuple[float, float, float]) -> Possible:
    """Three people who could each meet one other."""
    caps = np.ones(3, dtype=np.int64)
    takes, room = limited(np.array([[0, 1], [1, 2], [0, 2]]), caps)
    return Possible(takes, np.array(values), room, wanted=caps, had=NOBODY)


def test_three_equals_meet_each_other_by_half() -> None:
    share, value = relaxed(triangle((1, 1, 1)), NOBODY, 100) or (NOBODY, 0)

    assert share == pytest.approx([0.5, 0.5, 0.5])
    assert value == pytest.approx(1.5)


@pytest.mark.parametrize(("floor", "value"), [([0, 0, 0], 9), ([0, 0, 1], 6)])
def test_a_floor_is_kept_whatever_it_costs(floor: list[int], value: float) -> None:
    assert (relaxed(triangle((9, 2, 1)), np.array(floor), 100) or (NOBODY, 0))[1] == pytest.approx(value)


def test_without_enough_steps_there_is_no_answer() -> None:
    assert relaxed(triangle((1, 1, 1)), NOBODY, 0) is None
