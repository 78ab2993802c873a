"""An event's rooms and doors as its organiser sets them up; where people were scanned stays."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from sqlalchemy.exc import IntegrityError

from eventmatch.domain.actor import Actor
from eventmatch.domain.door_rules import DoorRules, EventDoors
from eventmatch.domain.errors import Conflict, Invalid, NotFound
from eventmatch.domain.permissions import Action
from eventmatch.domain.profiles import clean_line
from eventmatch.models.base import db, write_transaction
from eventmatch.models.check_in import online_rooms
from eventmatch.models.event import Door, Event, Room, doors_of, rooms_of
from eventmatch.models.scan import doors_scanned_at
from eventmatch.services import audit, events
from eventmatch.services.access import event_for

View = TypeVar("View")

LONGEST_NAME, LONGEST_QUESTION = 120, 300
NAME_TAKEN = {
    Room: "Another room of this event has this name already.",
    Door: "Another door of this room has this name already.",
}


@dataclass(frozen=True, slots=True)
class RoomDraft:
    """What an organiser says about a room."""

    name: str
    seats: int | None = None  # None: no limit
    standing: int = 0  # further places


@dataclass(frozen=True, slots=True)
class DoorDraft:
    """What an organiser says about a door."""

    name: str
    rules: DoorRules


@dataclass(frozen=True, slots=True)
class DoorView:
    """One door, and the room behind it."""

    id: int
    draft: DoorDraft
    room_id: int
    room: str
    entrance: bool
    scanned: bool  # somebody was scanned here


@dataclass(frozen=True, slots=True)
class RoomView:
    """One room with its doors."""

    id: int
    draft: RoomDraft
    venue: bool
    doors: tuple[DoorView, ...]

    @property
    def stays(self) -> bool:
        """Whether it cannot be removed."""
        return self.venue or any(door.scanned for door in self.doors)


@dataclass(frozen=True, slots=True)
class Rooms:
    """All rooms and doors of an event, and what holds at all of its doors."""

    event: events.EventView
    rooms: tuple[RoomView, ...]
    rules: EventDoors


def overview(by: Actor, slug: str) -> Rooms:
    """Return an event's rooms, the venue first."""
    event = event_for(by, slug, Action.RUN_EVENT)
    return Rooms(events.view(event), _rooms(event.id), EventDoors.of(event.settings))


def _rooms(event_id: int) -> tuple[RoomView, ...]:
    """Return the rooms of an event with their doors; those who take part online are in none of them."""
    doors, scanned = doors_of(event_id), doors_scanned_at(event_id)
    nowhere = set(db.session.scalars(online_rooms(event_id)))
    return tuple(
        RoomView(
            row.id,
            RoomDraft(row.name, row.capacity, row.standing),
            row.is_venue,
            tuple(_door(door, row, scanned) for door in doors if door.room_id == row.id),
        )
        for row in rooms_of(event_id)
        if row.id not in nowhere
    )


def _door(row: Door, behind: Room, scanned: set[int]) -> DoorView:
    """Return one door."""
    draft = DoorDraft(row.name, DoorRules.of(row.rules))
    return DoorView(row.id, draft, behind.id, behind.name, behind.is_venue, row.id in scanned)


def room(by: Actor, slug: str, room_id: int) -> RoomView:
    """Return one room as it may be changed."""
    return _only(view for view in overview(by, slug).rooms if view.id == room_id)


def door(by: Actor, slug: str, door_id: int) -> DoorView:
    """Return one door as it may be changed."""
    return _only(view for behind in overview(by, slug).rooms for view in behind.doors if view.id == door_id)


def _only(views: Iterable[View]) -> View:
    """Return the one there is, or say that there is none."""
    for view in views:
        return view
    raise NotFound


def set_rules(by: Actor, slug: str, rules: EventDoors, *, now: datetime) -> None:
    """Decide what holds at all doors of an event."""
    event_id = event_for(by, slug, Action.RUN_EVENT).id
    with write_transaction() as session:
        event = session.get_one(Event, event_id)
        event.settings = {**event.settings, "door": rules.stored()}
        audit.note("set door rules", by=by, event_id=event_id, now=now, **rules.stored())


def add_room(by: Actor, slug: str, draft: RoomDraft, *, now: datetime) -> int:
    """Make a room with one door of the same name, and return its id."""
    event_id = event_for(by, slug, Action.RUN_EVENT).id
    draft = _checked_room(draft)
    with write_transaction() as session:
        row = Room(event_id=event_id, name=draft.name, capacity=draft.seats, standing=draft.standing)
        session.add(row)
        _flush(Room)
        session.add(Door(room_id=row.id, name=draft.name))
        audit.note("add room", by=by, event_id=event_id, now=now, room=row.id)
        return row.id


def change_room(by: Actor, slug: str, room_id: int, draft: RoomDraft, *, now: datetime) -> None:
    """Change a room; whoever is in it stays there, even where it has fewer places now."""
    room(by, slug, room_id)
    draft = _checked_room(draft)
    with write_transaction() as session:
        row = session.get_one(Room, room_id)
        row.name, row.capacity, row.standing = draft.name, draft.seats, draft.standing
        _flush(Room)
        audit.note("change room", by=by, event_id=row.event_id, now=now, room=room_id)


def add_door(by: Actor, slug: str, room_id: int, draft: DoorDraft, *, now: datetime) -> int:
    """Make a door that leads into a room, and return its id."""
    event_id, room_id = event_for(by, slug, Action.RUN_EVENT).id, room(by, slug, room_id).id
    draft = _checked_door(draft)
    with write_transaction() as session:
        row = Door(room_id=room_id, name=draft.name, rules=draft.rules.stored())
        session.add(row)
        _flush(Door)
        audit.note("add door", by=by, event_id=event_id, now=now, door=row.id)
        return row.id


def change_door(by: Actor, slug: str, door_id: int, draft: DoorDraft, *, now: datetime) -> None:
    """Change a door; where it leads stays, for people went through it."""
    event_id, door_id = event_for(by, slug, Action.RUN_EVENT).id, door(by, slug, door_id).id
    draft = _checked_door(draft)
    with write_transaction() as session:
        row = session.get_one(Door, door_id)
        row.name, row.rules = draft.name, draft.rules.stored()
        _flush(Door)
        audit.note("change door", by=by, event_id=event_id, now=now, door=door_id)


def _checked_room(draft: RoomDraft) -> RoomDraft:
    """Return a room with a clean name, or say what is wrong with it."""
    if draft.standing and draft.seats is None:
        raise Invalid("Say how many seats there are, too: without a number there is no limit.", field="seats")
    return replace(draft, name=_name(draft.name))


def _checked_door(draft: DoorDraft) -> DoorDraft:
    """Return a door with clean words, or say what is wrong with it."""
    question = clean_line(draft.rules.question, "question", longest=LONGEST_QUESTION)
    return DoorDraft(_name(draft.name), replace(draft.rules, question=question))


def _name(typed: str) -> str:
    """Return the name of a room or door."""
    if not (name := clean_line(typed, "name", longest=LONGEST_NAME)):
        raise Invalid("Give it a name.", field="name")
    return name


def _flush(table: type[Room | Door]) -> None:
    """Write now, so that a name somebody else has taken is refused beside its field."""
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Conflict(NAME_TAKEN[table], field="name") from error
