"""A door as one device sees it: what holds there, and whether that device has any business at it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import JSON, Dialect, Select, TypeDecorator, and_, bindparam, select, type_coerce

from eventmatch.domain.door_rules import DoorRules, EventDoors
from eventmatch.models.base import db
from eventmatch.models.device import MAY_OVERRIDE, WORKS, Device, DeviceDoor, Paired
from eventmatch.models.event import Door, Event, Room


class Read(TypeDecorator[Any]):
    """JSON that is read as what it means."""

    impl = JSON
    cache_ok = True

    def __init__(self, meaning: Callable[[Mapping[str, Any]], Any]) -> None:
        """Remember how it is understood."""
        super().__init__()
        self.meaning = meaning

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Return what the JSON means."""
        return self.meaning(value) if value is not None else None


class Place(NamedTuple):
    """A door as one device sees it."""

    door_id: int
    door: str
    rules: DoorRules
    room_id: int
    room: str
    seats: int | None
    standing: int
    venue: bool
    event_id: int
    zone: str
    opens_at: datetime
    ends_at: datetime
    doors: EventDoors  # what holds at all doors of the event
    full_since: datetime | None  # closed by hand
    device_id: int
    may_override: bool
    clock_offset: int
    last_contact_at: datetime | None
    organiser_id: int

    @property
    def capacity(self) -> int | None:
        """How many may be in the room: seats and standing places."""
        return None if self.seats is None else self.seats + self.standing


class Post(NamedTuple):
    """A device at a door."""

    device: Paired
    place: Place


PLACE = (
    *(Door.id, Door.name, type_coerce(Door.rules, Read(DoorRules.of))),
    *(Room.id, Room.name, Room.capacity, Room.standing, Room.is_venue),
    *(Event.id, Event.zone, Event.opens_at, Event.ends_at, type_coerce(Event.settings, Read(EventDoors.of))),
    *(Room.full_since, Device.id, MAY_OVERRIDE, Device.clock_offset, Device.last_contact_at),
    Event.organiser_id,
)
_HERE = and_(DeviceDoor.device_id == Device.id, DeviceDoor.door_id == bindparam("door"))


def place_of(device_id: int, door_id: int, slug: str | None = None) -> Place | None:
    """Return a door if this device may scan there now."""
    query = placed(select(*PLACE), named=slug is not None).where(Device.id == bindparam("device"), Room.id.is_not(None))
    row = db.session.execute(query, {"device": device_id, "door": door_id, "slug": slug}).first()
    return Place._make(row) if row is not None else None


def placed(query: Select[*tuple[Any, ...]], *, named: bool) -> Select[*tuple[Any, ...]]:
    """Look a device up that works now, with its event, and with the door if it is one of its own (and event's)."""
    here = and_(_HERE, Event.slug == bindparam("slug")) if named else _HERE
    query = query.select_from(Device).join(Event, Event.id == Device.event_id).outerjoin(DeviceDoor, here)
    query = query.outerjoin(Door, Door.id == DeviceDoor.door_id)
    return query.outerjoin(Room, and_(Room.id == Door.room_id, Room.event_id == Event.id)).where(WORKS)
