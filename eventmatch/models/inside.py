"""Who is where at this moment, and who waits to get in: read from presence and from the turns before full rooms."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from eventmatch.domain.states import AttendeeStatus, TicketKind
from eventmatch.models.attendee import Attendee
from eventmatch.models.base import db
from eventmatch.models.check_in import online_rooms
from eventmatch.models.event import Room
from eventmatch.models.scan import Presence, Waiting, is_here


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Somebody in a room."""

    attendee_id: int
    name: str
    organisation: str
    kind: TicketKind
    needs_space: bool
    room_id: int
    room: str
    since: datetime


def whereabouts(event_id: int, since: datetime) -> list[Whereabouts]:
    """Return everybody in the building, once, in the room they were last let into."""
    latest = (Presence.since.desc(), Room.is_venue, Presence.id.desc())  # of two at once the room inside the venue
    turn = func.row_number().over(partition_by=Presence.attendee_id, order_by=latest).label("turn")
    here = select(Presence.id, turn).join(Room).where(Room.event_id == event_id, is_here(since))
    latest_of_each = here.where(Room.id.not_in(online_rooms(event_id))).subquery()
    columns = (Attendee.id, Attendee.name, Attendee.organisation, Attendee.kind, Attendee.needs_space)
    query = select(*columns, Room.id, Room.name, Presence.since).select_from(Presence)
    query = query.join(latest_of_each, latest_of_each.c.id == Presence.id).join(Room, Room.id == Presence.room_id)
    query = query.join(Attendee, Attendee.id == Presence.attendee_id).where(latest_of_each.c.turn == 1)
    return [Whereabouts(*row) for row in db.session.execute(query)]


def turns_at(room_id: int, since: datetime) -> list[tuple[int, str, datetime]]:
    """Return id and name of those who wait before a room, and since when, in the order they came."""
    query = select(Attendee.id, Attendee.name, Waiting.since).join(Waiting, Waiting.attendee_id == Attendee.id)
    query = query.where(Waiting.room_id == room_id, Waiting.since >= since)
    query = query.where(Attendee.status == AttendeeStatus.CONFIRMED, Attendee.barred_at.is_(None))
    return [(row[0], row[1], row[2]) for row in db.session.execute(query.order_by(Waiting.since, Waiting.id))]


def turns_by_room(event_id: int, since: datetime) -> dict[int, int]:
    """Count who waits in front of each room of an event; rooms nobody waits for are absent."""
    query = select(Waiting.room_id, func.count()).join(Room, Room.id == Waiting.room_id)
    query = query.join(Attendee, Attendee.id == Waiting.attendee_id)
    query = query.where(Room.event_id == event_id, Waiting.since >= since)
    query = query.where(Attendee.status == AttendeeStatus.CONFIRMED, Attendee.barred_at.is_(None))
    return {row[0]: row[1] for row in db.session.execute(query.group_by(Waiting.room_id))}
