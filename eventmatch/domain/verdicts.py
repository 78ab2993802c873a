"""How a door judges a code: one enum, one order of judgement, used by pages, API and devices alike."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from eventmatch.domain.states import AttendeeStatus, Direction, TicketKind


class Verdict(StrEnum):
    """The answer of a door to one scan."""

    ADMITTED = "admitted"
    ALREADY_IN = "already_in"
    EXITED = "exited"
    NOT_INSIDE = "not_inside"
    UNKNOWN = "unknown"
    WRONG_EVENT = "wrong_event"
    BARRED = "barred"
    REVOKED = "revoked"
    CANCELLED = "cancelled"
    WAITLISTED = "waitlisted"
    NOT_YET_OPEN = "not_yet_open"
    CLOSED = "closed"
    WRONG_DOOR = "wrong_door"
    NEEDS_ANSWER = "needs_answer"
    ROOM_FULL = "room_full"


class Tone(StrEnum):
    """How a verdict looks, sounds and feels: go, look again, stop."""

    GOOD = "good"
    WAIT = "wait"
    STOP = "stop"


GOOD = frozenset({Verdict.ADMITTED, Verdict.EXITED})
WAIT = frozenset({Verdict.ALREADY_IN, Verdict.NOT_INSIDE, Verdict.NEEDS_ANSWER})
OVERRIDABLE = frozenset(
    {
        Verdict.CANCELLED,
        Verdict.WAITLISTED,
        Verdict.NOT_YET_OPEN,
        Verdict.CLOSED,
        Verdict.WRONG_DOOR,
        Verdict.NEEDS_ANSWER,
        Verdict.ROOM_FULL,
    }
)
"""What staff may let in anyway: somebody we know, neither barred nor holding a code that is now another's."""


def tone(verdict: Verdict) -> Tone:
    """Return how a verdict is shown."""
    if verdict in GOOD:
        return Tone.GOOD
    return Tone.WAIT if verdict in WAIT else Tone.STOP


EXEMPT_FROM_CAPACITY = frozenset({TicketKind.CREW, TicketKind.SPEAKER})


@dataclass(frozen=True, slots=True)
class TicketState:
    """What a door needs to know about a ticket; ``None`` for the ticket itself means unknown here."""

    status: AttendeeStatus
    kind: TicketKind
    barred: bool = False
    revoked: bool = False
    by_badge: bool = False  # the public code was shown, not the private one
    inside: bool = False  # now in this door's room
    arrived: bool = False  # was let into the venue at least once


@dataclass(frozen=True, slots=True)
class DoorState:
    """What a door knows about itself when it judges."""

    opens_at: datetime
    closes_at: datetime
    entrance: bool
    badge_admits: bool = False
    kinds: frozenset[TicketKind] = frozenset()  # empty: every kind may pass
    free_places: int | None = None  # None: no limit


def judge(ticket: TicketState, door: DoorState, direction: Direction, at: datetime) -> Verdict:
    """Return the verdict in the agreed order: person first, then presence, time, door and room."""
    if (standing := _standing(ticket)) is not None:
        return standing
    if direction is Direction.OUT:
        return Verdict.EXITED if ticket.inside else Verdict.NOT_INSIDE
    if ticket.inside:
        return Verdict.ALREADY_IN
    return _window(door, at) or _door_rule(ticket, door) or _room(ticket, door)


def _standing(ticket: TicketState) -> Verdict | None:
    """Return why this ticket opens nothing anywhere, if it does not."""
    if ticket.barred:
        return Verdict.BARRED
    if ticket.revoked:
        return Verdict.REVOKED
    if ticket.status is AttendeeStatus.CANCELLED:
        return Verdict.CANCELLED
    return None if ticket.status is AttendeeStatus.CONFIRMED else Verdict.WAITLISTED


def _window(door: DoorState, at: datetime) -> Verdict | None:
    """Return why the door is shut at this moment, if it is."""
    if at < door.opens_at:
        return Verdict.NOT_YET_OPEN
    return Verdict.CLOSED if at >= door.closes_at else None


def _door_rule(ticket: TicketState, door: DoorState) -> Verdict | None:
    """Refuse kinds this door is not for, first entry by a badge, and rooms before the entrance."""
    if door.kinds and ticket.kind not in door.kinds:
        return Verdict.WRONG_DOOR
    if ticket.by_badge and not ticket.arrived and not door.badge_admits:
        return Verdict.WRONG_DOOR
    return Verdict.WRONG_DOOR if not door.entrance and not ticket.arrived else None


def _room(ticket: TicketState, door: DoorState) -> Verdict:
    """Admit while there is a place, and always those a room cannot do without."""
    full = door.free_places is not None and door.free_places <= 0
    return Verdict.ROOM_FULL if full and ticket.kind not in EXEMPT_FROM_CAPACITY else Verdict.ADMITTED
