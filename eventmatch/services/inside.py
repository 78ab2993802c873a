"""How full rooms are, who waits for one, and closing it by hand: for facilitators, the team and the door."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, true, update

from eventmatch.domain.actor import Actor
from eventmatch.domain.errors import Forbidden, NotFound, SignInNeeded
from eventmatch.domain.permissions import RUNNERS, Action, Role, allows
from eventmatch.models.arrival import rooms_inside
from eventmatch.models.base import write_transaction
from eventmatch.models.event import (
    Event,
    ProgrammeSession,
    Room,
    counts_from,
    room_of,
    rooms_of,
    session_of,
    sessions_in,
)
from eventmatch.models.inside import turns_at, turns_by_room
from eventmatch.models.scan import Waiting
from eventmatch.services import audit, events
from eventmatch.services.access import event_for, roles


@dataclass(frozen=True, slots=True)
class RoomNow:
    """How full one room is."""

    id: int
    name: str
    venue: bool
    inside: int
    seats: int | None  # None: no limit
    standing: int
    closed_since: datetime | None  # by hand, whatever the count says
    waiting: int

    @property
    def places(self) -> int | None:
        """How many fit in, seated and standing."""
        return None if self.seats is None else self.seats + self.standing

    @property
    def free_seats(self) -> int:
        """How many can still sit, where there is a limit."""
        return max((self.seats or 0) - self.inside, 0)

    @property
    def free_standing(self) -> int:
        """How many can still stand, where there is a limit."""
        return max(min((self.seats or 0) + self.standing - self.inside, self.standing), 0)

    @property
    def full(self) -> bool:
        """Whether the door lets nobody in."""
        return self.closed_since is not None or (self.seats is not None and not self.free_seats + self.free_standing)


@dataclass(frozen=True, slots=True)
class RoomsNow:
    """How full all rooms of an event are."""

    event: events.EventView
    rooms: tuple[RoomNow, ...]


@dataclass(frozen=True, slots=True)
class Turn:
    """Somebody who waits."""

    attendee_id: int
    name: str
    since: datetime


@dataclass(frozen=True, slots=True)
class SessionNow:
    """A session in a room."""

    id: int
    title: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class RoomPage:
    """One room more closely: what goes on in it, and who waits in which order."""

    event: events.EventView
    room: RoomNow
    session: SessionNow | None
    turns: tuple[Turn, ...]
    may_run: bool


def may_look(by: Actor, slug: str) -> bool:
    """Tell whether the actor may see how full an event's rooms are."""
    try:
        return event_for(by, slug, Action.SEE_INSIDE) is not None
    except (NotFound, SignInNeeded):
        return False


def rooms(by: Actor, slug: str, *, now: datetime) -> RoomsNow:
    """Return how full the rooms of an event are, the venue first."""
    event = event_for(by, slug, Action.SEE_INSIDE)
    return RoomsNow(events.view(event), _rooms_now(event, now))


def _rooms_now(event: Event, now: datetime) -> tuple[RoomNow, ...]:
    """Return how full each room is."""
    since = counts_from(event.id, now)
    inside, waits = rooms_inside(event.id, since), turns_by_room(event.id, since)
    return tuple(
        RoomNow(
            row.id,
            row.name,
            row.is_venue,
            inside.get(row.id, 0),
            row.capacity,
            row.standing,
            row.full_since,
            waits.get(row.id, 0),
        )
        for row in rooms_of(event.id)
    )


def room(by: Actor, slug: str, room_id: int, *, now: datetime) -> RoomPage:
    """Return one room with the session that goes on in it, or is the next one there."""
    event = event_for(by, slug, Action.SEE_INSIDE)
    ahead = [row for row in sessions_in(room_id) if row.ends_at > now]
    return _page(by, event, room_id, ahead[0] if ahead else None, now)


def session_room(by: Actor, slug: str, programme_id: int, *, now: datetime) -> RoomPage:
    """Return the room of one session."""
    event = event_for(by, slug, Action.SEE_INSIDE)
    row = session_of(event.id, programme_id)
    if row is None or row.room_id is None:
        raise NotFound
    return _page(by, event, row.room_id, row, now)


def _page(by: Actor, event: Event, room_id: int, session: ProgrammeSession | None, now: datetime) -> RoomPage:
    """Return one room of an event, if it has it."""
    here = next((line for line in _rooms_now(event, now) if line.id == room_id), None)
    if here is None:
        raise NotFound
    waits = tuple(Turn(*row) for row in turns_at(room_id, counts_from(event.id, now)))
    title = SessionNow(session.id, session.title, session.starts_at, session.ends_at) if session is not None else None
    return RoomPage(events.view(event), here, title, waits, _may_run(roles(by, event), venue=here.venue))


def _may_run(mine: frozenset[Role], *, venue: bool) -> bool:
    """Tell whether these roles close a room by hand: facilitators a session's, and nobody but the team the venue."""
    return allows(mine, Action.RUN_ROOM) and (not venue or bool(mine & RUNNERS))


def set_closed(by: Actor, slug: str, room_id: int, *, closed: bool, now: datetime) -> None:
    """Close a room by hand, so that its doors let nobody in whom it can do without, or open it again."""
    event_id = _run(by, slug, room_id)
    with write_transaction() as session:
        mine = update(Room).where(Room.id == room_id, Room.full_since.is_(None) if closed else true())
        session.execute(mine.values(full_since=now if closed else None))
        audit.note("close room" if closed else "open room", by=by, event_id=event_id, now=now, room=room_id)


def take_off(by: Actor, slug: str, room_id: int, attendee_id: int | None, *, now: datetime) -> None:
    """Take somebody off a room's waiting order, or everybody."""
    event_id = _run(by, slug, room_id)
    with write_transaction() as session:
        turns = delete(Waiting).where(Waiting.room_id == room_id)
        session.execute(turns if attendee_id is None else turns.where(Waiting.attendee_id == attendee_id))
        audit.note("take off waiting order", by=by, event_id=event_id, now=now, room=room_id, attendee_id=attendee_id)


def _run(by: Actor, slug: str, room_id: int) -> int:
    """Check that the actor may run this room of this event; returns the event's id."""
    event = event_for(by, slug, Action.RUN_ROOM)
    row = room_of(event.id, room_id)
    if row is None:
        raise NotFound
    if not _may_run(roles(by, event), venue=row.is_venue):
        raise Forbidden("Only those who run the event close the whole venue.")
    return event.id
