"""Guests say that they are here: with a code their phone has just read, one tap, and they are in.

There is one door only: every tap ends in `services.checkin.scan`, by a device nobody holds.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from eventmatch.domain.actor import Actor
from eventmatch.domain.door_rules import EventDoors
from eventmatch.domain.errors import Conflict
from eventmatch.domain.permissions import Action
from eventmatch.domain.readings import DoorKey, Reading
from eventmatch.domain.states import AttendeeStatus, DeviceKind
from eventmatch.domain.welcome import Seen
from eventmatch.models import arrival
from eventmatch.models.attendee import Attendee, attendee_of_person, places_of
from eventmatch.models.check_in import departures
from eventmatch.models.event import Event, counts_from
from eventmatch.models.ticket import valid_ticket
from eventmatch.services import events, seats, unmanned
from eventmatch.services.access import attendee_for
from eventmatch.services.checkin import scan
from eventmatch.services.entries import Entry
from eventmatch.services.welcome import named

SCAN_FIRST = "Point your camera at the code of the event first. It then counts for ten minutes."
NO_TICKET = "You have no ticket that could let you in. Look at your place, or ask the staff."


class Standing(StrEnum):
    """Where somebody stands who opened a code; each has a page of its own."""

    SCAN = "scan"  # opened none lately
    SIGN_IN = "sign_in"
    READY = "ready"  # one tap is left
    INSIDE = "inside"
    REGISTER = "register"  # has no place, and may have one
    WAITING = "waiting"
    NO_PLACE = "no_place"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Here:
    """A guest at the door, as far as we know them."""

    event: events.EventView
    standing: Standing
    name: str
    organisation: str
    full: bool  # whoever registers now waits for a seat


def look(by: Actor, slug: str, seen: Seen | None, *, now: datetime) -> Here:
    """Return where somebody stands; nothing of it depends on an address nobody has proven."""
    event = named(slug)
    place = attendee_of_person(event.id, by.person_id) if by.person_id else None
    return Here(
        event=events.view(event),
        standing=_standing(by, event, place, seen, now),
        name=place.name if place is not None else _called(by),
        organisation=place.organisation if place is not None else "",
        full=not (seats.has_free(event, now) or (place is not None and seats.holds(place, now))),
    )


def _called(by: Actor) -> str:
    """Return somebody's name; of whom only an address is known so far, the part before the @ is none."""
    return by.name if by.person_id is not None and places_of(by.person_id) else ""


def _standing(by: Actor, event: Event, place: Attendee | None, seen: Seen | None, now: datetime) -> Standing:
    """Choose the page."""
    if now >= event.ends_at:
        return Standing.OVER
    if place is not None and is_inside(place, now):
        return Standing.INSIDE
    if seen is None or not counts(event, seen, now):
        return Standing.SCAN
    return _of_place(event, place) if by.signed_in else Standing.SIGN_IN


def _of_place(event: Event, place: Attendee | None) -> Standing:
    """Choose the page of somebody signed in who has just read a code."""
    open_to_all = EventDoors.of(event.settings).walk_ins
    if place is None:
        return Standing.REGISTER if open_to_all else Standing.NO_PLACE
    if place.barred_at is not None:
        return Standing.READY  # the door answers as it does to everybody barred
    if place.status is AttendeeStatus.PENDING:  # signing in proved the address: what the mailed link was for
        return Standing.REGISTER
    if place.status is AttendeeStatus.CANCELLED and open_to_all:
        return Standing.REGISTER
    return Standing.WAITING if place.status is AttendeeStatus.WAITLISTED else Standing.READY


def counts(event: Event, seen: Seen, now: datetime) -> bool:
    """Tell whether what a browser read still counts at an event."""
    allowed = seen.kind is not DeviceKind.POSTER or EventDoors.of(event.settings).poster
    return allowed and seen.is_good(event.id, now)


def is_inside(place: Attendee, now: datetime) -> bool:
    """Tell whether somebody is checked in; where each day counts anew, since this morning."""
    return place.barred_at is None and arrival.is_inside(place.id, counts_from(place.event_id, now))


def check_in(by: Actor, slug: str, seen: Seen | None, *, now: datetime) -> Entry:
    """Judge somebody's own tap as the door judges their ticket.

    Raises
    ------
    Conflict
        If this browser read no code lately, or there is no ticket to judge.
    """
    place = attendee_for(by, slug.lower(), Action.OWN_PLACE)
    if seen is None or not counts(place.event, seen, now):
        raise Conflict(SCAN_FIRST)
    device = unmanned.stand_in(place.event_id, seen.kind, seen.door_id, now)
    return scan_own(place, DoorKey(seen.door_id), device, now)


def scan_own(place: Attendee, door: DoorKey, device: Actor, now: datetime) -> Entry:
    """Read somebody's own ticket at a door."""
    ticket = valid_ticket(place.id)
    if ticket is None:
        raise Conflict(NO_TICKET)
    # The same tap twice is one check-in; who was refused, or went out meanwhile, is judged anew a minute later.
    nonce = f"self-{ticket.id}-{departures(ticket.id)}-{now:%Y%m%d%H%M}"
    return scan(door, Reading(ticket.code, nonce), by=device, at=now)
