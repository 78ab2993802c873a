"""The demo event: loaded once from eventmatch/demo/*.toml, as if its day had begun an hour ago, and kept."""

import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import update

from eventmatch.domain.actor import Actor
from eventmatch.domain.addresses import attendee_path, event_path, organiser_path, pair_path
from eventmatch.domain.codes import new_token, token_hash
from eventmatch.domain.door_rules import EventDoors
from eventmatch.domain.errors import NotFound
from eventmatch.domain.readings import DoorKey
from eventmatch.domain.states import MemberRole, Mode, StaffRole
from eventmatch.models.base import db, write_transaction
from eventmatch.models.device import Device, DeviceDoor, unpaired_device
from eventmatch.models.event import Door, Event, ProgrammeSession, Room, Staff, any_event, doors_of, event_by_slug
from eventmatch.models.organiser import Series
from eventmatch.services import demo_people, jobs, teams
from eventmatch.services.account import prove
from eventmatch.services.set_up import vouched_path

FOLDER = Path(__file__).parent.parent / "demo"
PHONE = "Front door, your phone"
PAIRING_LASTS = timedelta(hours=12)

Toml = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Link:
    """One address to try, and whose it is."""

    key: str
    label: str
    path: str


def has_events() -> bool:
    """Tell whether the database holds any event, so that the demo would be a guest there."""
    return any_event()


def is_loaded() -> bool:
    """Tell whether the demo event is in the database."""
    return event_by_slug(_read("event.toml")["event"]["slug"]) is not None


def load(*, now: datetime) -> bool:
    """Load the demo event unless it is there, and ask for its match lists; returns whether anything was loaded."""
    script, people = _read("event.toml"), _read("people.toml")
    with write_transaction():
        if event_by_slug(script["event"]["slug"]) is not None:
            return False
        staff = _add_staff_people(script, now)
        event = _add_event(script, staff, now)
        rooms = _add_rooms(event.id, script)
        doors = _add_doors(rooms, script)
        _add_programme(event.id, rooms, staff, script, now)
        arrived = demo_people.add(event, people, script["event"]["needs_space"], now=now)
        front, *inner = [_add_tablet(event, doors[key], now) for key in ("front", *_seated(script))]
        jobs.start("match", by=Actor(person_id=staff["oona"]), event_id=event.id, now=now)
    demo_people.let_in(arrived, *front, now=now)
    for (door, device_id), keys in zip(inner, _seated(script).values(), strict=True):
        demo_people.sit_down(demo_people.codes(people, keys), door, device_id, now=now)
    return True


def links(*, now: datetime) -> list[Link]:
    """Make fresh addresses of the demo: for its owner, for everybody, for Ada, and for a phone at the front door."""
    script, people = _read("event.toml"), _read("people.toml")
    slug = script["event"]["slug"]
    with write_transaction():
        event = event_by_slug(slug)
        if event is None:
            raise NotFound("The demo event is not in this database.")
        owner, ada = script["staff"][0]["email"], people["person"][0]["email"]
        return [
            Link("organiser", "organiser", vouched_path(owner, next_path=organiser_path(slug), now=now)),
            Link("event", "event", event_path(slug)),
            Link("ada", "Ada", vouched_path(ada, next_path=attendee_path(slug), now=now)),
            Link("door", "front door", _pairing_path(event, now)),
        ]


def _read(name: str) -> Toml:
    """Read one of the demo's files."""
    return tomllib.loads((FOLDER / name).read_text("utf-8"))


def _at(now: datetime, minutes: int) -> datetime:
    """Return the moment some minutes from the (whole) minute of loading."""
    return now.replace(second=0, microsecond=0) + timedelta(minutes=minutes)


def _add_staff_people(script: Toml, now: datetime) -> dict[str, int]:
    """Add everybody who works on the event, by key."""
    return {entry["key"]: prove(entry["email"], name=entry["name"], now=now) for entry in script["staff"]}


def _add_event(script: Toml, staff: dict[str, int], now: datetime) -> Event:
    """Add the team and its event."""
    organiser = teams.add_organiser(script["organiser"]["name"], now=now)
    series = Series(organiser_id=organiser.id, name=script["series"]["name"])
    db.session.add(series)
    db.session.flush()
    event = Event(
        organiser_id=organiser.id, series_id=series.id, created_at=now, **_event_columns(script["event"], now)
    )
    db.session.add(event)
    db.session.flush()
    _add_roles(event, staff, script)
    return event


def _event_columns(entry: Toml, now: datetime) -> dict[str, Any]:
    """Return what the event's table keeps of its description."""
    return {
        "slug": entry["slug"],
        "name": entry["name"],
        "zone": entry["zone"],
        "mode": Mode.EITHER,
        "venue": entry["address"],
        "description": f"{entry['description'].strip()}\n\n{entry['directions']}",
        "conduct": entry["code_of_conduct"].strip(),
        "settings": {"door": EventDoors(walk_ins=True, poster=True).stored(), "join_url": entry["join_url"]},
        "meeting_spots": entry["meeting_spots"],
        "tag_suggestions": entry["tags"],
        "opens_at": _at(now, entry["doors_open_minutes"]),
        "starts_at": _at(now, entry["starts_minutes"]),
        "ends_at": _at(now, entry["ends_minutes"]),
    }


def _add_roles(event: Event, staff: dict[str, int], script: Toml) -> None:
    """Let everybody be what the event needs them for."""
    for entry in script["staff"]:
        person_id, role = staff[entry["key"]], entry["role"]
        if role in set(MemberRole):
            teams.add_member(event.organiser_id, person_id, MemberRole(role))
        else:
            db.session.add(Staff(event_id=event.id, person_id=person_id, role=StaffRole(role)))


def _add_rooms(event_id: int, script: Toml) -> dict[str, Room]:
    """Add the rooms, by key."""
    rooms = {
        entry["key"]: Room(
            event_id=event_id,
            name=entry["name"],
            capacity=entry.get("capacity"),
            standing=entry.get("standing", 0),
            is_venue=entry.get("venue", False),
        )
        for entry in script["room"]
    }
    db.session.add_all(rooms.values())
    db.session.flush()
    return rooms


def _add_doors(rooms: dict[str, Room], script: Toml) -> dict[str, Door]:
    """Add the doors, by key."""
    doors = {entry["key"]: Door(room_id=rooms[entry["room"]].id, name=entry["name"]) for entry in script["door"]}
    db.session.add_all(doors.values())
    db.session.flush()
    return doors


def _add_programme(event_id: int, rooms: dict[str, Room], staff: dict[str, int], script: Toml, now: datetime) -> None:
    """Add the sessions; their minutes count from now as well."""
    for entry in script["session"]:
        session = ProgrammeSession(
            event_id=event_id,
            room_id=rooms[entry["room"]].id,
            title=entry["title"],
            starts_at=_at(now, entry["start_minutes"]),
            ends_at=_at(now, entry["end_minutes"]),
            facilitator_id=staff[entry["facilitator"]],
        )
        db.session.add(session)


def _seated(script: Toml) -> dict[str, list[str]]:
    """Return who has sat down behind which door already, by keys."""
    return {entry["door"]: entry["people"] for entry in script["seated"]}


def _add_tablet(event: Event, door: Door, now: datetime) -> tuple[DoorKey, int]:
    """Pair a device with a door, whose token nobody holds, and return both."""
    device = Device(event_id=event.id, name=door.name, token_hash=token_hash(new_token()), created_at=now)
    return DoorKey(door.id), _add_device(device, door.id)


def _add_device(device: Device, door_id: int) -> int:
    """Add a device of one door, and return its id."""
    db.session.add(device)
    db.session.flush()
    db.session.add(DeviceDoor(device_id=device.id, door_id=door_id))
    return device.id


def _pairing_path(event: Event, now: datetime) -> str:
    """Make a one-time link that turns a browser into a device of the front door, inside an open write transaction."""
    waiting = unpaired_device(event.id, PHONE)
    phone = Device(event_id=event.id, name=PHONE, may_override=True, created_at=now)
    device_id = waiting.id if waiting is not None else _add_device(phone, doors_of(event.id)[0].id)
    token = new_token()
    fresh = {"pairing_hash": token_hash(token), "pairing_until": now + PAIRING_LASTS}
    db.session.execute(update(Device).where(Device.id == device_id).values(**fresh))
    return pair_path(token)
