"""Seats: never more than there are, whoever asks at once; one that frees itself goes to who has waited longest."""

from datetime import datetime

from sqlalchemy import select

from eventmatch.domain.registration import may_hold
from eventmatch.domain.sign_in import SEAT_HELD
from eventmatch.domain.states import AttendeeStatus
from eventmatch.models.attendee import Attendee, events_waited_for, next_waiting, seats_held, seats_taken
from eventmatch.models.base import db, write_transaction
from eventmatch.models.event import Event
from eventmatch.services import outbox, tickets


def lock(event_id: int) -> Event:
    """Make everybody else who wants a seat of this event wait, inside an open write transaction.

    Scans go on meanwhile: the lock does not touch the event's key.
    """
    query = select(Event).where(Event.id == event_id).with_for_update(key_share=True)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def free(event: Event, now: datetime) -> int | None:
    """Return how many seats are neither taken nor held; none at all means no limit."""
    return None if event.capacity is None else event.capacity - seats_taken(event.id, now)


def has_free(event: Event, now: datetime) -> bool:
    """Tell whether somebody new gets a seat."""
    seats = free(event, now)
    return seats is None or seats > 0


def holds(place: Attendee, now: datetime) -> bool:
    """Tell whether a seat is kept for somebody who has not verified an address yet."""
    return place.status is AttendeeStatus.PENDING and place.held_until is not None and place.held_until > now


def hold(event: Event, place: Attendee, now: datetime, *, anew: bool = False) -> None:
    """Keep a seat for a new registration, or a turn on the waiting list, inside a transaction that locked the event.

    A stranger who asks again prolongs nothing: whoever proves no address gives the seat back in time.
    """
    held = holds(place, now)
    if held and not anew:
        return
    if held or _may_hold(event, now):
        place.held_until, place.waiting_since = now + SEAT_HELD, None
    else:
        place.held_until, place.waiting_since = now, place.waiting_since or now
    place.status = AttendeeStatus.PENDING


def _may_hold(event: Event, now: datetime) -> bool:
    """Tell whether a seat can be kept for somebody who has not proven an address."""
    if event.capacity is None:
        return True
    return has_free(event, now) and may_hold(seats_held(event.id, now), event.capacity)


def hand_on(place: Attendee, now: datetime) -> None:
    """Keep somebody else's seat, just given up, for this place, inside a transaction that locked the event."""
    place.status, place.held_until, place.waiting_since = AttendeeStatus.PENDING, now + SEAT_HELD, None


def settle(event: Event, place: Attendee, now: datetime) -> None:
    """Turn a proven registration into a place with a ticket, or a turn, inside a transaction that locked the event."""
    if holds(place, now) or has_free(event, now):
        admit(place, "ticket", now)
        return
    place.status, place.held_until = AttendeeStatus.WAITLISTED, None
    place.waiting_since = place.waiting_since or now
    if place.email is not None:
        outbox.post("waiting_list", place.email, now=now, attendee_id=place.id)


def admit(place: Attendee, letter: str, now: datetime) -> None:
    """Confirm a place and mail its ticket, inside an open write transaction."""
    place.status, place.held_until, place.waiting_since = AttendeeStatus.CONFIRMED, None, None
    tickets.issue(place, now=now)
    tickets.send(place, letter, now=now)


def fill(event: Event, now: datetime) -> int:
    """Give free seats to those who wait, inside a transaction that locked the event; returns how many."""
    promoted = 0
    while now < event.ends_at and has_free(event, now) and (place := next_waiting(event.id)) is not None:
        admit(place, "promoted", now)
        promoted += 1
    return promoted


def promote(event_id: int, now: datetime) -> int:
    """Give an event's free seats to those who wait; returns how many."""
    with write_transaction():
        return fill(lock(event_id), now)


def promote_everywhere(now: datetime) -> int:
    """Give away the seats that freed themselves, at all events people wait for; returns how many."""
    return sum(promote(event_id, now) for event_id in events_waited_for(now))
