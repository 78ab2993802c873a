"""What a device may send."""

from datetime import UTC, datetime
from typing import Any

import pytest

from eventmatch.domain.errors import Invalid
from eventmatch.domain.readings import Override, Reading, reading_of
from eventmatch.domain.states import Direction
from eventmatch.domain.verdicts import Verdict

GOOD = {"code": "ABC", "nonce": "1"}
ALONE = {"verdict": "admitted", "scanned_at": "2027-03-04T10:00:00+01:00"}


def test_code_and_nonce_are_enough() -> None:
    assert reading_of(GOOD) == Reading("ABC", "1", Direction.IN, None)


def test_code_may_have_200_characters_and_spaces_around() -> None:
    assert reading_of(GOOD | {"code": f" {'x' * 198} "}).code == "x" * 198


def test_scanned_at_keeps_its_offset() -> None:
    moment = reading_of(GOOD | {"scanned_at": "2027-03-04T10:00:00+01:00"}).scanned_at

    assert moment is not None
    assert moment.isoformat() == "2027-03-04T10:00:00+01:00"


def alone(**told: Any) -> dict[str, Any]:
    """Return what a device sends that decided by itself."""
    return GOOD | ALONE | told


def test_what_a_device_decided_alone_comes_with_its_clocks_error() -> None:
    told = {"clock_offset": -90_000_000, "answers": {"Coat?": "yes"}, "override": {"name": " Bea ", "why": "Knows him"}}

    reading = reading_of(alone(**told))

    assert (reading.decided, reading.override) == (Verdict.ADMITTED, Override("Bea", "Knows him"))
    assert (reading.answers, reading.ticket_id) == ({"Coat?": "yes"}, None)
    assert reading.happened_at == datetime(2027, 3, 3, 8, 0, tzinfo=UTC)


def test_clock_is_right_unless_told_otherwise() -> None:
    assert reading_of(alone()).happened_at == datetime(2027, 3, 4, 9, 0, tzinfo=UTC)


def test_somebody_found_by_name_needs_no_code() -> None:
    found, other = (reading_of({"nonce": "1", "ticket": ticket} | ALONE) for ticket in (7, 8))

    assert (found.ticket_id, other.ticket_id) == (7, 8)
    assert found.code != other.code


def test_only_a_device_that_decided_alone_may_name_a_ticket() -> None:
    with pytest.raises(Invalid) as refusal:
        reading_of({"nonce": "1", "ticket": 7})

    assert refusal.value.field == "code"


@pytest.mark.parametrize("verdict", Verdict)
def test_verdicts_go_with_their_direction(verdict: Verdict) -> None:
    ways = {way for way in Direction if not _refused(alone(verdict=verdict.value, direction=way.value))}

    only = {
        Verdict.ADMITTED: {Direction.IN},
        Verdict.ALREADY_IN: {Direction.IN},
        Verdict.EXITED: {Direction.OUT},
        Verdict.NOT_INSIDE: {Direction.OUT},
    }
    assert ways == only.get(verdict, set(Direction))


def _refused(values: dict[str, Any]) -> str | None:
    """Return the field that is refused."""
    try:
        reading_of(values)
    except Invalid as error:
        return error.field
    return None


def test_when_a_device_decided_must_be_told() -> None:
    assert _refused(GOOD | {"verdict": "admitted"}) == "scanned_at"


def test_answers_are_texts_and_anything_else_is_none() -> None:
    assert reading_of(GOOD | {"answers": {"Coat?": "yes", "deep": {"a": 1}, "number": 5}}).answers == {"Coat?": "yes"}


BAD: dict[str, list[Any]] = {
    "code": ["", "  ", "x" * 201, None, 1, ["x"], "a\0b", "a\ud800b"],
    "nonce": ["", "x" * 65, "ü", "a\nb", None, 7, True, "\x7f"],
    "direction": ["IN", "up", None, 1, [], {}],
    "scanned_at": ["now", "2027-03-04", "2027-03-04T10:00:00", 5, "9999-12-31T23:59:59Z", ""],
    "answers": ["yes", 1, ["a"], {"q": "x" * 501}, {"x" * 501: "a"}, {str(n): "a" for n in range(11)}],
    "verdict": ["Admitted", "let in", 1, True, [], {}, ""],
    "override": ["Bea", {}, {"name": "Bea"}, {"name": " ", "why": "x"}, {"name": "Bea", "why": "x" * 301}, [1], 7],
    "clock_offset": ["0", 1.5, True, 8_640_000_001, -8_640_000_001, [], {}],
}


@pytest.mark.parametrize(("field", "value"), [(field, value) for field, values in BAD.items() for value in values])
def test_anything_else_is_refused_by_the_name_of_its_field(field: str, value: Any) -> None:
    with pytest.raises(Invalid) as refusal:
        reading_of(GOOD | {field: value})

    assert refusal.value.field == field


@pytest.mark.parametrize("ticket", ["7", 0, -1, 2**31, 1.5, True, [7]])
def test_ticket_is_named_by_its_number_in_the_roster(ticket: Any) -> None:
    assert _refused({"nonce": "1", "ticket": ticket} | ALONE) == "ticket"
