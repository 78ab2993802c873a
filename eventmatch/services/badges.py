"""Badges: who sees what behind one, and how two people who both agree become contacts."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select

from eventmatch.domain.actor import Actor
from eventmatch.domain.codes import is_code, normalise
from eventmatch.domain.errors import NotFound
from eventmatch.domain.permissions import Role
from eventmatch.domain.states import Purpose
from eventmatch.models.attendee import Attendee, attendee_of_person
from eventmatch.models.base import db
from eventmatch.models.contact import BadgeScan, Contact
from eventmatch.models.device import doors_of_device
from eventmatch.models.ticket import Ticket, ticket_by_badge
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
    NOBODY = "nobody"  # not signed in


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
    event: events.EventView | None = None  # nothing of it to who is not signed in
    wearer: Wearer | None = None
    doors: tuple[DoorLine, ...] = ()
    tie: Tie = Tie.NONE
    contact_id: int | None = None
    shares: tuple[str, ...] = ()  # which of my contact details they would see


def look(by: Actor, code: str) -> BadgeView:
    """Return what opening a badge shows; it checks nobody in and connects nobody.

    Who is not signed in is shown the same for every code there could be: if anything depended on the owner,
    who is refused when signed in and not otherwise would know of a block.

    Raises
    ------
    NotFound
        If the badge is unknown or revoked, or its owner is not there for this actor: all alike.
    """
    if not by.signed_in and not _is_on_duty(by, code):
        return BadgeView(_well_formed(code), Standing.NOBODY)
    ticket = ticket_of_badge(code)
    standing, event = standing_of(by, ticket.attendee), events.view(ticket.attendee.event)
    if standing is Standing.PEER:
        return _as_peer(by, ticket, event)
    if standing is Standing.STRANGER or ticket.revoked_at is not None:
        raise NotFound
    if standing is Standing.DOOR:
        return _at_door(by, ticket, event)
    return BadgeView(ticket.badge_code, standing, event)


def _is_on_duty(by: Actor, code: str) -> bool:
    """Tell whether the actor's device serves the event of this badge."""
    ticket = ticket_by_badge(normalise(code)) if by.device_id is not None else None
    return ticket is not None and Role.DEVICE in roles(by, ticket.attendee.event)


def _well_formed(code: str) -> str:
    """Return a code as it was meant, whether or not there is one like it."""
    code = normalise(code)
    if not is_code(code):
        raise NotFound
    return code


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
    """Return the actor's own place and the badge's owner; revoked, hidden and blocked are refused in one way.

    So are those who were imported and have not claimed their place: they were told that nothing is shown before.
    """
    me = attendee_of_person(ticket.event_id, by.person_id or 0)
    if me is None:
        raise NotFound
    owner = visible_peer(me, ticket.attendee_id)
    if ticket.revoked_at is not None or owner.person_id is None:
        raise NotFound
    return me, owner


def _at_door(by: Actor, ticket: Ticket, event: events.EventView) -> BadgeView:
    """Show whom to let in, and where."""
    wearer = Wearer(ticket.attendee.name, ticket.attendee.organisation)
    doors = tuple(DoorLine(door.id, door.name) for door in doors_of_device(by.device_id or 0))
    return BadgeView(ticket.badge_code, Standing.DOOR, event, wearer, doors)


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
