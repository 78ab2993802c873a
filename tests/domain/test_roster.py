"""What a device says it holds, and how buckets are told apart."""

from typing import Any

import pytest

from eventmatch.domain.errors import Invalid
from eventmatch.domain.roster import BUCKETS, Held, digest, held_of, in_buckets

DIGESTS = [f"digest {number}" for number in range(BUCKETS)]
NOTHING = ("",) * BUCKETS


def test_device_tells_what_it_holds_and_how_it_is() -> None:
    told = {"people": DIGESTS, "presence": None, "sent_at": 1_800_000_000_000, "clock_offset": -90_000, "queued": 12}

    assert held_of(told) == Held(tuple(DIGESTS), NOTHING, 1_800_000_000_000, -90_000, 12)


def test_new_device_holds_nothing() -> None:
    assert held_of({}) == Held(NOTHING, NOTHING, None, None, 0)


WRONG: dict[str, list[Any]] = {
    "people": [[], DIGESTS[1:], [*DIGESTS[1:], 7], "x" * BUCKETS, {"0": "x"}, 0, False],
    "presence": [[None] * BUCKETS],
    "sent_at": ["now", 1.5, True, 2**53 + 1, []],
    "clock_offset": ["0", 0.5, 100 * 24 * 3_600_000 + 1, -(10**12)],
    "queued": [-1, "3", 10**9],
}


@pytest.mark.parametrize(("field", "value"), [(field, value) for field, values in WRONG.items() for value in values])
def test_what_is_of_the_wrong_kind_is_refused_by_field(field: str, value: Any) -> None:
    with pytest.raises(Invalid) as refused:
        held_of({field: value})

    assert refused.value.field == field


def test_tickets_stay_in_their_bucket_and_in_order() -> None:
    rows = [(257, "b"), (2, "c"), (1, "a"), (511, "d")]

    assert in_buckets(rows) == {1: [(1, "a"), (257, "b")], 2: [(2, "c")], 255: [(511, "d")]}


@pytest.mark.parametrize(
    "other",
    [
        [(1, "Ada", "Bee")],
        [(1, "Ada, B", "ee")],
        [(2, "Ada", "B, ee")],
        [(1, "Ada", None)],
        [(1, "Ada", "B, ee"), (257, "", "")],
        [],
    ],
)
def test_another_bucket_has_another_digest(other: list[tuple[Any, ...]]) -> None:
    assert digest("sealed", other) != digest("sealed", [(1, "Ada", "B, ee")])


def test_same_bucket_has_the_same_digest_told_in_the_same_manner() -> None:
    rows = [(1, "Ada \ud83d", None, True)]

    assert digest("sealed", rows) == digest("sealed", [*rows])
    assert digest("sealed", rows) != digest("named", rows)
    assert digest("sealed", []) == ""
