"""Conflicts: what doors without network let happen, told to the organiser with doors, times and devices.

Nothing is stored of a conflict: each is read from the scans that stand, so an admission taken back ends it.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from eventmatch.domain.actor import Actor
from eventmatch.domain.conflicts import Crossing, Double, Overfull, against, doubles, overfull
from eventmatch.domain.door_rules import EventDoors
from eventmatch.domain.permissions import Action
from eventmatch.domain.verdicts import Verdict
from eventmatch.models import conflict
from eventmatch.models.attendee import Attendee
from eventmatch.models.base import db
from eventmatch.models.device import Device
from eventmatch.models.event import Door, Event, Room
from eventmatch.services import events
from eventmatch.services.access import event_for


@dataclass(frozen=True, slots=True)
class Side:
    """One door's part in a conflict."""

    at: datetime
    door: str
    room: str
    device: str
    offline: bool


@dataclass(frozen=True, slots=True)
class TwiceIn:
    """Somebody was let into a room they were in already."""

    attendee_id: int
    name: str
    first: Side
    second: Side


@dataclass(frozen=True, slots=True)
class LetIn:
    """Somebody was let in whom the door, had it known, would have refused."""

    attendee_id: int
    name: str
    why: Verdict
    side: Side


@dataclass(frozen=True, slots=True)
class TooFull:
    """A room took in more people than it holds."""

    room: str
    capacity: int
    since: datetime
    people: int
    people_at: datetime
    too_many: int


@dataclass(frozen=True, slots=True)
class OfOne:
    """The conflicts of one attendee."""

    twice_in: tuple[TwiceIn, ...] = ()
    let_in: tuple[LetIn, ...] = ()


@dataclass(frozen=True, slots=True)
class Conflicts:
    """Everything that doors without network let happen at an event."""

    event: events.EventView
    twice_in: tuple[TwiceIn, ...]
    let_in: tuple[LetIn, ...]
    too_full: tuple[TooFull, ...]
    strangers: tuple[Side, ...]


def listing(by: Actor, slug: str) -> Conflicts:
    """Return an event's conflicts to its team."""
    event = event_for(by, slug, Action.SEE_EVENT_DESK)
    (twice, refusals), strangers = _found(event), conflict.strangers(event.id)
    words = _Words(event.id, [*(one.second.attendee_id for one in twice), *(step.attendee_id for step, _ in refusals)])
    return Conflicts(
        event=events.view(event),
        twice_in=tuple(map(words.twice_in, twice)),
        let_in=tuple(words.let_in(step, why) for step, why in refusals),
        too_full=tuple(map(words.too_full, _overfull(event))),
        strangers=tuple(words.side(*stranger, offline=True) for stranger in strangers),
    )


def of_attendee(event: Event, attendee_id: int) -> OfOne:
    """Return the conflicts of one attendee; who may see them is for the caller to decide."""
    twice, refusals = _found(event, attendee_id)
    if not twice and not refusals:
        return OfOne()
    words = _Words(event.id, {attendee_id})
    return OfOne(tuple(map(words.twice_in, twice)), tuple(words.let_in(step, why) for step, why in refusals))


def count(event: Event) -> int:
    """Count an event's conflicts; who may know is for the caller to decide."""
    twice, refusals = _found(event)
    return len(twice) + len(refusals) + len(_overfull(event)) + conflict.count_strangers(event.id)


def _found(event: Event, attendee_id: int | None = None) -> tuple[list[Double], list[tuple[Crossing, Verdict]]]:
    """Read who was let in twice, and who should not have been let in, from one attendee's scans or everybody's."""
    crossings = conflict.crossings(event.id, attendee_id)
    of_each = defaultdict[int, list[Crossing]](list)
    for step in crossings:
        of_each[step.attendee_id].append(step)
    twice = [double for steps in of_each.values() for double in doubles(steps, _days(event))]
    refusals = [(step, why) for step in crossings if (why := against(step)) is not None]
    return sorted(twice, key=lambda double: double.second.at), refusals


def _overfull(event: Event) -> list[Overfull]:
    """Read from everybody's scans which rooms were too full, in order of time."""
    capacities = conflict.capacities(event.id)
    if not capacities:
        return []
    found = overfull(conflict.crossings_around(event.id, [*capacities]), capacities, _days(event))
    return sorted(found.values(), key=lambda room: room.since)


def _days(event: Event) -> str | None:
    """Return the zone whose days count anew, where they do."""
    return event.zone if EventDoors.of(event.settings).daily else None


class _Words:
    """The names of rooms, doors, devices and some people of an event, each looked up once."""

    def __init__(self, event_id: int, attendee_ids: Collection[int]) -> None:
        """Look the names up."""
        doors = select(Door.id, Door.name, Room.id, Room.name).join(Room).where(Room.event_id == event_id)
        rows = db.session.execute(doors).all()
        self.doors = {row[0]: (row[1], row[3]) for row in rows}
        self.rooms = {row[2]: row[3] for row in rows}
        devices = select(Device.id, Device.name).where(Device.event_id == event_id)
        self.devices = {row[0]: row[1] for row in db.session.execute(devices)}
        people = select(Attendee.id, Attendee.name).where(Attendee.id.in_(attendee_ids))
        self.people = {row[0]: row[1] for row in db.session.execute(people)}

    def side(self, at: datetime, door_id: int, device_id: int, *, offline: bool) -> Side:
        """Return one door's part."""
        return Side(at, *self.doors[door_id], self.devices[device_id], offline)

    def step(self, step: Crossing) -> Side:
        """Return one door's part in letting somebody through."""
        return self.side(step.at, step.door_id, step.device_id, offline=step.offline)

    def twice_in(self, double: Double) -> TwiceIn:
        """Put a double admission into words."""
        attendee_id = double.second.attendee_id
        return TwiceIn(attendee_id, self.people[attendee_id], self.step(double.first), self.step(double.second))

    def let_in(self, step: Crossing, why: Verdict) -> LetIn:
        """Put an admission that should not have been into words."""
        return LetIn(step.attendee_id, self.people[step.attendee_id], why, self.step(step))

    def too_full(self, found: Overfull) -> TooFull:
        """Put a room that was too full into words."""
        return TooFull(
            self.rooms[found.room_id], found.capacity, found.since, found.people, found.people_at, found.too_many
        )
