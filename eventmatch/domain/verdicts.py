"""How a door judges a code: one enum, one order of judgement, used by pages, API and devices alike."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

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
PASSING = GOOD  # whoever gets one of these goes through the door
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


class DoorRule(StrEnum):
    """What can be wrong about a door for a ticket that is right."""

    WAY_OUT = "way_out"
    OTHER_KINDS = "other_kinds"
    ENTRANCE_FIRST = "entrance_first"
    NO_BADGE = "no_badge"
    NO_WAY_BACK = "no_way_back"


class TicketState(NamedTuple):
    """What a door needs to know about a ticket."""

    status: AttendeeStatus
    kind: TicketKind
    elsewhere: bool = False  # for another event of the same organiser
    barred: bool = False
    revoked: bool = False
    by_badge: bool = False  # the public code was shown, not the private one
    needs_space: bool = False  # a full room takes them in all the same
    inside: bool = False  # now in this door's room
    been_in: bool = False  # was let into this door's room before; today, where each day counts anew
    arrived: bool = False  # was let into the venue at least once

    @property
    def exempt(self) -> bool:
        """Whether a full room takes them in all the same."""
        return self.needs_space or self.kind in EXEMPT_FROM_CAPACITY


class DoorState(NamedTuple):
    """What a door knows about itself when it judges."""

    opens_at: datetime
    closes_at: datetime
    entrance: bool
    exit_only: bool = False
    badge_admits: bool = False
    kinds: frozenset[TicketKind] = frozenset()  # empty: every kind may pass
    re_entry: bool = True  # whoever went out may come back
    unanswered: bool = False  # it asks something, and this reading brings no answer
    free_places: int | None = None  # None: no limit


def judge(ticket: TicketState | None, door: DoorState, direction: Direction, at: datetime) -> Verdict:
    """Return the verdict in the agreed order: the code, the person, then presence, time, door and room."""
    if ticket is None:
        return Verdict.UNKNOWN
    if (standing := _standing(ticket)) is not None:
        return standing
    if direction is Direction.OUT:
        return Verdict.EXITED if ticket.inside else Verdict.NOT_INSIDE
    if ticket.inside:
        return Verdict.ALREADY_IN
    return _window(door, at) or _door(ticket, door) or _room(ticket, door)


def _standing(ticket: TicketState) -> Verdict | None:
    """Return why this ticket opens nothing here, if it does not."""
    if ticket.elsewhere:
        return Verdict.WRONG_EVENT
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


def broken_rule(ticket: TicketState, door: DoorState) -> DoorRule | None:
    """Return which rule of the door this ticket breaks, if it does."""
    if door.exit_only:
        return DoorRule.WAY_OUT
    if door.kinds and ticket.kind not in door.kinds:
        return DoorRule.OTHER_KINDS
    if not door.entrance and not ticket.arrived:
        return DoorRule.ENTRANCE_FIRST
    if ticket.by_badge and not ticket.arrived and not door.badge_admits:
        return DoorRule.NO_BADGE
    return DoorRule.NO_WAY_BACK if ticket.been_in and not door.re_entry else None


def _door(ticket: TicketState, door: DoorState) -> Verdict | None:
    """Refuse whoever breaks a rule of the door, then whoever has not answered its question."""
    if broken_rule(ticket, door) is not None:
        return Verdict.WRONG_DOOR
    return Verdict.NEEDS_ANSWER if door.unanswered else None


def _room(ticket: TicketState, door: DoorState) -> Verdict:
    """Admit while there is a place, and always those a room cannot do without."""
    full = door.free_places is not None and door.free_places <= 0
    return Verdict.ROOM_FULL if full and not ticket.exempt else Verdict.ADMITTED
