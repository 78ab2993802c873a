"""Guests without a place get one at the venue, by themselves: they have proven an address and read the venue's code."""

from datetime import datetime

from eventmatch.domain.actor import Actor
from eventmatch.domain.errors import Conflict
from eventmatch.domain.registration import Registration
from eventmatch.domain.states import AttendeeStatus, Purpose
from eventmatch.domain.welcome import Seen
from eventmatch.models.attendee import Attendee, attendee_of_email, attendee_of_person, places_of
from eventmatch.models.base import db, write_transaction
from eventmatch.models.event import Event
from eventmatch.models.person import Person, addresses_of
from eventmatch.services import audit, profiles, seats, sessions
from eventmatch.services.access import person_for
from eventmatch.services.here import SCAN_FIRST, counts
from eventmatch.services.registration import REFUSALS, SETTLED
from eventmatch.services.walk_ins import NO_WALK_INS, REGISTERED, Newcomer, checked, entered, takes_walk_ins
from eventmatch.services.welcome import named


def register(by: Actor, slug: str, seen: Seen | None, newcomer: Newcomer, *, matching: bool, now: datetime) -> None:
    """Give somebody signed in a place, or a turn on the waiting list; who has either keeps it.

    Raises
    ------
    Conflict
        If this browser read no code lately, or the event registers nobody at the door.
    """
    person_id, event, newcomer = person_for(by), named(slug), checked(newcomer)
    if seen is None or not counts(event, seen, now):
        raise Conflict(SCAN_FIRST)
    event_id = event.id
    with write_transaction():
        event = seats.lock(event_id)
        if now >= event.ends_at:
            raise Conflict(REFUSALS[Registration.OVER])
        seats.fill(event, now)
        place = _own(event, person_id)
        if place is not None and (place.status in SETTLED or place.barred_at is not None):
            return
        if (place is None or place.status is AttendeeStatus.CANCELLED) and not takes_walk_ins(event):
            raise Conflict(NO_WALK_INS)
        place = entered(event, place, newcomer, _address(event, person_id), now)
        _take(place, person_id, newcomer.name)
        profiles.set_consents(place.id, {Purpose.MATCHING} if matching else (), now=now)
        seats.settle(event, place, now)
        sessions.prolong(by, now)
        audit.note(REGISTERED, by=by, event_id=event_id, now=now, attendee=place.id)


def _own(event: Event, person_id: int) -> Attendee | None:
    """Return somebody's place, also one that waits unclaimed under an address of theirs."""
    if (mine := attendee_of_person(event.id, person_id)) is not None:
        return mine
    for row in addresses_of(person_id):
        place = attendee_of_email(event.id, row.address)
        if place is not None and place.person_id is None:
            place.person_id = person_id
            return place
    return None


def _address(event: Event, person_id: int) -> str | None:
    """Return the first of somebody's addresses under which nobody is at the event."""
    mine = (row.address for row in addresses_of(person_id))
    return next((address for address in mine if attendee_of_email(event.id, address) is None), None)


def _take(place: Attendee, person_id: int, name: str) -> None:
    """Let a place be somebody's; of whom only an address was known so far, this is the name."""
    if not places_of(person_id):
        db.session.get_one(Person, person_id).name = name
    place.person_id = person_id
