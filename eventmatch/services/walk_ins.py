"""People who register at the door, with or without an address: staff write them down and let them in with one press."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from eventmatch.domain.actor import Actor
from eventmatch.domain.codes import token_hash
from eventmatch.domain.door_rules import EventDoors
from eventmatch.domain.errors import Conflict, Invalid
from eventmatch.domain.profiles import clean_line
from eventmatch.domain.readings import DoorKey, Reading
from eventmatch.domain.registration import Registration
from eventmatch.domain.states import AttendeeStatus, TicketKind
from eventmatch.models.attendee import Attendee
from eventmatch.models.base import db, write_transaction
from eventmatch.models.event import Event
from eventmatch.models.place import Place
from eventmatch.models.ticket import Ticket, valid_ticket
from eventmatch.models.work import Audit
from eventmatch.services import audit, badge_sheets, links, profiles, seats
from eventmatch.services.account import clean_address
from eventmatch.services.badge_sheets import BadgeView
from eventmatch.services.checkin import place_for, scan
from eventmatch.services.entries import Entry
from eventmatch.services.registration import REFUSALS, place_under

REGISTERED = "walk-in registered"
NO_WALK_INS = "The organiser has nobody registered at the door. Ask them."
AT_ENTRANCES = "People are registered at an entrance, not at the door of a room."
FULL = "All places are taken. Only the organiser can let one more person in."
KNOWN = "This address has a place already: search for the name, or ask the organiser."


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Who registers at the door."""

    name: str
    organisation: str = ""
    email: str = ""  # typed by staff, hence unproven; who registers alone has proven theirs


@dataclass(frozen=True, slots=True)
class Counter:
    """What staff see who register somebody at their door."""

    door_id: int
    door: str
    event: str
    refusal: str  # why nobody is registered here; "" where they are
    seats_left: int | None
    may_exceed: bool


@dataclass(frozen=True, slots=True)
class WalkIn:
    """Somebody just registered by staff, and the answer of the door."""

    attendee_id: int
    number: str
    entry: Entry


def look(door_id: int, *, by: Actor, now: datetime) -> Counter:
    """Return what staff need to know before they register somebody."""
    place = place_for(DoorKey(door_id), by, now)
    event = db.session.get_one(Event, place.event_id)
    free, refusal = seats.free(event, now), _refusal(place, event, now)
    left = max(free, 0) if free is not None else None
    return Counter(place.door_id, place.door, event.name, refusal, left, place.may_override)


def _refusal(place: Place, event: Event, now: datetime) -> str:
    """Say why nobody is registered at a door, if so; who may let people in anyway may do this, too."""
    if now >= event.ends_at:
        return REFUSALS[Registration.OVER]
    if not place.venue:
        return AT_ENTRANCES
    return "" if takes_walk_ins(event) or place.may_override else NO_WALK_INS


def takes_walk_ins(event: Event) -> bool:
    """Tell whether the organiser lets people register at the door."""
    return EventDoors.of(event.settings).walk_ins


def register(door_id: int, newcomer: Newcomer, *, nonce: str, by: Actor, now: datetime, exceed: bool = False) -> WalkIn:
    """Write somebody down, give them a ticket and let them in; a repeated nonce does it once.

    Raises
    ------
    Conflict
        If nobody is registered here, all places are taken, or the address has a place.
    """
    door, newcomer = DoorKey(door_id), checked(newcomer)
    place = place_for(door, by, now)
    with write_transaction():
        event = seats.lock(place.event_id)
        if refusal := _refusal(place, event, now):
            raise Conflict(refusal)
        ticket = _known(place, nonce)
        if ticket is None:
            beyond = _check_seats(event, place, now, exceed=exceed)
            ticket = _add(event, newcomer, now)
            facts = {"attendee": ticket.attendee_id, "nonce": token_hash(nonce), "beyond": beyond}
            audit.note(REGISTERED, by=by, event_id=event.id, now=now, **facts)
    entry = scan(door, Reading(ticket.code, nonce), by=by, at=now)
    return WalkIn(ticket.attendee_id, ticket.number, entry)


def badge(door_id: int, walk_in: WalkIn, *, by: Actor, base_url: str, now: datetime) -> BadgeView:
    """Return the badge of somebody just registered at this door, for the browser to print."""
    return badge_sheets.one(place_for(DoorKey(door_id), by, now).event_id, walk_in.attendee_id, base_url)


def checked(newcomer: Newcomer) -> Newcomer:
    """Return clean words, or say what is wrong with them."""
    name, organisation = clean_line(newcomer.name, "name"), clean_line(newcomer.organisation, "organisation")
    if not name:
        raise Invalid("Type a name.", field="name")
    return Newcomer(name, organisation, clean_address(newcomer.email) if newcomer.email.strip() else "")


def _known(place: Place, nonce: str) -> Ticket | None:
    """Return the ticket that this very press made before."""
    mine = select(Audit.detail).where(Audit.event_id == place.event_id, Audit.device_id == place.device_id)
    mine = mine.where(Audit.action == REGISTERED, Audit.detail["nonce"].as_string() == token_hash(nonce))
    detail = db.session.scalar(mine.limit(1))
    return valid_ticket(detail["attendee"]) if detail is not None else None


def _check_seats(event: Event, place: Place, now: datetime, *, exceed: bool) -> bool:
    """Tell whether somebody gets a seat there is not; refuse where this device may not go that far."""
    seats.fill(event, now)
    if seats.has_free(event, now):
        return False
    if not (exceed and place.may_override):
        raise Conflict(FULL)
    return True


def _add(event: Event, newcomer: Newcomer, now: datetime) -> Ticket:
    """Give somebody a place and a ticket, and mail it where an address was named."""
    if newcomer.email:
        links.check_flood(newcomer.email, now)
    attendee = entered(event, _unproven(event, newcomer), newcomer, newcomer.email or None, now)
    profiles.set_consents(attendee.id, (), now=now)  # a stranger may have ticked them under an unproven address
    seats.admit(attendee, "ticket", now)
    valid = select(Ticket).where(Ticket.attendee_id == attendee.id, Ticket.revoked_at.is_(None))
    return db.session.scalars(valid).one()


def _unproven(event: Event, newcomer: Newcomer) -> Attendee | None:
    """Return the place somebody has not got beyond registering for under this address."""
    place = place_under(event.id, newcomer.email) if newcomer.email else None
    if place is None:
        return None
    if place.status is not AttendeeStatus.PENDING or place.person_id is not None or place.barred_at is not None:
        raise Conflict(KNOWN, field="email")
    return place


def entered(event: Event, place: Attendee | None, newcomer: Newcomer, email: str | None, now: datetime) -> Attendee:
    """Write somebody down who has no seat yet, inside a transaction that locked the event; what they said stays."""
    if place is None:
        place = Attendee(event_id=event.id, email=email, name=newcomer.name, registered_at=now, walk_in=True)
        place.status, place.held_until = AttendeeStatus.PENDING, now
        db.session.add(place)
        db.session.flush()
    elif place.status is AttendeeStatus.CANCELLED:
        place.kind, place.registered_at, place.walk_in = TicketKind.GUEST, now, True
    said = replace(profiles.read_profile(place), name=newcomer.name, organisation=newcomer.organisation)
    profiles.write_profile(place, said)
    links.void_links(place.id, now)
    return place
