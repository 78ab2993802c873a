"""What people ask meets what others offer."""

import pytest

from eventmatch.matching.phrases import PhraseSpace, phrase_similarity


@pytest.mark.parametrize(
    ("ask", "offer"),
    [("budgeting", "budget planning"), ("i need help with budgeting", "budgets"), ("coaching", "agile coaching")],
)
def test_an_offer_in_other_words_answers_an_ask(ask: str, offer: str) -> None:
    others = ["law", "sketching", "chairs", "rowing"]

    assert phrase_similarity([offer, *others], [ask], 0.3).toarray()[:, 0].nonzero()[0].tolist() == [0]


@pytest.mark.parametrize(("ask", "offer"), [("budgeting", "marketing"), ("c++", "c#"), ("need help", "help offered")])
def test_what_only_sounds_alike_answers_nothing(ask: str, offer: str) -> None:
    assert phrase_similarity([offer], [ask], 0.3).nnz == 0


@pytest.mark.parametrize("phrase", ["budgeting", "c#", "r", "help", "予算", "!"])
def test_equal_phrases_answer_each_other_fully(phrase: str) -> None:
    assert phrase_similarity([phrase], [phrase], 0.3).toarray() == pytest.approx(1)


def test_the_best_of_several_offers_counts() -> None:
    space = PhraseSpace().fit([["budgeting"]], [["budget planning", "budgeting", "law"]])

    near, exact, none = space.cover([["budget planning", "law"], ["budget planning", "budgeting"], []]).toarray()[:, 0]
    assert (0.3 <= near < 1, exact, none) == (True, pytest.approx(1), 0)


def test_an_ask_that_few_can_answer_weighs_more() -> None:
    space = PhraseSpace().fit([["law", "rowing"], [], [], []], [[], ["rowing"], ["rowing"], ["law"]])

    weights = space.transform([["law", "rowing"]], [[]])[0].toarray()[0]
    assert weights[0] > weights[1]
