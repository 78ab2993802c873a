"""What a door must know to judge a code, in two statements: where it stands, and whose code this is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ScalarSelect, and_, func, null, select
from sqlalchemy.orm import aliased

from eventmatch.domain.addresses import Scanned
from eventmatch.domain.codes import is_code, is_number
from eventmatch.domain.states import AttendeeStatus, TicketKind
from eventmatch.models.attendee import Attendee
from eventmatch.models.base import db
from eventmatch.models.device import MAY_OVERRIDE, WORKS, Device, DeviceDoor
from eventmatch.models.event import Door, Event, Room
from eventmatch.models.scan import Presence, Scan
from eventmatch.models.ticket import Ticket, TicketAlias


@dataclass(frozen=True, slots=True)
class Place:
    """A door as one device sees it, and the answer it was given before under the same nonce."""

    door_id: int
    door: str
    rules: dict[str, Any]
    room_id: int
    room: str
    seats: int | None
    standing: int
    venue: bool
    event_id: int
    organiser_id: int
    zone: str
    opens_at: datetime
    ends_at: datetime
    device_id: int
    may_override: bool
    clock_offset: int
    last_contact_at: datetime | None
    known_id: int | None
    known_hash: str | None
    known_answer: str | None

    @property
    def capacity(self) -> int | None:
        """How many may be in the room: seats and standing places."""
        return None if self.seats is None else self.seats + self.standing


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose code was read, and where they are."""

    ticket_id: int
    event_id: int
    organiser_id: int
    code: str
    badge_code: str
    revoked_at: datetime | None
    attendee_id: int
    name: str
    organisation: str
    kind: TicketKind
    status: AttendeeStatus
    barred_at: datetime | None
    since: datetime | None  # the latest stay in this door's room
    left_at: datetime | None
    since_door: str | None
    arrived: bool
    inside: int  # how many are in this door's room


def place_of(device_id: int, door_id: int, nonce: str, slug: str | None = None) -> Place | None:
    """Return a door if this device may scan there now."""
    query = (
        select(
            *(Door.id.label("door_id"), Door.name.label("door"), Door.rules),
            *(Room.id.label("room_id"), Room.name.label("room"), Room.capacity.label("seats"), Room.standing),
            *(Room.is_venue.label("venue"), Event.id.label("event_id"), Event.organiser_id, Event.zone),
            *(Event.opens_at, Event.ends_at, Device.id.label("device_id")),
            *(MAY_OVERRIDE.label("may_override"), Device.clock_offset, Device.last_contact_at),
            *(Scan.id.label("known_id"), Scan.code_hash.label("known_hash"), Scan.answer.label("known_answer")),
        )
        .select_from(DeviceDoor)
        .join(Device, Device.id == DeviceDoor.device_id)
        .join(Door, Door.id == DeviceDoor.door_id)
        .join(Room, Room.id == Door.room_id)
        .join(Event, and_(Event.id == Room.event_id, Event.id == Device.event_id))
        .outerjoin(Scan, and_(Scan.device_id == Device.id, Scan.nonce == nonce))
        .where(DeviceDoor.device_id == device_id, DeviceDoor.door_id == door_id, WORKS)
    )
    if slug is not None:
        query = query.where(Event.slug == slug)
    row = db.session.execute(query).mappings().first()
    return Place(**row) if row is not None else None


def lock_room(room_id: int) -> None:
    """Let one scan at a time into a room that can be full, where writers are not alone anyway."""
    db.session.execute(select(Room.id).where(Room.id == room_id).with_for_update(key_share=True))


def holder_of(place: Place, scanned: Scanned) -> Holder | None:
    """Return whose code this is, among the tickets of this event's organiser; their row stays locked."""
    here, since_door, venue = aliased(Presence), aliased(Door), aliased(Room)
    was_in = select(Presence.id).join(venue, venue.id == Presence.room_id).where(venue.is_venue)
    count = select(func.count()).where(Presence.room_id == place.room_id, Presence.left_at.is_(None))
    query = (
        select(
            *(Ticket.id.label("ticket_id"), Ticket.event_id, Event.organiser_id, Ticket.code, Ticket.badge_code),
            *(Ticket.revoked_at, Attendee.id.label("attendee_id"), Attendee.name, Attendee.organisation),
            *(Attendee.kind, Attendee.status, Attendee.barred_at),
            *(here.since, here.left_at, since_door.name.label("since_door")),
            was_in.where(Presence.attendee_id == Attendee.id).exists().label("arrived"),
            count.scalar_subquery().label("inside"),
        )
        .select_from(Ticket)
        .join(Attendee, Attendee.id == Ticket.attendee_id)
        .join(Event, Event.id == Ticket.event_id)
        .outerjoin(here, and_(here.attendee_id == Attendee.id, here.room_id == place.room_id))
        .outerjoin(since_door, since_door.id == here.door_id)
        .where(Ticket.id == func.coalesce(*_meanings(place, scanned), null()))
        .where(Event.organiser_id == place.organiser_id)
        .with_for_update(of=Attendee, key_share=True)
    )
    row = db.session.execute(query).mappings().first()
    return Holder(**row) if row is not None else None


def _meanings(place: Place, scanned: Scanned) -> list[ScalarSelect[int]]:
    """Look a code up under everything its shape can mean, the likeliest first: each is one step into an index."""
    found = []
    long = scanned.kind != "bare" or is_code(scanned.value)
    if long and scanned.kind != "badge":
        found.append(select(Ticket.id).where(Ticket.code == scanned.value))
    if long and scanned.kind != "ticket":
        found.append(select(Ticket.id).where(Ticket.badge_code == scanned.value))
    if scanned.kind == "bare" and is_number(scanned.value):
        found.append(select(Ticket.id).where(Ticket.event_id == place.event_id, Ticket.number == scanned.value))
    found.append(_alias(place, scanned.text))
    return [query.scalar_subquery() for query in found]


def _alias(place: Place, text: str) -> Any:
    """Look a foreign shop's code up, at this event before the organiser's others."""
    query = select(TicketAlias.ticket_id).join(Event, Event.id == TicketAlias.event_id)
    query = query.where(TicketAlias.code == text, Event.organiser_id == place.organiser_id)
    return query.order_by((TicketAlias.event_id == place.event_id).desc(), TicketAlias.id).limit(1)
