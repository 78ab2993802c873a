"""Who is in which room follows from the passages through doors: the rule behind the kept presence."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from eventmatch.domain.states import Direction


@dataclass(frozen=True, slots=True)
class Passage:
    """Somebody went through a door."""

    room_id: int
    door_id: int
    venue: bool  # the room is the whole venue
    direction: Direction
    at: datetime


@dataclass(frozen=True, slots=True)
class Stay:
    """Somebody's latest stay in one room."""

    door_id: int
    venue: bool
    since: datetime
    left_at: datetime | None = None


def stays(passages: Iterable[Passage]) -> dict[int, Stay]:
    """Return the latest stay in each room after these passages, in order.

    Entering a session room leaves the one before; leaving the venue leaves every room.
    """
    rooms: dict[int, Stay] = {}
    for step in passages:
        if step.direction is Direction.OUT:
            left = set(rooms) if step.venue else {step.room_id}
        else:
            left = set() if step.venue else {room for room, stay in rooms.items() if not stay.venue}
        rooms = {room: _leave(stay, step.at) if room in left else stay for room, stay in rooms.items()}
        if step.direction is Direction.IN:
            rooms[step.room_id] = Stay(step.door_id, step.venue, step.at)
    return rooms


def _leave(stay: Stay, at: datetime) -> Stay:
    """End a stay that has not ended."""
    return stay if stay.left_at else replace(stay, left_at=at)
