"""What the organiser decided and what meetings taught reaches the matcher."""

from dataclasses import asdict
from itertools import combinations

import pytest

from eventmatch.matching.learning import FEATURES
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
