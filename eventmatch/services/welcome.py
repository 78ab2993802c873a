"""The code guests check themselves in with: on the venue's screen, on a poster, and read by their phones."""

from dataclasses import dataclass
from datetime import datetime

from eventmatch.domain import welcome
from eventmatch.domain.actor import Actor
from eventmatch.domain.addresses import qr_payload, welcome_path
from eventmatch.domain.door_rules import EventDoors
from eventmatch.domain.errors import Invalid, NotFound
from eventmatch.domain.permissions import Action
from eventmatch.domain.site import Site
from eventmatch.domain.states import DeviceKind
from eventmatch.domain.welcome import Seen
from eventmatch.formats import qr
from eventmatch.models.event import Event, event_by_slug
from eventmatch.services import events, unmanned
from eventmatch.services.access import event_for
from eventmatch.services.arrivals import arrivals
from eventmatch.services.devices import DoorChoice

TOO_OLD = "This code is too old. Point your camera at the screen once more; it shows a new one every half minute."


@dataclass(frozen=True, slots=True)
class Sign:
    """What a screen or a poster at a door shows."""

    event: events.EventView
    door: DoorChoice
    others: tuple[DoorChoice, ...]  # entrances with a sign of their own
    picture: str


@dataclass(frozen=True, slots=True)
class Screen(Sign):
    """What a screen shows beside it."""

    inside: int


def screen(by: Actor, slug: str, door_id: int | None, *, site: Site, now: datetime) -> Screen:
    """Return what the screen at a door shows at this moment, by default at the first entrance."""
    event = event_for(by, slug, Action.SHOW_WELCOME)
    door, others = _doors(event, door_id)
    picture = _picture(event, site, welcome.screen_code(_key(event, site), door.id, now))
    return Screen(events.view(event), door, others, picture, arrivals(event.id, now).inside)


def poster(by: Actor, slug: str, door_id: int | None, *, site: Site) -> Sign:
    """Return what the poster at a door shows."""
    event = event_for(by, slug, Action.RUN_EVENT)
    door, others = _doors(event, door_id)
    picture = _picture(event, site, welcome.poster_code(_key(event, site), door.id))
    return Sign(events.view(event), door, others, picture)


def _key(event: Event, site: Site) -> bytes:
    """Return the key from which an event's codes are made."""
    return welcome.event_key(site.secret, event.id)


def _doors(event: Event, door_id: int | None) -> tuple[DoorChoice, tuple[DoorChoice, ...]]:
    """Return the chosen entrance, or the first one, and the others."""
    doors = [DoorChoice(door.id, door.name, door.room.name, entrance=True) for door in unmanned.entrances(event.id)]
    chosen = next((door for door in doors if door_id in {None, door.id}), None)
    if chosen is None:
        raise NotFound
    return chosen, tuple(door for door in doors if door is not chosen)


def _picture(event: Event, site: Site, code: str) -> str:
    """Draw the code as an address that a phone's camera opens."""
    return qr.svg(qr_payload(site.base_url, welcome_path(event.slug, code)))


def read(slug: str, code: str, *, site: Site, now: datetime) -> Seen:
    """Return where and from what somebody read a code that is good now.

    Raises
    ------
    Invalid
        If it is too old, or none of this event.
    """
    event = named(slug)
    key, doors = _key(event, site), [door.id for door in unmanned.entrances(event.id)]
    for door_id in doors:
        if welcome.is_on_screen(key, door_id, code, now):
            return Seen(event.id, door_id, DeviceKind.SCREEN, now)
    for door_id in doors if EventDoors.of(event.settings).poster else ():
        if welcome.is_on_poster(key, door_id, code):
            return Seen(event.id, door_id, DeviceKind.POSTER, now)
    raise Invalid(TOO_OLD)


def named(slug: str) -> Event:
    """Return an event by its public name, which a QR writes in capitals."""
    event = event_by_slug(slug.lower())
    if event is None:
        raise NotFound
    return event
