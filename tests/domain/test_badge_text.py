"""Whatever somebody is called, all of it fits, as large as it can be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventmatch.domain.badge_sizes import Box
from eventmatch.domain.badge_text import READABLE, Setting, Type, fit, rough_width, runs_right_to_left

BOX = Box(0, 0, 80, 20)
NAME = Type(14, 3)
LONG = "Bartholomew Featherstonehaugh-Cholmondeley von Hohenzollern"
LETTERS = st.text(st.characters(categories=["Lu", "Ll", "Lo", "Mn", "Pd"]), min_size=1, max_size=30)


def each_is_one(text: str) -> float:
    """Measure as if every sign were as wide as the type is high."""
    return float(len(text))


def squeezed(text: str) -> str:
    """Return a text without its spaces."""
    return "".join(text.split())


def holds(setting: Setting, box: Box, kind: Type) -> bool:
    """Tell whether a setting lies within its box."""
    wide = max(each_is_one(line) for line in setting.lines) * setting.size
    return wide <= box.width + 1e-6 and len(setting.lines) * setting.size * kind.leading <= box.height + 1e-6


@given(st.lists(LETTERS, min_size=1, max_size=12).map(" ".join))
def test_every_sign_is_set_and_within_the_box(text: str) -> None:
    setting = fit(text, BOX, NAME, each_is_one)

    assert squeezed("".join(setting.lines)) == squeezed(text)
    assert holds(setting, BOX, NAME)


def test_a_short_name_is_as_large_as_allowed() -> None:
    assert fit("Bo Li", BOX, NAME, each_is_one) == Setting(14, ("Bo Li",))


def test_two_lines_are_taken_when_they_make_it_larger() -> None:
    setting = fit("Maximilian Featherstone", BOX, NAME, each_is_one)

    assert setting.lines == ("Maximilian", "Featherstone")
    assert setting.size > 80 / len("Maximilian Featherstone")


def test_sixty_characters_stand_on_three_lines_at_most() -> None:
    setting = fit(LONG, BOX, NAME, rough_width)

    assert len(LONG) == 59
    assert " ".join(setting.lines).replace("- ", "-") == LONG
    assert len(setting.lines) <= 3


def test_a_word_stays_whole_as_long_as_it_can_be_read() -> None:
    assert fit("n" * 37, BOX, NAME, each_is_one).lines == ("n" * 37,)


def test_a_longer_word_is_broken_instead_of_printed_too_small() -> None:
    setting = fit("n" * 60, BOX, NAME, each_is_one)

    assert "".join(setting.lines) == "n" * 60
    assert setting.size > READABLE


def test_a_word_is_broken_between_letters_and_not_inside_one() -> None:
    lines = fit("e\u0301" * 60, BOX, NAME, each_is_one).lines

    assert len(lines) > 1
    assert [line for line in lines if line.startswith("\u0301")] == []


def test_han_breaks_anywhere() -> None:
    setting = fit("歐陽娜娜歐陽娜娜歐陽", BOX, NAME, each_is_one)

    assert len(setting.lines) == 2
    assert setting.size == pytest.approx(20 / 2 / NAME.leading, rel=0.05)


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("Ada", False),
        ("محمد", True),
        ("שרה Levi", True),
        ("Levi שרה", False),
        ("(42) ש", True),
        ("42", False),
        ("", False),
    ],
)
def test_the_first_letter_says_which_way_a_name_runs(text: str, *, way: bool) -> None:
    assert runs_right_to_left(text) is way


def test_marks_and_joiners_take_no_room() -> None:
    assert rough_width("e\u0301\u200d") == rough_width("e")


def test_han_is_wider_than_latin_and_capitals_than_small_letters() -> None:
    assert rough_width("王") > rough_width("K") > rough_width("k") > rough_width("i")
