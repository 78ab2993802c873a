"""The live board: how an event fills at this moment, and whether every device at its doors is alive."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from eventmatch.domain.actor import Actor
from eventmatch.domain.permissions import RUNNERS, Action
from eventmatch.models.arrival import rooms_inside
from eventmatch.models.device import DeviceNow, devices_of, doors_by_device
from eventmatch.models.event import Event, counts_from, rooms_of
from eventmatch.models.inside import turns_by_room
from eventmatch.services import conflicts, events
from eventmatch.services.access import event_for, roles
from eventmatch.services.arrival_curve import Curve, Rate, arrival_curve, rate
from eventmatch.services.arrivals import Arrivals, arrivals

QUIET = timedelta(minutes=3)  # a page at a door speaks up every few seconds, a hand-made program at every scan
WRONG_CLOCK = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class RoomLine:
    """How full a room is."""

    name: str
    venue: bool
    inside: int
    seats: int | None
    standing: int
    closed: bool  # by hand
    waiting: int

    @property
    def free(self) -> int | None:
        """How many more may come in; none at all where there is no limit."""
        if self.closed:
            return 0
        return None if self.seats is None else max(self.seats + self.standing - self.inside, 0)


@dataclass(frozen=True, slots=True)
class DeviceLine:
    """One device in use, and what may be wrong with it."""

    name: str
    kind: str
    person: str
    doors: tuple[str, ...]
    last_contact_at: datetime | None
    quiet: bool
    queue_length: int
    clock_wrong_by: timedelta | None  # where it is more than two minutes


@dataclass(frozen=True, slots=True)
class Board:
    """An event at one moment."""

    event: events.EventView
    at: datetime
    may_run: bool
    arrivals: Arrivals
    curve: Curve
    rate: Rate
    rooms: tuple[RoomLine, ...]
    devices: tuple[DeviceLine, ...]
    conflicts: int  # what doors without network let happen

    @property
    def queued(self) -> int:
        """How many scans wait on devices without network, as far as these could tell."""
        return sum(device.queue_length for device in self.devices)


def board(by: Actor, slug: str, *, now: datetime) -> Board:
    """Return an event's live board to those of its team."""
    event = event_for(by, slug, Action.SEE_EVENT_DESK)
    counts = arrivals(event.id, now)
    return Board(
        event=events.view(event),
        at=now,
        may_run=bool(roles(by, event) & RUNNERS),
        arrivals=counts,
        curve=arrival_curve(event, now),
        rate=rate(event, now),
        rooms=_rooms(event, now),
        devices=_devices(event.id, now),
        conflicts=conflicts.count(event),
    )


def _rooms(event: Event, now: datetime) -> tuple[RoomLine, ...]:
    """Return every room with who is in it and who waits before it, the venue first."""
    since = counts_from(event.id, now)
    turns, inside = turns_by_room(event.id, since), rooms_inside(event.id, since)
    return tuple(
        RoomLine(
            name=room.name,
            venue=room.is_venue,
            inside=inside.get(room.id, 0),
            seats=room.capacity,
            standing=room.standing,
            closed=room.full_since is not None,
            waiting=turns.get(room.id, 0),
        )
        for room in rooms_of(event.id)
    )


def _devices(event_id: int, now: datetime) -> tuple[DeviceLine, ...]:
    """Return the devices in use; those that need somebody first."""
    doors = doors_by_device(event_id)
    used = [device for device in devices_of(event_id) if device.works and device.device.token_hash is not None]
    lines = [_device(device, doors.get(device.device.id, ()), now) for device in used]
    return tuple(sorted(lines, key=lambda line: (not line.queue_length, not line.quiet, line.name)))


def _device(one: DeviceNow, doors: tuple[str, ...], now: datetime) -> DeviceLine:
    """Return one device as the board shows it."""
    device, skew = one.device, timedelta(milliseconds=one.device.clock_offset)
    return DeviceLine(
        name=device.name,
        kind=device.kind,
        person=device.person.name if device.person is not None else "",
        doors=doors,
        last_contact_at=device.last_contact_at,
        quiet=device.last_contact_at is None or now - device.last_contact_at > QUIET,
        queue_length=device.queue_length,
        clock_wrong_by=skew if abs(skew) > WRONG_CLOCK else None,
    )
