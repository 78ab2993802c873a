"""What a scanner sends: one reading of a code, checked before anything is looked up."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from eventmatch.domain.errors import Invalid
from eventmatch.domain.local_time import YEARS
from eventmatch.domain.states import Direction

LONGEST_CODE = 200
LONGEST_NONCE = 64
LARGEST_OFFSET = 100 * 24 * 3600 * 1000  # milliseconds: a clock a hundred days off is not wrong but broken


@dataclass(frozen=True, slots=True)
class DoorKey:
    """Which door is meant; devices that name the event as well must name the right one."""

    door_id: int
    slug: str | None = None


@dataclass(frozen=True, slots=True)
class Override:
    """Who lets somebody in although the door says no, and why."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of a code by a device."""

    code: str
    nonce: str
    direction: Direction = Direction.IN
    scanned_at: datetime | None = None  # by the device's own clock
    override: Override | None = None


def reading_of(values: Mapping[str, Any]) -> Reading:
    """Return the reading a device sent.

    Raises
    ------
    Invalid
        With the field that is missing, too long or of the wrong kind.
    """
    if not isinstance(values.get("answers") or {}, Mapping):
        raise Invalid("answers must be an object.", field="answers")
    return Reading(
        code=_code(values.get("code")),
        nonce=_nonce(values.get("nonce")),
        direction=_direction(values.get("direction", Direction.IN)),
        scanned_at=_moment(values.get("scanned_at")),
    )


def _code(value: object) -> str:
    """Allow what a scanner can read; halves of character pairs and NUL are broken input."""
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_CODE:
        raise Invalid(f"code must be 1 to {LONGEST_CODE} characters.", field="code")
    if any(sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in value):
        raise Invalid("code must be readable text.", field="code")
    return value.strip()


def _nonce(value: object) -> str:
    """Allow printable ASCII, chosen by the device."""
    fits = isinstance(value, str) and 1 <= len(value) <= LONGEST_NONCE and value.isascii() and value.isprintable()
    if not fits:
        raise Invalid(f"nonce must be 1 to {LONGEST_NONCE} printable ASCII characters.", field="nonce")
    return str(value)


def _direction(value: object) -> Direction:
    """Allow in and out."""
    if value not in tuple(Direction):
        raise Invalid("direction must be “in” or “out”.", field="direction")
    return Direction(str(value))


def _moment(value: object) -> datetime | None:
    """Allow RFC 3339 with an offset, so that nobody has to guess a zone."""
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) and "T" in value.upper() else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or moment.year not in YEARS:
        raise Invalid("scanned_at must be a moment such as 2027-03-04T09:02:00+01:00.", field="scanned_at")
    return moment


def whole(values: Mapping[str, Any], field: str, least: int, most: int) -> int | None:
    """Allow a whole number within bounds, or none."""
    number = values.get(field)
    if number is None:
        return None
    if not isinstance(number, int) or isinstance(number, bool) or not least <= number <= most:
        raise Invalid(f"{field} must be a whole number from {least} to {most}.", field=field)
    return number
