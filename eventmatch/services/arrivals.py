"""How many came, are inside, and are still expected: for the organiser's desk and for the edge of a door's page."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from eventmatch.models import arrival
from eventmatch.models.event import counts_from

LATELY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class DoorCount:
    """What one door did, and how full the room behind it is."""

    door_id: int
    name: str
    room: str
    entrance: bool
    admitted: int
    last_five_minutes: int
    inside: int
    capacity: int | None  # seats and standing places


@dataclass(frozen=True, slots=True)
class Arrivals:
    """An event's arrivals at one moment."""

    inside: int  # in the venue now
    arrived: int  # let into the venue; today, where each day counts anew
    expected: int  # confirmed, not barred, not arrived yet
    last_five_minutes: int  # let in at the entrances
    doors: tuple[DoorCount, ...]


def arrivals(event_id: int, now: datetime) -> Arrivals:
    """Return an event's counts; who may see them is for the caller to decide."""
    today = counts_from(event_id, now)
    inside, arrived = arrival.venue_counts(event_id, today)
    admitted, rooms = arrival.admissions(event_id, now - LATELY), arrival.rooms_inside(event_id, today)
    doors = tuple(
        DoorCount(
            door.id,
            door.name,
            room.name,
            room.is_venue,
            *admitted.get(door.id, (0, 0)),
            rooms.get(room.id, 0),
            None if room.capacity is None else room.capacity + room.standing,
        )
        for _, door, room in arrival.doors_with_rooms([event_id])
    )
    lately = sum(door.last_five_minutes for door in doors if door.entrance)
    return Arrivals(inside, arrived, arrival.still_expected(event_id, today), lately, doors)
