"""What people write meets what resembles it."""

import numpy as np

from eventmatch.matching.texts import TextSpace

WORDS, GRAMS = 0, 1
TEXTS = [("", "ferry timetables"), ("", "timetabling a ferries fleet"), ("", "chess openings"), ("", "sour dough")]


def test_text_without_a_single_word_is_no_obstacle() -> None:
    assert TextSpace().fit([("", ""), ("", "!")]).transform([("", "")]) == []


def test_inflected_words_meet() -> None:
    rows = TextSpace().fit(TEXTS).transform(TEXTS)[GRAMS]

    likeness = (rows @ rows.T).toarray()
    assert likeness[0, 1] > np.max(likeness[0, 2:])


def test_two_words_in_a_row_say_more_than_the_same_words_apart() -> None:
    texts = [("", "open data"), ("", "data that is open"), ("", "open data for all"), ("", "rowing")]

    rows = TextSpace().fit(texts).transform(texts)[WORDS]

    likeness = (rows @ rows.T).toarray()[0]
    assert likeness[2] > likeness[1] > likeness[3]


def test_the_headline_has_a_view_of_its_own() -> None:
    texts = [("Ferries", "we row"), ("Ferry boats", "we bake"), ("Chess", "about ferries, too"), ("", "ferries")]

    views = TextSpace(depths=(2,)).fit(texts).transform(texts)

    headline = (views[2] @ views[2].T).toarray()[0]
    assert (len(views), headline[1] > 0, headline[2:].tolist()) == (4, True, [0, 0])


def test_earlier_texts_tell_what_is_usual() -> None:
    texts = [("", "agile ferries"), ("", "agile rowing"), ("", "ferries of old")]

    alone, taught = (TextSpace().fit(texts, known) for known in ([], [("", "agile boats")] * 9))

    weights = [s.transform(texts)[WORDS].toarray()[0, s.names_.tolist().index("agile")] for s in (alone, taught)]
    assert weights[1] < weights[0]


def test_learning_and_reading_at_once_is_the_same_as_one_after_the_other() -> None:
    once, later = TextSpace().fit_transform(TEXTS), TextSpace().fit(TEXTS).transform(TEXTS)

    assert all(np.allclose(abs(one - other).max(), 0, atol=1e-12) for one, other in zip(once, later, strict=True))
