"""The house keeps its own rules."""

from collections.abc import Callable, Iterator
from inspect import getmembers, isgeneratorfunction
from pathlib import Path

import pytest

from tests.rules import floors, habits, pages
from tests.rules.house import House

HOUSE = House(Path(__file__).resolve().parents[2])
Rule = Callable[[House], Iterator[str]]
RULES: dict[str, Rule] = {
    name: rule
    for rules in (floors, habits, pages)
    for name, rule in getmembers(rules, isgeneratorfunction)
    if not name.startswith("_")
}


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_the_house(rule: Rule) -> None:
    broken = list(rule(HOUSE))

    assert not broken, "\n".join(["", *broken])


def test_the_rules_read_a_house_and_not_an_empty_folder() -> None:
    assert {module.floor for module in HOUSE.modules.values()} >= {"web", "services", "models", "domain"}
