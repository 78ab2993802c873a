"""The order of judgement, against a table written by hand: who wins when several reasons apply."""

from datetime import datetime
from typing import Any

from eventmatch.domain.states import AttendeeStatus, Direction, TicketKind
from eventmatch.domain.verdicts import (
    OVERRIDABLE,
    DoorRule,
    DoorState,
    TicketState,
    Tone,
    Verdict,
    broken_rule,
    judge,
    tone,
)
from tests.domain.verdict_vectors import BOOK, cases


def ticket_of(values: dict[str, Any] | None) -> TicketState | None:
    """Read a ticket's state from the table."""
    if values is None:
        return None
    known = {"status": AttendeeStatus(values["status"]), "kind": TicketKind(values["kind"])}
    return TicketState(**values | known)


def door_of(values: dict[str, Any]) -> DoorState:
    """Read a door's state from the table."""
    window = {name: datetime.fromisoformat(values[name]) for name in ("opens_at", "closes_at")}
    return DoorState(**values | window | {"kinds": frozenset(map(TicketKind, values.get("kinds", ())))})


def judged(case: dict[str, Any]) -> Verdict:
    """Return what the door says."""
    at = datetime.fromisoformat(case["at"])
    return judge(ticket_of(case["ticket"]), door_of(case["door"]), Direction(case["direction"]), at)


def test_every_combination_gets_the_verdict_of_the_table() -> None:
    everything = list(cases())

    assert [case["case"] for case in everything if judged(case) != case["verdict"]] == []
    assert len(everything) == 8 * 2 * 4 * 3 * 7 * 2 * 4 * 4


def test_every_row_of_the_table_decides_something() -> None:
    decided = {next(i for i, row in enumerate(BOOK["table"]) if fits(row, case["case"])) for case in cases()}

    assert decided == set(range(len(BOOK["table"])))


def fits(row: dict[str, str], case: dict[str, str]) -> bool:
    """Tell whether a row says something about a combination."""
    return all(case[axis] == value for axis, value in row.items() if axis in case)


def test_wrong_door_knows_which_rule_was_broken() -> None:
    named = {
        case["case"]["rule"]: broken_rule(ticket, door_of(case["door"]))
        for case in cases()
        if case["verdict"] == "wrong_door" and (ticket := ticket_of(case["ticket"])) is not None
    }

    assert named == {
        "way out": DoorRule.WAY_OUT,
        "other kinds": DoorRule.OTHER_KINDS,
        "badge": DoorRule.NO_BADGE,
        "no way back": DoorRule.NO_WAY_BACK,
        "session room": DoorRule.ENTRANCE_FIRST,
    }


def test_what_admits_nobody_never_looks_good() -> None:
    assert {verdict for verdict in Verdict if tone(verdict) is Tone.GOOD} == {Verdict.ADMITTED, Verdict.EXITED}
    assert tone(Verdict.ALREADY_IN) is Tone.WAIT


def test_nobody_overrides_a_bar_a_dead_code_or_a_stranger() -> None:
    never = {Verdict.BARRED, Verdict.REVOKED, Verdict.UNKNOWN, Verdict.WRONG_EVENT, Verdict.ALREADY_IN}

    assert not OVERRIDABLE & never
