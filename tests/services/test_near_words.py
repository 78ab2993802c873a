"""Which words are spelled nearly alike."""

import subprocess
import sys

import pytest

from eventmatch.services.near_words import mistyped, near_pairs, parts_of


def near(*words: str) -> list[tuple[str, str]]:
    return [(words[one], words[other]) for one, other in near_pairs([parts_of(word) for word in words])]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("agile coaching", "agile-coaching"),
        ("agile coaching", "coaching, agile"),
        ("e-commerce", "Ecommerce"),
        ("colour", "color"),
        ("project management", "project managment"),
        ("project management", "managment project"),
        ("project management", "projectmanagement"),
        ("organisation", "organization"),
        ("stakeholder", "stakehodler"),
        ("internationalisation", "internatinalization"),
        ("strategies", "strategy"),
        ("workshop", "workshops"),
        ("women's leadership", "Womens Leadership"),
        ("müller", "muller"),
        ("café", "cafe\u0301"),
    ],
)
def test_what_may_be_one_word_is_found(one: str, other: str) -> None:
    assert near(one, other) == [(one, other)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("marketing", "budgeting"),
        ("c++", "c#"),
        ("c", "c++"),
        ("java", "javascript"),
        ("it", "hr"),
        ("sap", "saas"),
        ("design", "resign"),
        ("python 2", "python 3"),
        ("iso9001", "iso9002"),
        ("b2b sales", "b2c sales"),
        ("internal communication", "external communication"),
        ("production", "prediction"),
        ("business", "busines park"),
        ("データ", "テスト"),
        ("!!!", "???"),
        ("", ""),
    ],
)
def test_what_is_another_word_is_not_found(one: str, other: str) -> None:
    assert near(one, other) == []


def test_the_first_of_several_spelled_the_same_stands_for_all() -> None:
    assert near("agile coaching", "agile-coaching", "agile, coaching", "agilecoaching") == [
        ("agile coaching", "agile-coaching"),
        ("agile coaching", "agile, coaching"),
        ("agile coaching", "agilecoaching"),
    ]


def test_a_thousand_spellings_of_one_word_are_a_thousand_questions_and_no_million() -> None:
    words = ["a" + "-" * count + "b" for count in range(1001)]

    assert len(near(*words)) == 1000


def test_two_letters_may_be_wrong_in_long_words_only() -> None:
    assert mistyped(["communication", "comunicaton", "consulting", "consultant"]) == {}
    assert mistyped(["communication", "comunicatiom"]) == {
        "communication": ["comunicatiom"],
        "comunicatiom": ["communication"],
    }


def test_it_brings_no_heavy_library_with_it() -> None:
    code = "import sys, eventmatch.services.near_words; print(sorted({'numpy', 'scipy', 'sklearn'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"
