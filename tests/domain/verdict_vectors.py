"""The hand-written table of verdicts, unfolded into every combination of its axes."""

import json
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

FILE = Path(__file__).parents[1] / "vectors" / "verdicts.json"
BOOK: dict[str, Any] = json.loads(FILE.read_text("utf-8"))


def cases() -> Iterator[dict[str, Any]]:
    """Yield each combination as known state, with the verdict the table gives it."""
    names = list(BOOK["axes"])
    for chosen in product(*(BOOK["axes"][name] for name in names)):
        case = dict(zip(names, chosen, strict=True))
        yield {"case": case, "verdict": verdict_for(case), **_state(case)}


def verdict_for(case: dict[str, str]) -> str:
    """Return the verdict of the first row that fits."""
    return next(str(row["verdict"]) for row in BOOK["table"] if all(case[k] == v for k, v in row.items() if k in case))


def _state(case: dict[str, str]) -> dict[str, Any]:
    """Put the parts that the axes add to the usual state together; an unknown ticket has none."""
    state: dict[str, Any] = {"ticket": {**BOOK["usual"]["ticket"]}, "door": {**BOOK["usual"]["door"]}}
    for axis, value in case.items():
        for name, part in BOOK["axes"][axis][value].items():
            if not isinstance(part, dict):
                state[name] = part
            elif state[name] is not None:
                state[name] |= part
    return state
