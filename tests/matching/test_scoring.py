"""Scores are the sums of their terms."""

import numpy as np
import pytest

from eventmatch.matching.profiles import EncodedProfiles, Profile, ProfileEncoder
from eventmatch.matching.scoring import TERMS, DirectedScorer, Weights, complement, pair_value, saturate
from tests.matching.people import ADA, BEN, CAST, DANA, crowd

EVERYBODY = np.arange(40)


def scorer_of(*profiles: Profile, weights: Weights | None = None) -> DirectedScorer:
    encoded: EncodedProfiles = ProfileEncoder().fit_transform(profiles)
    return DirectedScorer(encoded, weights or Weights())


def term(scorer: DirectedScorer, name: str, a: int = 0, b: int = 1) -> float:
    return float(scorer.terms(np.array([a]), np.array([b]))[0, TERMS.index(name)])


def test_terms_add_up_to_the_score() -> None:
    scorer = scorer_of(*crowd(40))
    a, b = (side.ravel() for side in np.indices((40, 40)))

    forward, _ = scorer.block(slice(0, 40))

    assert np.abs(scorer.terms(a, b).sum(axis=1) - forward.ravel()).max() < 1e-9


def test_scores_lie_between_nothing_and_one() -> None:
    forward, backward = scorer_of(*crowd(40)).block(slice(0, 40))

    assert 0 <= min(forward.min(), backward.min()) <= max(forward.max(), backward.max()) <= 1 + 1e-12


def test_what_one_gets_is_what_the_other_gives_from_the_other_side() -> None:
    forward, backward = scorer_of(*crowd(40)).block(slice(0, 40))

    assert np.abs(forward - backward.T).max() < 1e-12


def test_a_need_is_met_by_an_offer_in_other_words() -> None:
    scorer = scorer_of(*CAST)

    assert term(scorer, "need") > 0.25 * scorer.weights.need


def test_helping_is_a_gain_only_for_who_is_glad_to_help() -> None:
    scorer = scorer_of(ADA, BEN)

    assert (term(scorer, "give", 0, 1) > 0, term(scorer, "give", 1, 0)) == (True, 0)


def test_an_empty_profile_gets_nothing_from_anybody() -> None:
    scorer = scorer_of(*CAST)

    assert scorer.terms(np.array([CAST.index(DANA)]), np.array([0])).sum() == 0


def test_what_nobody_here_can_earn_is_spread_over_the_rest() -> None:
    scorer = scorer_of(Profile("1", interests=("chess",)), Profile("2", interests=("chess",)))

    assert scorer.weights == Weights(need=0, give=0, rare=1, complement=0, text=0)


def test_being_different_never_counts_for_more_than_wished() -> None:
    scorer = scorer_of(Profile("1", organisation="a", about="ferries"), Profile("2", organisation="b", about="ferries"))

    assert scorer.weights.complement == Weights().complement


def test_weights_stay_when_nobody_says_anything() -> None:
    assert scorer_of(DANA, Profile("ben")).weights == Weights()


@pytest.mark.parametrize("wrong", [{"need": 0.9}, {"need": -0.1, "give": 0.6}, {"text": float("nan")}])
def test_weights_that_are_no_shares_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="add up to 1"):
        Weights(**wrong)


def test_a_one_sided_meeting_is_worth_less_than_an_even_one() -> None:
    assert pair_value(np.array(0.9), np.array(0.1)) < pair_value(np.array(0.5), np.array(0.5))


def test_an_empty_profile_ranks_low_instead_of_vanishing() -> None:
    assert pair_value(np.array(0.0), np.array(0.0)) == pytest.approx(0.05)


def test_the_half_point_is_one_half() -> None:
    assert saturate(np.array([0.0, 1.0])).tolist() == [0, 0.5]


def test_differences_count_only_where_both_are_known() -> None:
    mine, theirs = np.array([[1, 1, 0]]), np.array([[1, 2, 5]])

    assert complement(mine, theirs).tolist() == [0.5]
