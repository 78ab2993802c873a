"""How people came in where no staff stood: by their own word, or online."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select

from eventmatch.domain.door_rules import EVER
from eventmatch.domain.states import Came, DeviceKind
from eventmatch.domain.verdicts import Verdict
from eventmatch.models.base import db
from eventmatch.models.device import Device, DeviceDoor
from eventmatch.models.event import Door, Room
from eventmatch.models.scan import Presence, Scan, is_here, stands
from eventmatch.models.ticket import Ticket

WITNESSED = (DeviceKind.SCANNER, DeviceKind.KIOSK, DeviceKind.SCREEN)  # whoever was let in by these was there


@dataclass(frozen=True, slots=True)
class WayIn:
    """When somebody first came, and what we know it from."""

    at: datetime
    how: Came


def self_reported(event_id: int) -> set[int]:
    """Return the attendees whose arrival rests on their own word: a poster let them in, and nobody saw them since."""
    by_poster = _scanned(event_id, (DeviceKind.POSTER,), (Verdict.ADMITTED,))
    seen = _scanned(event_id, WITNESSED, (Verdict.ADMITTED, Verdict.ALREADY_IN, Verdict.EXITED))
    return set(db.session.scalars(by_poster)) - set(db.session.scalars(seen.where(Ticket.attendee_id.in_(by_poster))))


def _scanned(event_id: int, kinds: Collection[DeviceKind], verdicts: Collection[Verdict]) -> Select[int]:
    """Select the attendees of scans by these devices with these answers; nothing that was undone, and no undoing."""
    query = select(Ticket.attendee_id).join(Scan, Scan.ticket_id == Ticket.id)
    query = query.join(Device, Device.id == Scan.device_id).where(Device.event_id == event_id, Device.kind.in_(kinds))
    return query.where(Scan.verdict.in_(verdicts), Scan.undoes_id.is_(None), stands())


def online_rooms(event_id: int) -> Select[int]:
    """Select the room that is nowhere: the one behind the join link."""
    query = select(Door.room_id).join(DeviceDoor, DeviceDoor.door_id == Door.id)
    query = query.join(Device, Device.id == DeviceDoor.device_id)
    return query.where(Device.event_id == event_id, Device.kind == DeviceKind.LINK)


def ways_in(event_id: int, among: Collection[int] | None = None, since: datetime = EVER) -> dict[int, WayIn]:
    """Return how each attendee who has arrived since a moment came, or each of some of them."""
    online = Presence.room_id.in_(online_rooms(event_id))
    at_venue = func.count().filter(~online)
    query = select(Presence.attendee_id, func.min(Presence.since), at_venue).join(Room)
    query = query.where(Room.event_id == event_id, Room.is_venue, Presence.since >= since)
    if among is not None:
        query = query.where(Presence.attendee_id.in_(among))
    reported = self_reported(event_id)
    rows = db.session.execute(query.group_by(Presence.attendee_id))
    return {one: WayIn(at, _how(rooms, reported=one in reported)) for one, at, rooms in rows}


def _how(rooms: int, *, reported: bool) -> Came:
    """Tell what an arrival rests on."""
    if not rooms:
        return Came.ONLINE
    return Came.SELF_REPORTED if reported else Came.SEEN


def is_at_venue(event_id: int, attendee_id: int, since: datetime) -> bool:
    """Tell whether somebody is in the building now."""
    here = select(Presence.id).join(Room).where(Presence.attendee_id == attendee_id, is_here(since))
    here = here.where(Room.event_id == event_id, Room.is_venue, Presence.room_id.not_in(online_rooms(event_id)))
    return db.session.scalar(here.limit(1)) is not None


def attendee_of_scan(event_id: int, scan_id: int) -> int:
    """Return whose ticket a scan at an event was about."""
    query = select(Ticket.attendee_id).join(Scan, Scan.ticket_id == Ticket.id)
    return db.session.scalars(query.where(Scan.event_id == event_id, Scan.id == scan_id)).one()


def departures(ticket_id: int) -> int:
    """Count how often a ticket's holder was let out of a room, undone admissions included."""
    query = select(func.count()).where(Scan.ticket_id == ticket_id, Scan.verdict == Verdict.EXITED)
    return db.session.scalar(query) or 0
