"""What a door must know to judge a code, in two statements: where it stands, and whose code this is."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Literal

from sqlalchemy import ScalarSelect, Select, and_, bindparam, func, null, select
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

Meaning = Literal["ticket", "badge", "number", "foreign"]


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
    asked = {"device": device_id, "door": door_id, "nonce": nonce} | ({"slug": slug} if slug is not None else {})
    row = db.session.execute(_place_query(named=slug is not None), asked).mappings().first()
    return Place(**row) if row is not None else None


@cache
def _place_query(*, named: bool) -> Select[*tuple[Any, ...]]:
    """Build the statement behind place_of once; it takes device, door and nonce, and slug where the event is named.

    Building costs several times what running does, and a door does it at every scan.
    """
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
        .outerjoin(Scan, and_(Scan.device_id == Device.id, Scan.nonce == bindparam("nonce")))
        .where(DeviceDoor.device_id == bindparam("device"), DeviceDoor.door_id == bindparam("door"), WORKS)
    )
    return query.where(Event.slug == bindparam("slug")) if named else query


def lock_room(room_id: int) -> None:
    """Let one scan at a time into a room that can be full, where writers are not alone anyway."""
    db.session.execute(select(Room.id).where(Room.id == room_id).with_for_update(key_share=True))


def holder_of(place: Place, scanned: Scanned) -> Holder | None:
    """Return whose code this is, among the tickets of this event's organiser; their row stays locked."""
    where = {"room": place.room_id, "event": place.event_id, "organiser": place.organiser_id}
    query = _holder_query(tuple(_meanings(scanned)))
    row = db.session.execute(query, where | {"value": scanned.value, "text": scanned.text}).mappings().first()
    return Holder(**row) if row is not None else None


def _meanings(scanned: Scanned) -> Iterator[Meaning]:
    """Yield what a code of this shape can be, the likeliest first."""
    long = scanned.kind != "bare" or is_code(scanned.value)
    if long and scanned.kind != "badge":
        yield "ticket"
    if long and scanned.kind != "ticket":
        yield "badge"
    if scanned.kind == "bare" and is_number(scanned.value):
        yield "number"
    yield "foreign"


@cache
def _holder_query(meanings: tuple[Meaning, ...]) -> Select[*tuple[Any, ...]]:
    """Build the statement behind holder_of once for each shape of code; it takes room, event, organiser and code."""
    here, since_door, venue = aliased(Presence), aliased(Door), aliased(Room)
    was_in = select(Presence.id).join(venue, venue.id == Presence.room_id).where(venue.is_venue)
    count = select(func.count()).where(Presence.room_id == bindparam("room"), Presence.left_at.is_(None))
    return (
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
        .outerjoin(here, and_(here.attendee_id == Attendee.id, here.room_id == bindparam("room")))
        .outerjoin(since_door, since_door.id == here.door_id)
        .where(Ticket.id == func.coalesce(*(_ticket(meaning) for meaning in meanings), null()))
        .where(Event.organiser_id == bindparam("organiser"))
        .with_for_update(of=Attendee, key_share=True)
    )


def _ticket(meaning: Meaning) -> ScalarSelect[int]:
    """Look a code up as one thing it can mean: one step into an index."""
    match meaning:
        case "ticket":
            return select(Ticket.id).where(Ticket.code == bindparam("value")).scalar_subquery()
        case "badge":
            return select(Ticket.id).where(Ticket.badge_code == bindparam("value")).scalar_subquery()
        case "number":
            mine = Ticket.event_id == bindparam("event")
            return select(Ticket.id).where(mine, Ticket.number == bindparam("value")).scalar_subquery()
    return _foreign().scalar_subquery()


def _foreign() -> Select[int]:
    """Look a foreign shop's code up, at this event before the organiser's others."""
    query = select(TicketAlias.ticket_id).join(Event, Event.id == TicketAlias.event_id)
    query = query.where(TicketAlias.code == bindparam("text"), Event.organiser_id == bindparam("organiser"))
    return query.order_by((TicketAlias.event_id == bindparam("event")).desc(), TicketAlias.id).limit(1)
