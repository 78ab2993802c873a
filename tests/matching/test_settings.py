"""Settings that mean nothing are refused before anything is computed."""

import math
from typing import Any

import pytest

from eventmatch.matching.settings import MatchSettings


@pytest.mark.parametrize(
    "senseless",
    [
        {"n_suggestions": 0},
        {"n_suggestions": -1, "mode": "ranked"},
        {"cap": 0},
        {"mode": "mutually"},
        {"same_organisation": "never"},
        {"hub": math.nan},
        {"hub": math.inf},
    ],
)
def test_settings_out_of_range_are_refused(senseless: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"1 or more|There is no mode|finite"):
        MatchSettings(**senseless)
