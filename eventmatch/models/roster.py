"""What a device must know to judge alone: the state of every ticket, and who has been where; one statement each."""

from collections import defaultdict
from typing import Any

from sqlalchemy import String, or_, select, type_coerce

from eventmatch.models.attendee import Attendee
from eventmatch.models.base import db
from eventmatch.models.event import Door, Event, Room
from eventmatch.models.scan import Presence
from eventmatch.models.ticket import Ticket, TicketAlias


def standing_of(door_id: int) -> tuple[Door, Room, Event]:
    """Return a door with its room and event."""
    query = select(Door, Room, Event).join(Room, Room.id == Door.room_id).join(Event, Event.id == Room.event_id)
    row = db.session.execute(query.where(Door.id == door_id)).one()
    return row[0], row[1], row[2]


def ticket_states(event_id: int) -> list[tuple[Any, ...]]:
    """Return every ticket of an event: id, status, kind, barred, revoked, needs space, codes, name, organisation.

    Words are left as the database has them: five thousand are read at each contact of each device.
    """
    status, kind = type_coerce(Attendee.status, String), type_coerce(Attendee.kind, String)
    flags = (Attendee.barred_at.is_not(None), Ticket.revoked_at.is_not(None), Attendee.needs_space)
    codes = (Ticket.code, Ticket.badge_code)
    query = select(Ticket.id, status, kind, *flags, *codes, Attendee.name, Attendee.organisation)
    query = query.join(Attendee, Attendee.id == Ticket.attendee_id).where(Ticket.event_id == event_id)
    return [tuple(row) for row in db.session.execute(query)]


def foreign_codes(event_id: int) -> dict[int, tuple[str, ...]]:
    """Return the codes of foreign shops that stand for an event's tickets, in order."""
    found = defaultdict[int, tuple[str, ...]](tuple)
    query = select(TicketAlias.ticket_id, TicketAlias.code).where(TicketAlias.event_id == event_id)
    for ticket_id, code in db.session.execute(query.order_by(TicketAlias.id)):
        found[ticket_id] += (code,)
    return found


def whereabouts(event_id: int, room_id: int) -> list[tuple[Any, ...]]:
    """Return who has been in a room or the venue: ticket, whether it is this room and the venue, since, left, door."""
    here = Presence.room_id == room_id
    query = select(Ticket.id, here, Room.is_venue, Presence.since, Presence.left_at, Door.name)
    query = query.join(Presence, Presence.attendee_id == Ticket.attendee_id)
    query = query.join(Room, Room.id == Presence.room_id).join(Door, Door.id == Presence.door_id)
    query = query.where(Ticket.event_id == event_id, or_(Room.is_venue, here))
    return [tuple(row) for row in db.session.execute(query)]
