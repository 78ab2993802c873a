"""Rooms and doors set up by mistake are removed; where people were scanned stays, with what happened there."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, delete, select, update

from eventmatch.domain.actor import Actor
from eventmatch.domain.errors import Conflict
from eventmatch.domain.permissions import Action
from eventmatch.models.base import db, write_transaction
from eventmatch.models.device import Device, DeviceDoor
from eventmatch.models.event import Door, Room
from eventmatch.models.scan import Scan
from eventmatch.services import audit, rooms
from eventmatch.services.access import event_for

ROOM_STAYS = "People were scanned at the doors of this room, so it stays, with what happened there. Rename it instead."
DOOR_STAYS = "People were scanned at this door, so it stays, with what happened. Rename it, or let it only lead out."
VENUE_STAYS = "The venue stays: it is the room everybody enters first."
LAST_DOOR = "This is the only door of the venue; without it nobody comes in. Add another one first."


def remove_room(by: Actor, slug: str, room_id: int, *, now: datetime) -> None:
    """Remove a room with its doors, unless people were scanned there."""
    event_id = event_for(by, slug, Action.RUN_EVENT).id
    if rooms.room(by, slug, room_id).venue:
        raise Conflict(VENUE_STAYS)
    with write_transaction() as session:
        doors = _locked_doors(room_id)
        _end_devices(doors, now)
        gone = delete(Room).where(Room.id == room_id, _unscanned(doors)).returning(Room.id)
        if session.scalar(gone) is None:
            raise Conflict(ROOM_STAYS)
        audit.note("remove room", by=by, event_id=event_id, now=now, room=room_id)


def remove_door(by: Actor, slug: str, door_id: int, *, now: datetime) -> None:
    """Remove a door, unless people were scanned at it, or would find no other way in."""
    event_id, view = event_for(by, slug, Action.RUN_EVENT).id, rooms.door(by, slug, door_id)
    with write_transaction() as session:
        doors = _locked_doors(view.room_id)
        if view.entrance and doors == [door_id]:
            raise Conflict(LAST_DOOR)
        _end_devices([door_id], now)
        gone = delete(Door).where(Door.id == door_id, _unscanned([door_id])).returning(Door.id)
        if session.scalar(gone) is None:
            raise Conflict(DOOR_STAYS)
        audit.note("remove door", by=by, event_id=event_id, now=now, door=door_id)


def _locked_doors(room_id: int) -> list[int]:
    """Return the doors of a room; until the transaction ends nobody is scanned at them, and none is added."""
    db.session.execute(select(Room.id).where(Room.id == room_id).with_for_update())
    return list(db.session.scalars(select(Door.id).where(Door.room_id == room_id).with_for_update()))


def _unscanned(door_ids: Collection[int]) -> ColumnElement[bool]:
    """Describe that nobody was ever scanned at these doors."""
    return ~select(Scan.id).where(Scan.door_id.in_(door_ids)).exists()


def _end_devices(door_ids: Collection[int], now: datetime) -> None:
    """End the devices that stand at these doors and at no other."""
    mine = select(DeviceDoor.id).where(DeviceDoor.device_id == Device.id)
    here, elsewhere = mine.where(DeviceDoor.door_id.in_(door_ids)), mine.where(DeviceDoor.door_id.not_in(door_ids))
    idle = update(Device).where(Device.revoked_at.is_(None), here.exists(), ~elsewhere.exists())
    db.session.execute(idle.values(revoked_at=now), execution_options={"synchronize_session": False})
