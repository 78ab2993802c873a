"""What an organiser lets guests do without staff."""

from dataclasses import dataclass, replace
from datetime import datetime

from eventmatch.domain.actor import Actor
from eventmatch.domain.door_rules import EventDoors
from eventmatch.domain.permissions import Action
from eventmatch.models.base import write_transaction
from eventmatch.models.event import Event
from eventmatch.services import audit, events, unmanned
from eventmatch.services.access import event_for
from eventmatch.services.devices import DoorChoice


@dataclass(frozen=True, slots=True)
class Allowed:
    """What guests may do alone at an event, and at which entrances."""

    event: events.EventView
    walk_ins: bool
    poster: bool
    doors: tuple[DoorChoice, ...]


def allowed(by: Actor, slug: str) -> Allowed:
    """Return what guests may do alone."""
    event = event_for(by, slug, Action.RUN_EVENT)
    rules = EventDoors.of(event.settings)
    ways_in = unmanned.entrances(event.id)
    doors = tuple(DoorChoice(door.id, door.name, door.room.name, entrance=True) for door in ways_in)
    return Allowed(events.view(event), rules.walk_ins, rules.poster, doors)


def allow(by: Actor, slug: str, *, walk_ins: bool, poster: bool, now: datetime) -> None:
    """Decide what guests may do alone; the other rules of the doors stay as they are."""
    event_id = event_for(by, slug, Action.RUN_EVENT).id
    with write_transaction() as session:
        event = session.get_one(Event, event_id, with_for_update={"key_share": True})
        rules = replace(EventDoors.of(event.settings), walk_ins=walk_ins, poster=poster)
        event.settings = {**event.settings, "door": {**event.settings.get("door", {}), **rules.stored()}}
        audit.note("self check-in", by=by, event_id=event_id, now=now, walk_ins=walk_ins, poster=poster)
