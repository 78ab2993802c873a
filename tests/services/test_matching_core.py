"""What the organiser decided and what meetings taught reaches the matcher."""

from dataclasses import asdict
from itertools import combinations

import pytest

from eventmatch.matching.learning import FEATURES
from eventmatch.matching.profiles import Profile
from eventmatch.services.match_work import Lists, Wanted
from eventmatch.services.matching_core import everybodys_lists
from tests.matching.people import crowd

PEOPLE = [asdict(profile) for profile in crowd(40)]
EVERY_PAIR = [(str(a), str(b)) for a, b in combinations(range(40), 2)]


def lists(**asked: object) -> Lists:
    return everybodys_lists(Wanted(PEOPLE, **asked), lambda *_: None)  # type: ignore[arg-type]  # fields of it


def on_lists(found: Lists) -> set[tuple[int, int]]:
    return {(pair.low, pair.high) for pair in found.pairs}


def ranks(found: Lists, low: int, high: int) -> tuple[int, int] | None:
    sides = (pair.sides for pair in found.pairs if (pair.low, pair.high) == (low, high))
    return next(((one.rank, other.rank) for one, other in sides), None)


def test_who_must_meet_comes_first() -> None:
    [*missing] = set(map(tuple, [(int(a), int(b)) for a, b in EVERY_PAIR])) - on_lists(lists())
    low, high = min(missing)

    assert ranks(lists(must=[(str(low), str(high))]), low, high) == (1, 1)


def test_who_is_excluded_need_not_meet() -> None:
    assert ranks(lists(must=[("0", "1")], excluded=[("0", "1")]), 0, 1) is None


@pytest.mark.parametrize(
    "setting", [{"same_organisation": "prefer"}, {"same_organisation": "avoid"}, {"diverse": True}]
)
def test_each_rule_changes_lists(setting: dict[str, object]) -> None:
    assert on_lists(lists(settings=setting)) != on_lists(lists())


COLLEAGUES = [
    asdict(Profile(str(number), organisation=name, interests=("chess",)))
    for number, name in enumerate(("Acme Ltd.", "ACME", "Blue Kite"), start=1)
]


@pytest.mark.parametrize(("synonyms", "listed"), [({}, True), ({"acme ltd.": "Acme"}, False)])
def test_colleagues_under_two_names_are_kept_apart_where_these_are_read_as_one(
    synonyms: dict[str, str], *, listed: bool
) -> None:
    settings = {"same_organisation": "avoid", "organisation_synonyms": synonyms}

    found = everybodys_lists(Wanted(COLLEAGUES, settings=settings), lambda *_: None)

    assert ((1, 2) in on_lists(found)) == listed
    assert {(1, 3), (2, 3)} <= on_lists(found)


def test_an_organisation_is_told_as_typed_however_it_is_read() -> None:
    settings = {"same_organisation": "prefer", "organisation_synonyms": {"acme ltd.": "Acme"}}

    [pair] = [
        pair
        for pair in everybodys_lists(Wanted(COLLEAGUES, settings=settings), lambda *_: None).pairs
        if (pair.low, pair.high) == (1, 2)
    ]

    told = [(r["mine"], r["theirs"], r["alike"]) for r in pair.sides[0].reasons if r["term"] == "complement"]
    assert told == [("Acme Ltd.", "ACME", True)]


def test_tags_are_read_as_the_organiser_says() -> None:
    people = [
        asdict(Profile(str(number), asks=(ask,), offers=(offer,)))
        for number, (ask, offer) in enumerate([("pm", "x"), ("y", "project management")])
    ]

    def need(synonyms: dict[str, str]) -> float:
        [pair] = everybodys_lists(Wanted(people, settings={"synonyms": synonyms}), lambda *_: None).pairs
        return pair.sides[0].terms["need"]

    assert need({}) == 0 < need({"PM": "boss", "boss": "Project Management"})


def test_outcomes_teach_an_order_that_is_told() -> None:
    outcomes = [(a, b, number % 3 == 0) for number, (a, b) in enumerate(EVERY_PAIR[:400])]

    plain, taught = lists(), lists(outcomes=outcomes)

    assert plain.learned == {}
    assert {name: len(numbers) for name, numbers in taught.learned.items()} == dict.fromkeys(
        ("means", "scales", "coefficients"), len(FEATURES)
    )
    assert on_lists(taught) != on_lists(plain)


def test_outcomes_all_alike_teach_nothing() -> None:
    outcomes = [(a, b, True) for a, b in EVERY_PAIR[:400]]

    found = lists(outcomes=outcomes)

    assert (found.learned, on_lists(found)) == ({}, on_lists(lists()))


def test_what_was_learned_puts_nobody_on_more_lists() -> None:
    darling = [(a, b, "7" in {a, b}) for a, b in EVERY_PAIR]

    found = lists(outcomes=darling)

    assert max(sum(who in pair for pair in on_lists(found)) for who in range(40)) == 6
