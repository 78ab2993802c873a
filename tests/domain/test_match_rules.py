"""What an organiser decides about lists, as typed and as kept."""

from dataclasses import asdict

import pytest

from eventmatch.domain.errors import Invalid
from eventmatch.domain.match_rules import USUAL_WEIGHTS, MatchRules, remembered, shares
from eventmatch.domain.states import EarlierMeetings, SameOrganisation
from eventmatch.matching import Weights


def test_the_usual_weights_are_the_matchers_own() -> None:
    assert shares(USUAL_WEIGHTS) == pytest.approx(asdict(Weights()))


@pytest.mark.parametrize("weights", [(1, 1, 1, 0, 0), (100, 0, 0, 0, 0), (7, 13, 29, 31, 97), (0, 0, 0, 0, 1)])
def test_any_proportions_become_weights_the_matcher_takes(weights: tuple[int, ...]) -> None:
    Weights(**shares(dict(zip(USUAL_WEIGHTS, weights, strict=True))))


def test_nothing_that_counts_is_refused_by_name() -> None:
    with pytest.raises(Invalid) as refused:
        shares(dict.fromkeys(USUAL_WEIGHTS, 0))

    assert refused.value.field == "need"


def test_what_is_kept_comes_back_as_it_was_typed() -> None:
    weights = {"need": 10, "give": 20, "rare": 30, "complement": 40, "text": 0}
    rules = MatchRules(9, weights, SameOrganisation.PREFER, diverse=True, earlier_meetings=EarlierMeetings.AVOID)

    assert remembered(rules.stored()) == rules


def test_what_nobody_decided_is_as_usual() -> None:
    assert remembered({}) == MatchRules()
