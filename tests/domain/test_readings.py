"""What a device may send."""

from typing import Any

import pytest

from eventmatch.domain.errors import Invalid
from eventmatch.domain.readings import Reading, reading_of
from eventmatch.domain.states import Direction

GOOD = {"code": "ABC", "nonce": "1"}


def test_code_and_nonce_are_enough() -> None:
    assert reading_of(GOOD) == Reading("ABC", "1", Direction.IN, None)


def test_code_may_have_200_characters_and_spaces_around() -> None:
    assert reading_of(GOOD | {"code": f" {'x' * 198} "}).code == "x" * 198


def test_scanned_at_keeps_its_offset() -> None:
    moment = reading_of(GOOD | {"scanned_at": "2027-03-04T10:00:00+01:00"}).scanned_at

    assert moment is not None
    assert moment.isoformat() == "2027-03-04T10:00:00+01:00"


BAD: dict[str, list[Any]] = {
    "code": ["", "  ", "x" * 201, None, 1, ["x"], "a\0b", "a\ud800b"],
    "nonce": ["", "x" * 65, "ü", "a\nb", None, 7, True, "\x7f"],
    "direction": ["IN", "up", None, 1, [], {}],
    "scanned_at": ["now", "2027-03-04", "2027-03-04T10:00:00", 5, "9999-12-31T23:59:59Z", ""],
    "answers": ["yes", 1, ["a"]],
}


@pytest.mark.parametrize(("field", "value"), [(field, value) for field, values in BAD.items() for value in values])
def test_anything_else_is_refused_by_the_name_of_its_field(field: str, value: Any) -> None:
    with pytest.raises(Invalid) as refusal:
        reading_of(GOOD | {field: value})

    assert refusal.value.field == field
