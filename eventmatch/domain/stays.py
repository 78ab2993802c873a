"""Who is in which room follows from the passages through doors: the rule behind the kept presence."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Generic, TypeVar

from eventmatch.domain.local_time import to_local
from eventmatch.domain.states import Direction


@dataclass(frozen=True, slots=True)
class Passage:
    """Somebody went through a door."""

    room_id: int
    door_id: int
    venue: bool  # the room is the whole venue
    direction: Direction
    at: datetime


P = TypeVar("P", bound=Passage)


@dataclass(frozen=True, slots=True)
class Stay(Generic[P]):
    """Somebody's latest stay in one room, begun by the first passage that led in."""

    first: P
    left_at: datetime | None = None


Rooms = dict[int, Stay[P]]


def stays(passages: Iterable[P], zone: str | None = None) -> Rooms[P]:
    """Return the latest stay in each room after these passages, in order; with a zone, each day there counts anew."""
    rooms: Rooms[P] = {}
    for day in by_day(passages, zone):
        today: Rooms[P] = {}
        for step in day:
            today = after(today, step)
        rooms |= today
    return rooms


def by_day(passages: Iterable[P], zone: str | None) -> Iterator[list[P]]:
    """Yield passages, in order, day by day of a zone; without one all of them at once."""
    for _, day in groupby(passages, lambda step: to_local(step.at, zone).date() if zone is not None else None):
        yield list(day)


def after(rooms: Rooms[P], step: P) -> Rooms[P]:
    """Return the latest stays after one more passage.

    Entering a session room leaves the one before; leaving the venue leaves every room; coming in twice is one stay.
    """
    if step.direction is Direction.OUT:
        left = set(rooms) if step.venue else {step.room_id}
    else:
        left = set() if step.venue else {room for room, stay in rooms.items() if not stay.first.venue} - {step.room_id}
    rooms = {room: _leave(stay, step.at) if room in left else stay for room, stay in rooms.items()}
    if step.direction is Direction.IN and inside(rooms, step.room_id) is None:
        rooms[step.room_id] = Stay(step)
    return rooms


def every_stay(passages: Iterable[P], zone: str | None = None) -> Iterator[Stay[P]]:
    """Yield all stays in all rooms, not only the latest; with a zone, one that nobody ended ends with its day."""
    for day in by_day(passages, zone):
        rooms: Rooms[P] = {}
        for step in day:
            before, rooms = rooms, after(rooms, step)
            yield from (stay for room, stay in rooms.items() if stay.left_at and inside(before, room) is not None)
        yield from (stay for stay in rooms.values() if stay.left_at is None)


def inside(rooms: Rooms[P], room_id: int) -> Stay[P] | None:
    """Return the stay of somebody who is in a room."""
    stay = rooms.get(room_id)
    return stay if stay is not None and stay.left_at is None else None


def _leave(stay: Stay[P], at: datetime) -> Stay[P]:
    """End a stay that has not ended."""
    return stay if stay.left_at else replace(stay, left_at=at)
