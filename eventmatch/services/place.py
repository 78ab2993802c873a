"""Somebody's own place at an event: seen, edited, mailed again, handed over, given back, shown or hidden."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from eventmatch.domain.actor import Actor
from eventmatch.domain.addresses import badge_path, qr_payload
from eventmatch.domain.answers import Answers
from eventmatch.domain.codes import normalise
from eventmatch.domain.door_rules import EVER
from eventmatch.domain.errors import Conflict
from eventmatch.domain.permissions import Action
from eventmatch.domain.registration import Registration
from eventmatch.domain.site import Site
from eventmatch.domain.states import AttendeeStatus, Purpose
from eventmatch.formats import qr
from eventmatch.models.arrival import arrived_since
from eventmatch.models.attendee import Attendee, tags_in_use, waiting_before
from eventmatch.models.base import db, write_transaction
from eventmatch.models.event import Event, counts_from
from eventmatch.models.ticket import Ticket, ticket_by_code, valid_ticket
from eventmatch.services import events, links, outbox, profiles, registration, seats, signing, tickets
from eventmatch.services.access import attendee_for

ARRIVED = "You are already checked in, so this place is used. Speak to the staff at the door."
CHANGED = "Your place does not allow this any more. Look at it again to see how it stands."


@dataclass(frozen=True, slots=True)
class PlaceView:
    """Where somebody stands at an event, and what they show at its doors."""

    event: events.EventView
    status: AttendeeStatus
    barred: bool
    over: bool
    name: str
    email: str
    number: str
    picture: str  # the QR: of the ticket until its owner has arrived, then of the badge
    arrived_at: datetime | None
    before_me: int  # who gets a seat first, on the waiting list
    matching: bool
    hidden: bool

    @property
    def sure(self) -> bool:
        """Whether the owner takes part."""
        return self.status is AttendeeStatus.CONFIRMED and not self.barred

    @property
    def inside(self) -> bool:
        """Whether the owner has arrived and takes part."""
        return self.sure and self.arrived_at is not None


@dataclass(frozen=True, slots=True)
class Editing:
    """What somebody said, to be changed."""

    event: events.EventView
    answers: Answers
    suggestions: tuple[str, ...]


def home(by: Actor, slug: str, *, site: Site, now: datetime) -> PlaceView:
    """Return the actor's own place at an event."""
    place = attendee_for(by, slug, Action.OWN_PLACE)
    ticket = valid_ticket(place.id) if place.status is AttendeeStatus.CONFIRMED else None
    arrived_at = arrived_since(place.id, counts_from(place.event_id, now))
    return PlaceView(
        event=events.view(place.event),
        status=place.status,
        barred=place.barred_at is not None,
        over=now >= place.event.ends_at,
        name=place.name,
        email=place.email or "",
        number=ticket.number if ticket else "",
        picture=_picture(place.event, ticket, site, arrived=arrived_at is not None) if ticket else "",
        arrived_at=arrived_at,
        before_me=waiting_before(place) if place.status is AttendeeStatus.WAITLISTED else 0,
        matching=Purpose.MATCHING in profiles.consents(place.id),
        hidden=place.hidden_at is not None,
    )


def _picture(event: Event, ticket: Ticket, site: Site, *, arrived: bool) -> str:
    """Draw the code that is of use now: what admits, and once inside what names."""
    badge = qr_payload(site.base_url, badge_path(ticket.badge_code))
    return qr.svg(badge if arrived else signing.payload(event, ticket.code, site))


def holder_of(by: Actor, code: str) -> str | None:
    """Return the event whose valid ticket this is, to its holder alone; any other code or person gets nothing."""
    ticket = ticket_by_code(normalise(code))
    if ticket is None or ticket.revoked_at is not None or not by.signed_in:
        return None
    return ticket.attendee.event.slug if ticket.attendee.person_id == by.person_id else None


def editing(by: Actor, slug: str) -> Editing:
    """Return what the actor said, to be changed."""
    place = _mine(by, slug, registration.SETTLED)
    words = dict.fromkeys([*place.event.tag_suggestions, *tags_in_use(place.event_id, limit=80)])
    return Editing(events.view(place.event), registration.heard(place), tuple(words))


def save(by: Actor, slug: str, answers: Answers, *, now: datetime) -> None:
    """Replace all the actor says and agrees to at this event."""
    place = _mine(by, slug, registration.SETTLED)
    with write_transaction():
        registration.say(place, answers, now)


def resend(by: Actor, slug: str, *, now: datetime) -> None:
    """Mail the ticket once more, or the link that still has to be opened."""
    place = _mine(by, slug, {AttendeeStatus.CONFIRMED, AttendeeStatus.PENDING})
    event_id = place.event_id
    with write_transaction():
        seats.lock(event_id)
        _check(place, {AttendeeStatus.CONFIRMED, AttendeeStatus.PENDING})
        if place.status is AttendeeStatus.PENDING:
            registration.ask_again(place, now)
        else:
            links.check_flood(place.email or "", now)
            tickets.send(place, now=now)


def cancel(by: Actor, slug: str, *, now: datetime) -> None:
    """Give the actor's place back; who waits longest gets it."""
    place = _mine(by, slug, registration.SETTLED)
    event_id = place.event_id
    with write_transaction():
        event = seats.lock(event_id)
        _check(place, registration.SETTLED)
        _check_not_used(place, now)
        leave(place, now)
        if place.email:
            outbox.post("cancelled", place.email, now=now, attendee_id=place.id)
        seats.fill(event, now)


def leave(place: Attendee, now: datetime) -> None:
    """Make a place nobody's, inside an open write transaction; its seat is free from now on."""
    place.status, place.held_until, place.waiting_since = AttendeeStatus.CANCELLED, None, None
    links.void_links(place.id, now)


def set_matching(by: Actor, slug: str, *, wanted: bool, now: datetime) -> None:
    """Take part in matching, or leave it: gone from others' pages at once, from their lists with the next plan."""
    place = _mine(by, slug, registration.SETTLED)
    with write_transaction():
        agreed = profiles.consents(place.id) - {Purpose.MATCHING}
        profiles.set_consents(place.id, agreed | {Purpose.MATCHING} if wanted else agreed, now=now)


def set_hidden(by: Actor, slug: str, *, hidden: bool, now: datetime) -> None:
    """Be shown to other attendees, or to none of them."""
    place = _mine(by, slug, registration.SETTLED)
    with write_transaction():
        place.hidden_at = now if hidden else None


def place_for(by: Actor, slug: str) -> Attendee:
    """Return the actor's own confirmed place, which can be handed over."""
    return _mine(by, slug, {AttendeeStatus.CONFIRMED})


def check_transferable(place: Attendee, now: datetime) -> None:
    """Refuse to move a place that is no longer sure or already used."""
    _check(place, {AttendeeStatus.CONFIRMED})
    _check_not_used(place, now)


def _mine(by: Actor, slug: str, states: frozenset[AttendeeStatus] | set[AttendeeStatus]) -> Attendee:
    """Return the actor's own place if it stands like this."""
    place = attendee_for(by, slug, Action.OWN_PLACE)
    _check(place, states)
    return place


def _check(place: Attendee, states: frozenset[AttendeeStatus] | set[AttendeeStatus]) -> None:
    """Refuse what the state of a place does not allow."""
    if place.status not in states or place.barred_at is not None:
        raise Conflict(CHANGED)


def _check_not_used(place: Attendee, now: datetime) -> None:
    """Refuse to give away what has been used, or what nobody can use any more; an entry under way is waited for."""
    db.session.execute(select(Attendee.id).where(Attendee.id == place.id).with_for_update())
    if arrived_since(place.id, EVER) is not None:
        raise Conflict(ARRIVED)
    if now >= place.event.ends_at:
        raise Conflict(registration.REFUSALS[Registration.OVER])
