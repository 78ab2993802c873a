"""Reasons tell what the score was made of, and whose words they are."""

import numpy as np
import pytest

from eventmatch.matching.profiles import Profile, ProfileEncoder
from eventmatch.matching.reasons import Opening, Reason, ReasonFinder, opening
from eventmatch.matching.scoring import TERMS, DirectedScorer, Weights
from tests.matching.people import ADA, BEN, CAST, DANA, crowd


def between(a: Profile, b: Profile, *others: Profile) -> tuple[Reason, ...]:
    profiles = [a, b, *others]
    encoder = ProfileEncoder()
    scorer = DirectedScorer(encoder.fit_transform(profiles), Weights())
    terms = scorer.terms(np.array([0]), np.array([1]))[0]
    return ReasonFinder(profiles, encoder, scorer).between(0, 1, terms)


def told(reasons: tuple[Reason, ...], term: str) -> list[tuple[str, str, str, str]]:
    return [(r.my_field, r.mine, r.their_field, r.theirs) for r in reasons if r.term == term]


def test_an_ask_is_told_with_the_offer_that_answers_it() -> None:
    assert told(between(ADA, BEN), "need") == [("asks", "budgeting", "offers", "budget planning")]


def test_an_offer_is_told_with_the_ask_it_answers() -> None:
    assert told(between(ADA, BEN), "give") == [("offers", "agile coaching", "asks", "coaching")]


def test_who_is_not_glad_to_help_is_not_told_what_to_give() -> None:
    assert told(between(BEN, ADA), "give") == []


def test_a_shared_interest_is_told_as_each_typed_it() -> None:
    assert told(between(ADA, BEN), "rare") == [("interests", "Kanban", "interests", "kanban")]


def test_a_sentence_is_told_as_a_sentence() -> None:
    ada = Profile("ada", ask_text="Who can help me with budgeting?")

    assert told(between(ada, BEN), "need") == [
        ("ask_text", "Who can help me with budgeting?", "offers", "budget planning")
    ]


def test_words_of_text_are_told_with_the_field_they_stand_in() -> None:
    reasons = between(ADA, BEN, *CAST[2:])

    assert ("headline", "kanban", "about", "kanban") in told(reasons, "text")


def test_differences_are_told_with_both_names() -> None:
    assert told(between(ADA, BEN), "complement") == [
        ("organisation", "Harbour Works", "organisation", "Blue Kite"),
        ("role", "Project manager", "role", "Designer"),
    ]


def test_who_wrote_nothing_gives_no_reason() -> None:
    assert between(ADA, DANA) == ()


def test_reasons_come_by_importance() -> None:
    amounts = [reason.amount for reason in between(ADA, BEN)]

    assert len(amounts) > 3
    assert amounts == sorted(amounts, reverse=True)


def test_reasons_add_up_to_their_terms() -> None:
    profiles = crowd(30)
    encoder = ProfileEncoder()
    scorer = DirectedScorer(encoder.fit_transform(profiles), Weights())
    finder = ReasonFinder(profiles, encoder, scorer)
    a, b = (side.ravel() for side in np.indices((30, 30)))

    terms = scorer.terms(a, b)

    amounts = np.zeros((900, 5))
    for place, (one, other) in enumerate(zip(a.tolist(), b.tolist(), strict=True)):
        for reason in finder.between(one, other, terms[place]):
            amounts[place, TERMS.index(reason.term)] += reason.amount

    exact = [TERMS.index(term) for term in ("need", "give", "complement")]
    assert np.abs(amounts - terms)[:, exact].max() < 1e-9
    off_oneself = a != b
    assert (amounts <= terms + 1e-9)[off_oneself].all()


@pytest.mark.parametrize(
    ("term", "their_field", "expected"),
    [
        ("need", "offers", Opening("need", "law")),
        ("give", "asks", Opening("give", "law")),
        ("rare", "interests", Opening("rare", "law")),
        ("need", "offer_text", None),
        ("text", "about", None),
        ("complement", "organisation", None),
    ],
)
def test_a_first_question_is_about_a_tag_or_there_is_none(
    term: str, their_field: str, expected: Opening | None
) -> None:
    reason = Reason(term, "", "law", "", their_field, 0.1)  # type: ignore[arg-type]  # one of the terms

    assert opening([reason]) == expected


def test_the_best_fitting_reason_is_asked_about() -> None:
    asked = opening(between(ADA, BEN))

    assert asked == Opening("need", "budget planning")


@pytest.mark.parametrize(("colleagues", "expected"), [(True, [("ACME", "acme", True)]), (False, [])])
def test_a_colleague_is_told_as_one_where_that_speaks_for_meeting(
    *, colleagues: bool, expected: list[tuple[str, str, bool]]
) -> None:
    profiles = [Profile("ada", organisation="ACME"), Profile("ben", organisation="acme"), BEN]
    encoder = ProfileEncoder()
    scorer = DirectedScorer(encoder.fit_transform(profiles), Weights(), colleagues=colleagues)
    terms = scorer.terms(np.array([0]), np.array([1]))[0]

    reasons = ReasonFinder(profiles, encoder, scorer).between(0, 1, terms)

    assert [(r.mine, r.theirs, r.alike) for r in reasons if r.term == "complement"] == expected


def test_a_difference_is_told_as_none_in_common() -> None:
    assert [reason.alike for reason in between(ADA, BEN)].count(True) == 0
