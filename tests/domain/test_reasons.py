"""How much of a reason somebody may read."""

from eventmatch.domain.reasons import Opening, Reason, as_told, openings, readable
from eventmatch.matching import Reason as Found
from eventmatch.matching import opening as found_opening

NEED = Reason("need", "vendor contracts", "contracts", "asks", "offers", 0.2)
GIVE = Reason("give", "scrum", "kanban", "offers", "asks", 0.1)
RARE = Reason("rare", "cycling", "cycling", "interests", "interests", 0.3)
TEXT = Reason("text", "soup", "soup", "about", "headline", 0.05)
MINE = {"asks": ("vendor contracts",), "offers": ("scrum",), "interests": ("cycling",), "about": ("I like SOUP.",)}
THEIRS = {"offers": ("contracts",), "asks": ("kanban",), "interests": ("cycling",), "headline": ("Soup!",)}


def test_all_is_readable_while_it_is_said() -> None:
    assert readable([NEED, GIVE, RARE, TEXT], MINE, THEIRS) == (NEED, GIVE, RARE, TEXT)


def test_a_reason_with_a_hidden_ask_is_left_out_whole() -> None:
    hidden = {field: words for field, words in THEIRS.items() if field != "asks"}

    assert readable([NEED, GIVE], MINE, hidden) == (NEED,)


def test_what_somebody_no_longer_says_is_no_reason() -> None:
    assert readable([NEED, TEXT], MINE, THEIRS | {"headline": ("Bread!",)}) == (NEED,)


def test_help_is_told_first() -> None:
    assert as_told([RARE, GIVE, NEED]) == (NEED, GIVE, RARE)


def test_a_word_both_write_is_told_only_where_nothing_says_more() -> None:
    other = Reason("complement", "Kestrel", "Harbour", "organisation", "organisation", 0.1)

    assert as_told([TEXT, RARE]) == (RARE,)
    assert as_told([other, TEXT]) == (TEXT, other)


def test_questions_are_about_tags_only() -> None:
    sentence = Reason("give", "scrum", "Who can help?", "offers", "ask_text", 0.4)

    assert openings([sentence, NEED]) == (Opening("need", "contracts"),)
    assert openings([sentence, TEXT]) == ()


def test_the_first_question_is_the_one_the_matcher_would_ask() -> None:
    for reasons in ([NEED, GIVE], [GIVE, RARE], [RARE, NEED]):
        found = found_opening([Found(**{f: getattr(r, f) for f in r.__slots__}) for r in reasons])
        assert found is not None
        assert openings(reasons)[0] == Opening(found.key, found.tag)
