"""What conflicts are read from: passages, with how those who went through stand now."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select

from eventmatch.domain.conflicts import Crossing
from eventmatch.domain.states import AttendeeStatus, Direction
from eventmatch.domain.verdicts import EXEMPT_FROM_CAPACITY
from eventmatch.models.attendee import Attendee
from eventmatch.models.base import db
from eventmatch.models.event import Door, Room
from eventmatch.models.scan import Scan, passed
from eventmatch.models.ticket import Ticket

_ALONE = func.count().filter(Scan.offline)
_ANYWAY = Scan.override_why != ""
_EXEMPT = or_(Attendee.needs_space, Attendee.kind.in_(EXEMPT_FROM_CAPACITY))


def crossings(event_id: int, attendee_id: int | None = None) -> list[Crossing]:
    """Return the passages of one attendee, or of everybody in whose there can be a conflict, in order."""
    if attendee_id is not None:
        return _crossings(event_id, Ticket.attendee_id == attendee_id)
    possible = (Ticket.attendee_id.in_(who(event_id)) for who in (_twice, _doubtful))
    return _crossings(event_id, or_(*possible))


def _twice(event_id: int) -> Select[Any]:
    """Select those who came into one room more than once, at least once through a door that was offline."""
    query = _admitted(select(Ticket.attendee_id), event_id).group_by(Ticket.attendee_id, Room.id)
    return query.having(func.count() > 1, _ALONE > 0)


def _doubtful(event_id: int) -> Select[Any]:
    """Select those whom a door that was offline let in, and who might have been refused."""
    query = _admitted(select(Ticket.attendee_id), event_id).join(Attendee, Attendee.id == Ticket.attendee_id)
    known = (Attendee.barred_at.is_not(None), Ticket.revoked_at.is_not(None))
    return query.where(Scan.offline, or_(*known, Attendee.status != AttendeeStatus.CONFIRMED))


def _admitted(query: Select[*tuple[Any, ...]], event_id: int) -> Select[*tuple[Any, ...]]:
    """Ask for an event's admissions, in no order."""
    return passed(query).where(Scan.event_id == event_id, Scan.direction == Direction.IN).order_by(None)


def crossings_around(event_id: int, room_ids: list[int]) -> list[Crossing]:
    """Return the passages of everybody who was ever in one of these rooms, in order."""
    there = passed(select(Ticket.attendee_id)).where(Room.id.in_(room_ids)).order_by(None)
    return _crossings(event_id, Ticket.attendee_id.in_(there))


def _crossings(event_id: int, which: ColumnElement[bool]) -> list[Crossing]:
    """Return some passages in order."""
    passage = (Room.id, Door.id, Room.is_venue, Scan.direction, Scan.effective_at)
    known = (Scan.id, Ticket.attendee_id, Scan.device_id, Scan.offline, _ANYWAY, _EXEMPT)
    standing = (Attendee.status, Attendee.barred_at, Ticket.revoked_at, Attendee.waiting_since)
    query: Select[Any] = passed(select(*passage, *known, *standing)).where(Scan.event_id == event_id, which)
    return [Crossing(*row) for row in db.session.execute(query.join(Attendee, Attendee.id == Ticket.attendee_id))]


def capacities(event_id: int) -> dict[int, int]:
    """Return how many each room holds that can have been too full because of a door that was offline."""
    places = Room.capacity + Room.standing
    query = _admitted(select(Room.id, places), event_id).where(Room.capacity.is_not(None)).group_by(Room.id)
    query = query.having(func.count(Ticket.attendee_id.distinct()) > places, _ALONE > 0)
    return {row[0]: row[1] for row in db.session.execute(query)}


def strangers(event_id: int) -> list[tuple[datetime, int, int]]:
    """Return when, at which door and with which device somebody nobody knows was let through."""
    query = select(Scan.effective_at, Scan.door_id, Scan.device_id).where(Scan.event_id == event_id, Scan.unfounded)
    return [(row[0], row[1], row[2]) for row in db.session.execute(query.order_by(Scan.effective_at, Scan.id))]


def count_strangers(event_id: int) -> int:
    """Count those nobody knows who were let through."""
    return db.session.scalar(select(func.count()).where(Scan.event_id == event_id, Scan.unfounded)) or 0
