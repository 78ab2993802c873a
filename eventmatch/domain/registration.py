"""When an event takes registrations, and how one may take part in it."""

from datetime import datetime
from enum import StrEnum

from eventmatch.domain.states import Mode

LEAST_HELD, HELD_SHARE = 10, 4


class Registration(StrEnum):
    """Whether somebody new may register now, and what comes of it."""

    OPEN = "open"
    FULL = "full"  # open, for the waiting list
    CLOSED = "closed"
    OVER = "over"

    @property
    def takes(self) -> bool:
        """Whether anybody may register."""
        return self in {Registration.OPEN, Registration.FULL}


def registration_at(now: datetime, *, ends_at: datetime, is_open: bool, free: int | None) -> Registration:
    """Return how registration stands; no number of free seats means no limit."""
    if now >= ends_at:
        return Registration.OVER
    if not is_open:
        return Registration.CLOSED
    return Registration.FULL if free is not None and free <= 0 else Registration.OPEN


def may_hold(held: int, capacity: int) -> bool:
    """Tell whether one more seat may be held for an address nobody has proven: a quarter of all, ten at least.

    Who comes after that gets a free seat with the proof: made-up addresses keep nobody out.
    """
    return held < max(LEAST_HELD, capacity // HELD_SHARE)


def modes_at(event: Mode) -> tuple[Mode, ...]:
    """Return how somebody can take part in an event held this way."""
    return tuple(Mode) if event is Mode.EITHER else (event,)
