"""What a scanner sends: one reading of a code, checked before anything is looked up."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

from eventmatch.domain.errors import Invalid
from eventmatch.domain.local_time import YEARS
from eventmatch.domain.states import Direction
from eventmatch.domain.verdicts import Verdict

LONGEST_CODE = 200
LONGEST_NONCE = 64
UNREADABLE = re.compile("[\0\ud800-\udfff]")  # NUL and halves of character pairs
LONGEST_NAME, LONGEST_WHY = 200, 300
MOST_ANSWERS, LONGEST_ANSWER = 10, 500
LARGEST_ROW = 2**31 - 1
LARGEST_OFFSET = 100 * 24 * 3600 * 1000  # milliseconds: a clock a hundred days off is not wrong but broken
SCANNED_AT_NEEDED = "scanned_at must say when the device decided by itself."
NO_ANSWERS: Mapping[str, str] = MappingProxyType({})
_DIRECTIONS = {direction.value: direction for direction in Direction}
WAYS = {
    Verdict.ADMITTED: Direction.IN,
    Verdict.ALREADY_IN: Direction.IN,
    Verdict.EXITED: Direction.OUT,
    Verdict.NOT_INSIDE: Direction.OUT,
}


class DoorKey(NamedTuple):
    """Which door is meant; devices that name the event as well must name the right one."""

    door_id: int
    slug: str | None = None


class Override(NamedTuple):
    """Who lets somebody in although the door says no, and why."""

    name: str
    why: str


class Reading(NamedTuple):
    """One reading of a code by a device."""

    code: str
    nonce: str
    direction: Direction = Direction.IN
    scanned_at: datetime | None = None  # by the device's own clock
    override: Override | None = None
    answers: Mapping[str, str] = NO_ANSWERS  # to the door's question
    ticket_id: int | None = None  # instead of a code: found by name on a device without network
    decided: Verdict | None = None  # what the device answered by itself
    clock_offset: int | None = None  # milliseconds to add to the device's clock, if it tells

    @property
    def happened_at(self) -> datetime:
        """When a device decided by itself, by the best knowledge; it depends on nothing the server knows."""
        if self.scanned_at is None:
            raise Invalid(SCANNED_AT_NEEDED, field="scanned_at")
        return self.scanned_at.astimezone(UTC) + timedelta(milliseconds=self.clock_offset or 0)


def reading_of(values: Mapping[str, Any]) -> Reading:
    """Return the reading a device sent.

    Raises
    ------
    Invalid
        With the field that is missing, too long or of the wrong kind.
    """
    decided, direction = _decided(values.get("verdict")), _direction(values.get("direction", Direction.IN))
    if decided is not None and WAYS.get(decided, direction) is not direction:
        raise Invalid(f"verdict {decided} goes with the other direction.", field="verdict")
    ticket_id = whole(values, "ticket", 1, LARGEST_ROW) if decided is not None else None
    scanned_at = _moment(values.get("scanned_at"))
    if decided is not None and scanned_at is None:
        raise Invalid(SCANNED_AT_NEEDED, field="scanned_at")
    return Reading(
        code=_code(values.get("code")) if ticket_id is None else f"ticket {ticket_id}",
        nonce=_nonce(values.get("nonce")),
        direction=direction,
        scanned_at=scanned_at,
        override=_override(values.get("override")),
        answers=_answers(values.get("answers")),
        ticket_id=ticket_id,
        decided=decided,
        clock_offset=whole(values, "clock_offset", -LARGEST_OFFSET, LARGEST_OFFSET),
    )


def _decided(value: object) -> Verdict | None:
    """Allow the verdicts a device may have come to by itself, or none: then we judge."""
    if value is not None and value not in tuple(Verdict):
        raise Invalid(f"verdict must be one of {', '.join(Verdict)}.", field="verdict")
    return Verdict(str(value)) if value is not None else None


def _override(value: object) -> Override | None:
    """Allow name and reason of whoever let somebody in anyway, or nothing."""
    if value is None:
        return None
    words = (value.get("name"), value.get("why")) if isinstance(value, Mapping) else (None, None)
    name, why = (word.strip() if isinstance(word, str) else "" for word in words)
    if not 1 <= len(name) <= LONGEST_NAME or not 1 <= len(why) <= LONGEST_WHY:
        raise Invalid(
            f"override must have a name (1 to {LONGEST_NAME}) and a why (1 to {LONGEST_WHY}).", field="override"
        )
    return Override(name, why)


def _answers(value: object) -> dict[str, str]:
    """Allow a few short texts; what is no text is no answer to a door's question."""
    given = value or {}
    if not isinstance(given, Mapping):
        raise Invalid("answers must be an object.", field="answers")
    told = {str(question): text for question, text in given.items() if isinstance(text, str)}
    if len(told) > MOST_ANSWERS or any(len(text) > LONGEST_ANSWER for pair in told.items() for text in pair):
        raise Invalid(
            f"answers must be at most {MOST_ANSWERS} texts of up to {LONGEST_ANSWER} characters.", field="answers"
        )
    return told


def _code(value: object) -> str:
    """Allow what a scanner can read; halves of character pairs and NUL are broken input."""
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_CODE:
        raise Invalid(f"code must be 1 to {LONGEST_CODE} characters.", field="code")
    if UNREADABLE.search(value):
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
    direction = _DIRECTIONS.get(value) if isinstance(value, str) else None
    if direction is None:
        raise Invalid("direction must be “in” or “out”.", field="direction")
    return direction


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
