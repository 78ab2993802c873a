"""What a device knows by heart: an event's tickets in 256 buckets, of which only those travel that differ.

Nothing remembers what changed when: a device tells the digests of what it holds, and what differs is sent anew. So
a roster heals itself, and what was erased here is gone there with the next contact.
"""

from base64 import urlsafe_b64encode
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from eventmatch.domain.errors import Invalid
from eventmatch.domain.readings import LARGEST_OFFSET, whole

BUCKETS = 256
DIGEST_BYTES = 8
MOST_QUEUED = 1_000_000

Buckets = dict[int, list[tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class Held:
    """What a device holds already, and how it is; a digest it does not have is empty."""

    people: tuple[str, ...]
    presence: tuple[str, ...]
    sent_at: int | None  # milliseconds by the device's own clock
    clock_offset: int | None  # milliseconds to add to that clock, as measured at its last contact
    queued: int


def held_of(values: Mapping[str, Any]) -> Held:
    """Return what a device says of itself.

    Raises
    ------
    Invalid
        With the field that is of the wrong kind.
    """
    return Held(
        people=_digests(values, "people"),
        presence=_digests(values, "presence"),
        sent_at=whole(values, "sent_at", -LARGEST_OFFSET, 2**53),
        clock_offset=whole(values, "clock_offset", -LARGEST_OFFSET, LARGEST_OFFSET),
        queued=whole(values, "queued", 0, MOST_QUEUED) or 0,
    )


def _digests(values: Mapping[str, Any], field: str) -> tuple[str, ...]:
    """Allow one digest for each bucket, or none at all."""
    told = values.get(field)
    if told is None:
        return ("",) * BUCKETS
    if not isinstance(told, list) or len(told) != BUCKETS or not all(isinstance(one, str) for one in told):
        raise Invalid(f"{field} must be null or a list of {BUCKETS} digests.", field=field)
    return tuple(told)


def in_buckets(rows: Iterable[tuple[Any, ...]]) -> Buckets:
    """Sort rows, which begin with the id of a ticket, into buckets."""
    found: Buckets = defaultdict(list)
    for row in sorted(rows):
        found[row[0] % BUCKETS].append(row)
    return found


def digest(manner: str, rows: list[tuple[Any, ...]]) -> str:
    """Return a short digest of a bucket's rows, told in some manner; an empty bucket has an empty one."""
    if not rows:
        return ""
    return base64url(sha256(f"{manner}{rows!r}".encode("utf-8", "surrogatepass")).digest()[:DIGEST_BYTES])


def base64url(data: bytes) -> str:
    """Write bytes as browsers read them, without padding."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()
