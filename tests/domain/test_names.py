"""Names typed in a hurry."""

import pytest

from eventmatch.domain.names import letters, matches


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("ada", "Ada Okafor"),
        ("OKA", "Ada Okafor"),
        ("oka ada", "Ada Okafor"),
        ("bruck", "Lena Brückner"),
        ("brueck", "Lena Brückner"),
        ("brück", "Lena Bruckner"),
        ("lukasz", "Łukasz Wójcik"),
        ("wojc", "Łukasz Wójcik"),
        ("strasse", "Anna Straße"),
        ("soren", "Søren Kjær"),
        ("kjaer", "Søren Kjær"),
        ("okeeffe", "Siobhán O'Keeffe".replace("'", "")),
        ("keeffe", "Siobhán O'Keeffe"),
        ("мар", "Мария Иванова"),
        ("nguyen", "Nguyễn Thị Minh"),
    ],
)
def test_finds(typed: str, name: str) -> None:
    assert matches(typed, name)


@pytest.mark.parametrize(("typed", "name"), [("da", "Ada Okafor"), ("ada b", "Ada Okafor"), ("ben", "Ada Okafor")])
def test_does_not_find(typed: str, name: str) -> None:
    assert not matches(typed, name)


def test_marks_and_spaces_are_no_letters() -> None:
    assert letters(" %_a.") == 1
