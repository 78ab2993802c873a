"""Everybody who is inside at this moment, for a fire drill and worse: it needs nobody's consent, and is logged."""

import logging
from dataclasses import dataclass
from datetime import datetime

from eventmatch.domain.actor import Actor
from eventmatch.domain.errors import Busy, NotFound
from eventmatch.domain.local_time import day_began
from eventmatch.domain.names import fold
from eventmatch.domain.permissions import Action
from eventmatch.domain.states import TicketKind
from eventmatch.models.base import db, write_transaction
from eventmatch.models.check_in import online_rooms, self_reported
from eventmatch.models.event import Event, counts_from, room_of
from eventmatch.models.inside import whereabouts
from eventmatch.services import audit, events
from eventmatch.services.access import event_for

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody who is inside."""

    name: str
    organisation: str
    kind: TicketKind
    room: str
    since: datetime
    needs_space: bool
    today: bool  # since when
    self_reported: bool  # they say so themselves


@dataclass(frozen=True, slots=True)
class RollCall:
    """Who is inside, those first who may need help to get out."""

    event: events.EventView
    room: str  # "" for all of them
    taken_at: datetime
    people: tuple[Present, ...]

    @property
    def first(self) -> int:
        """How many may need help to get out."""
        return sum(person.needs_space for person in self.people)


def roll_call(by: Actor, slug: str, room_id: int | None = None, *, now: datetime) -> RollCall:
    """Return everybody inside the venue or one of its rooms, and write down that the list was opened."""
    event = event_for(by, slug, Action.SEE_INSIDE)
    only = room_of(event.id, room_id) if room_id is not None else None
    if room_id is not None and only is None:
        raise NotFound
    whole = only is None or (only.is_venue and only.id not in set(db.session.scalars(online_rooms(event.id))))
    people = _people(event, None if whole else room_id, now)
    call = RollCall(events.view(event), only.name if only is not None else "", now, people)
    _note(by, call, room_id, now)
    return call


def _people(event: Event, room_id: int | None, now: datetime) -> tuple[Present, ...]:
    """Return who is there, in order of names; whoever takes part online is not."""
    today, reported = day_began(now, event.zone), self_reported(event.id)
    found = [
        Present(
            *(one.name, one.organisation, one.kind, one.room, one.since, one.needs_space),
            today=one.since >= today,
            self_reported=one.attendee_id in reported,
        )
        for one in whereabouts(event.id, counts_from(event.id, now))
        if room_id in {None, one.room_id}
    ]
    return tuple(sorted(found, key=lambda person: (not person.needs_space, fold(person.name), person.since)))


def _note(by: Actor, call: RollCall, room_id: int | None, now: datetime) -> None:
    """Write down that the list was opened; where that is impossible just now, the list matters more."""
    try:
        with write_transaction():
            audit.note("open roll-call", by=by, event_id=call.event.id, now=now, people=len(call.people), room=room_id)
    except Busy:
        log.error("a roll-call was opened and could not be written down: event %s", call.event.id)
