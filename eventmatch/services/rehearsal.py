"""The rehearsal of a device before doors open: what the server would answer to tickets that nobody shows.

The device judges the same tickets by its roster; where both agree, it can go on alone. Nothing is written down.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from eventmatch.domain.actor import Actor
from eventmatch.domain.codes import new_code
from eventmatch.domain.door_rules import DoorRules, EventDoors, Way
from eventmatch.domain.readings import DoorKey
from eventmatch.domain.states import AttendeeStatus, Direction, TicketKind
from eventmatch.domain.verdicts import DoorState, TicketState, Verdict, judge
from eventmatch.formats.roster import salt_of, sealed
from eventmatch.models.event import Door, Event, Room, counts_from
from eventmatch.models.roster import standing_of, ticket_states, whereabouts
from eventmatch.models.scan import inside
from eventmatch.services.checkin import place_for

MOMENT = timedelta(milliseconds=1)
SAMPLE = {"name": "Test ticket", "organisation": "eventmatch"}


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """The verdicts by ticket, and a sealed entry with the code that opens it, as no real one is ever sent."""

    verdicts: dict[int, Verdict]
    code: str
    entry: dict[str, Any]
    content: dict[str, str]


@dataclass(slots=True)
class Known:
    """Where somebody is and was, as far as it decides."""

    inside: bool = False
    been_in: bool = False
    arrived: bool = False


def rehearse(door: DoorKey, tickets: Collection[int], *, by: Actor, secret: str, at: datetime) -> Rehearsal:
    """Judge tickets as they stand, each as if it were shown on its way in while doors are open.

    Raises
    ------
    NotFound
        If this device has no business at this door.
    """
    place = place_for(door, by, at)
    here, room, event = standing_of(place.door_id)
    state, code = _door(here, room, event), new_code()
    open_at = min(max(at, event.opens_at), event.ends_at - MOMENT)  # a rehearsal comes before doors open
    known = _whereabouts(event, room, at)
    rows = [row for row in ticket_states(event.id) if row[0] in tickets]
    verdicts = {row[0]: judge(_ticket(row, known.get(row[0], Known())), state, Direction.IN, open_at) for row in rows}
    [entry] = sealed([("ticket", code)], SAMPLE, salt_of(secret, event.id))
    return Rehearsal(verdicts, code, entry, SAMPLE)


def _whereabouts(event: Event, room: Room, at: datetime) -> dict[int, Known]:
    """Return where those are and were who came through any door."""
    since = counts_from(event.id, at)
    found: dict[int, Known] = {}
    for ticket, here, venue, came, left_at, _ in whereabouts(event.id, room.id):
        known = found.setdefault(ticket, Known())
        known.arrived |= venue
        if here and came >= since:
            known.been_in, known.inside = True, left_at is None
    return found


def _ticket(row: tuple[Any, ...], known: Known) -> TicketState:
    """Return a ticket as the rules see it when its own code is shown."""
    _, status, kind, barred, revoked, needs_space, *_ = row
    return TicketState(
        status=AttendeeStatus(status),
        kind=TicketKind(kind),
        barred=barred,
        revoked=revoked,
        needs_space=needs_space,
        inside=known.inside,
        been_in=known.been_in,
        arrived=known.arrived,
    )


def _door(door: Door, room: Room, event: Event) -> DoorState:
    """Return a door as the rules see it."""
    rules = DoorRules.of(door.rules)
    full = 0 if room.full_since is not None else None
    places = room.capacity + room.standing - inside(room.id) if room.capacity is not None else None
    return DoorState(
        opens_at=event.opens_at,
        closes_at=event.ends_at,
        entrance=room.is_venue,
        exit_only=rules.way is Way.OUT,
        badge_admits=rules.badge_admits,
        kinds=rules.kinds,
        re_entry=EventDoors.of(event.settings).re_entry or not room.is_venue,
        unanswered=bool(rules.question),
        free_places=full if full is not None else places,
    )
