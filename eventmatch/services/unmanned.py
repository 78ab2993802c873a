"""Devices nobody stands behind: an event's screen, poster and join link, each made when it is first needed."""

from datetime import datetime

from sqlalchemy import select

from eventmatch.domain.actor import Actor
from eventmatch.domain.door_rules import DoorRules, Way
from eventmatch.domain.errors import Busy
from eventmatch.domain.readings import DoorKey
from eventmatch.domain.states import DeviceKind
from eventmatch.models.base import db, write_transaction
from eventmatch.models.check_in import online_rooms
from eventmatch.models.device import Device, DeviceDoor, doors_of_device, unmanned_device
from eventmatch.models.event import Door, Room, doors_of
from eventmatch.models.scan import insert_into

NAMES = {DeviceKind.SCREEN: "Welcome screen", DeviceKind.POSTER: "Poster", DeviceKind.LINK: "Join link"}
ONLINE = "Online"


def entrances(event_id: int) -> list[Door]:
    """Return the doors through which guests come into the venue, the first one first."""
    nowhere = set(db.session.scalars(online_rooms(event_id)))
    ways_in = [door for door in doors_of(event_id) if DoorRules.of(door.rules).way is not Way.OUT]
    return [door for door in ways_in if door.room.is_venue and door.room_id not in nowhere]


def stand_in(event_id: int, kind: DeviceKind, door_id: int, now: datetime) -> Actor:
    """Return who scans for a screen or a poster at a door."""
    device = unmanned_device(event_id, kind)
    if device is None or door_id not in {door.id for door in doors_of_device(device.id)}:
        with write_transaction():
            device = _made(event_id, kind, now)
            _lead_to(device, door_id)
    return Actor(device_id=device.id)


def join_door(event_id: int, now: datetime) -> tuple[DoorKey, Actor]:
    """Return the door into the room of those who take part online, and who scans there."""
    device = unmanned_device(event_id, DeviceKind.LINK)
    if device is None:
        with write_transaction():
            device = _made(event_id, DeviceKind.LINK, now)
            if not doors_of_device(device.id):
                _lead_to(device, _online_door(event_id).id)
    return DoorKey(doors_of_device(device.id)[0].id), Actor(device_id=device.id)


def _made(event_id: int, kind: DeviceKind, now: datetime) -> Device:
    """Make the one device of this kind, unless somebody was quicker; a write transaction is open."""
    row = {"event_id": event_id, "kind": kind, "name": NAMES[kind], "created_at": now}
    db.session.execute(insert_into(Device).values(**row).on_conflict_do_nothing())
    found = unmanned_device(event_id, kind)
    if found is None:  # an organiser ended it in this very moment
        raise Busy("Not checked in. Try again.")
    return found


def _lead_to(device: Device, door_id: int) -> None:
    """Let a device scan at a door."""
    row = {"device_id": device.id, "door_id": door_id}
    db.session.execute(insert_into(DeviceDoor).values(**row).on_conflict_do_nothing())


def _online_door(event_id: int) -> Door:
    """Add the room that is nowhere, with its door: it takes no place in the building, and no fire drill counts it."""
    taken = set(db.session.scalars(select(Room.name).where(Room.event_id == event_id)))
    room = Room(event_id=event_id, name=ONLINE if ONLINE not in taken else NAMES[DeviceKind.LINK], is_venue=True)
    db.session.add(room)
    db.session.flush()
    door = Door(room_id=room.id, name=NAMES[DeviceKind.LINK])
    db.session.add(door)
    db.session.flush()
    return door
