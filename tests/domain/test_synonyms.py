"""What is read as what."""

import pytest

from eventmatch.domain.errors import Invalid
from eventmatch.domain.synonyms import Kind, clean_word, kind_of, read_as, resolved, two_words, with_synonym, word_key

KNOWN = {"pm": "project management", "Project management": "projects"}


def test_case_width_and_spaces_make_no_other_word() -> None:
    assert word_key("  Agile　ＣＯＡＣＨＩＮＧ ") == word_key("agile coaching") == "agile coaching"


def test_the_matcher_reads_keys_alike() -> None:
    from eventmatch.matching.tags import tag_key

    assert [tag_key(word) for word in ("Straße", " ＰＭ  x", "ﬁ")] == [word_key(w) for w in ("Straße", " ＰＭ  x", "ﬁ")]


def test_one_more_word_is_read_as_another() -> None:
    assert with_synonym({"hr": "people"}, "pm", "projects") == {"hr": "people", "pm": "projects"}


@pytest.mark.parametrize(
    ("written", "meant", "field", "words"),
    [
        ("PMO", " pmo ", "meant", "These are one already"),
        ("PM", "people", "written", "“PM” is read as “project management” already"),
        ("projects", "pm", "meant", "“pm” is itself read as “project management”: that is a circle"),
        ("projects", "project management", "meant", "a circle"),
    ],
)
def test_what_cannot_be_read_is_refused_by_field(written: str, meant: str, field: str, words: str) -> None:
    with pytest.raises(Invalid, match=words) as refused:
        with_synonym(KNOWN, written, meant)
    assert refused.value.field == field


def test_a_word_is_read_as_the_last_of_a_chain() -> None:
    assert resolved(KNOWN) == {"pm": "projects", "Project management": "projects"}


@pytest.mark.parametrize(("word", "read"), [("PM", "projects"), ("projects", "projects"), ("HR", "HR"), ("", "")])
def test_one_word_is_read_alone(word: str, read: str) -> None:
    assert read_as(KNOWN, word) == read


def test_a_circle_stays_as_written() -> None:
    assert resolved({"a": "b", "B": "a", "c": "d"}) == {"c": "d"}


def test_two_words_stand_in_one_order() -> None:
    assert two_words("Scrum", "kanban") == two_words("KANBAN", "scrum") == ("kanban", "scrum")


@pytest.mark.parametrize("words", ["", " \u200b ", "\x00", "x" * 201])
def test_nothing_and_too_much_are_no_word(words: str) -> None:
    with pytest.raises(Invalid) as refused:
        clean_word(words, "written")
    assert refused.value.field == "written"


def test_each_kind_has_synonyms_of_its_own() -> None:
    assert [kind_of(kind).setting for kind in ("tag", "organisation")] == ["synonyms", "organisation_synonyms"]
    assert len({kind.setting for kind in Kind}) == len(Kind)


def test_no_kind_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        kind_of("people")
    assert refused.value.field == "kind"
