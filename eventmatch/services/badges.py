"""Badges: who sees what behind one, and how two people who both agree become contacts."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select

from eventmatch.domain.actor import Actor
from eventmatch.domain.codes import normalise
from eventmatch.domain.errors import NotFound
from eventmatch.domain.permissions import Role
from eventmatch.domain.states import AttendeeStatus, Purpose
from eventmatch.models.attendee import Attendee, attendee_of_person
from eventmatch.models.base import db
from eventmatch.models.contact import BadgeScan, Contact
from eventmatch.models.device import doors_of_device
from eventmatch.models.tap import blocked_persons
from eventmatch.models.ticket import Ticket
from eventmatch.services import events
from eventmatch.services.access import roles
from eventmatch.services.profiles import consents
from eventmatch.services.sharing import shared_fields
from eventmatch.services.visibility import visible_peer


class Standing(StrEnum):
    """What somebody who opens a badge is to it."""

    OWNER = "owner"
    DOOR = "door"  # on duty at this event
    PEER = "peer"  # has a place at this event
    STRANGER = "stranger"  # signed in, without a sure place there
    NOBODY = "nobody"


class Tie(StrEnum):
    """How far two people have got, as the one who looks may know it."""

    NONE = "none"
    WAITING = "waiting"  # I tapped Connect; a refusal looks the same
    ASKED = "asked"  # they tapped Connect
    CONNECTED = "connected"


@dataclass(frozen=True, slots=True)
class Wearer:
    """Whose badge it is, as far as the one who looks may know."""

    name: str
    organisation: str
    headline: str = ""
    sentence: str = ""  # what they offer, for those who take part in matching


@dataclass(frozen=True, slots=True)
class DoorLine:
    """A door of the one on duty."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class BadgeView:
    """What opening a badge shows."""

    code: str
    standing: Standing
    event: events.EventView
    wearer: Wearer | None = None
    doors: tuple[DoorLine, ...] = ()
    tie: Tie = Tie.NONE
    contact_id: int | None = None
    shares: tuple[str, ...] = ()  # which of my contact details they would see


def look(by: Actor, code: str) -> BadgeView:
    """Return what opening a badge shows; it checks nobody in and connects nobody.

    Raises
    ------
    NotFound
        If the badge is unknown or revoked, or its owner is not there for this actor: all alike.
    """
    ticket = ticket_of_badge(code)
    owner, event = ticket.attendee, events.view(ticket.attendee.event)
    standing = standing_of(by, owner)
    if standing is Standing.PEER:
        return _as_peer(by, ticket, event)
    if not _is_open_to(by, standing, ticket):
        raise NotFound
    wearer = Wearer(owner.name, owner.organisation) if standing is Standing.DOOR else None
    doors = doors_of_device(by.device_id) if standing is Standing.DOOR and by.device_id else []
    return BadgeView(ticket.badge_code, standing, event, wearer, tuple(DoorLine(door.id, door.name) for door in doors))


def ticket_of_badge(code: str) -> Ticket:
    """Return the ticket a badge belongs to, even a revoked one, so that refusing it takes the usual way."""
    ticket = db.session.scalar(select(Ticket).where(Ticket.badge_code == normalise(code)))
    if ticket is None:
        raise NotFound
    return ticket


def standing_of(by: Actor, owner: Attendee) -> Standing:
    """Return what the actor is to a badge's owner."""
    if by.signed_in and owner.person_id == by.person_id:
        return Standing.OWNER
    mine = roles(by, owner.event)
    if Role.DEVICE in mine:
        return Standing.DOOR
    if Role.ATTENDEE in mine:
        return Standing.PEER
    return Standing.STRANGER if by.signed_in else Standing.NOBODY


def peer_behind(by: Actor, ticket: Ticket) -> tuple[Attendee, Attendee]:
    """Return the actor's own place and the badge's owner; revoked, hidden and blocked are refused in one way."""
    me = attendee_of_person(ticket.event_id, by.person_id or 0)
    if me is None:
        raise NotFound
    owner = visible_peer(me, ticket.attendee_id)
    if ticket.revoked_at is not None:
        raise NotFound
    return me, owner


def _is_open_to(by: Actor, standing: Standing, ticket: Ticket) -> bool:
    """Tell whether somebody who is no peer may know that this badge exists."""
    if standing in {Standing.OWNER, Standing.DOOR}:
        return ticket.revoked_at is None
    owner, blocked = ticket.attendee, blocked_persons(by.person_id or 0)
    present = owner.status is AttendeeStatus.CONFIRMED and owner.barred_at is None and owner.hidden_at is None
    return present and ticket.revoked_at is None and owner.person_id not in blocked


def _as_peer(by: Actor, ticket: Ticket, event: events.EventView) -> BadgeView:
    """Show somebody to connect with."""
    me, owner = peer_behind(by, ticket)
    sentence = owner.offer if Purpose.MATCHING in consents(owner.id) else ""
    tie = tie_between(me.id, owner.id)
    return BadgeView(
        code=ticket.badge_code,
        standing=Standing.PEER,
        event=event,
        wearer=Wearer(owner.name, owner.organisation, owner.headline, sentence),
        tie=tie,
        contact_id=_contact_id(me, owner) if tie is Tie.CONNECTED else None,
        shares=shared_fields([me])[me.id],
    )


def tie_between(my_id: int, other_id: int) -> Tie:
    """Return how far two attendees have got, as the first may know it."""
    pair = select(BadgeScan).where(BadgeScan.scanner_id.in_([my_id, other_id]))
    scans = list(db.session.scalars(pair.where(BadgeScan.owner_id.in_([my_id, other_id]))))
    if any(scan.accepted_at for scan in scans):
        return Tie.CONNECTED
    if any(scan.scanner_id == my_id for scan in scans):
        return Tie.WAITING
    return Tie.ASKED if scans else Tie.NONE


def _contact_id(me: Attendee, other: Attendee) -> int | None:
    """Return the entry of somebody in my book, unless I deleted it."""
    query = select(Contact.id).where(Contact.owner_id == me.person_id, Contact.other_id == other.person_id)
    return db.session.scalar(query)
