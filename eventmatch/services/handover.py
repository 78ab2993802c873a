"""Handing a place over to a colleague: the old code dies at once, the colleague agrees to everything anew."""

from datetime import datetime

from eventmatch.domain.actor import Actor
from eventmatch.domain.answers import Answers
from eventmatch.domain.errors import Invalid
from eventmatch.domain.profiles import Profile, clean_line
from eventmatch.domain.registration import modes_at
from eventmatch.domain.states import AttendeeStatus
from eventmatch.models.attendee import Attendee
from eventmatch.models.base import db, write_transaction
from eventmatch.services import outbox, registration, seats, tickets
from eventmatch.services.account import clean_address
from eventmatch.services.place import check_transferable, leave, place_for


def hand_over(by: Actor, slug: str, *, name: str, email: str, now: datetime) -> None:
    """Give the actor's place to somebody else; whether that person already has one shows only in their mail.

    Raises
    ------
    Conflict
        If the actor has already arrived, or has no sure place any more.
    Invalid
        If the address is not one, or the actor's own.
    """
    mine, address, name = place_for(by, slug), clean_address(email), clean_line(name, "name")
    event_id = mine.event_id
    with write_transaction():
        event = seats.lock(event_id)
        check_transferable(mine, now)
        colleague = registration.place_under(event_id, address)
        if colleague is mine:
            raise Invalid("This is your own address; type your colleague's.", field="email")
        tickets.revoke(mine.id, now=now)
        leave(mine, now)
        _give(colleague or _newcomer(mine, address, name, now), address, mine.name, now)
        if mine.email:
            outbox.post("handed_over_from", mine.email, now=now, attendee_id=mine.id, colleague=name)
        seats.fill(event, now)


def _newcomer(mine: Attendee, address: str, name: str, now: datetime) -> Attendee:
    """Make a place for somebody unknown, who comes as what the giver would have come as."""
    place = Attendee(event_id=mine.event_id, email=address, name=name, kind=mine.kind, registered_at=now)
    seats.hand_on(place, now)
    db.session.add(place)
    db.session.flush()
    registration.say(place, Answers(Profile(name, mode=modes_at(mine.event.mode)[0])), now)
    return place


def _give(colleague: Attendee, address: str, giver: str, now: datetime) -> None:
    """Hand the seat on: to who waits at once, to who has none once the address is proven, to others nothing changes."""
    if colleague.status is AttendeeStatus.CONFIRMED or colleague.barred_at is not None:
        registration.remind(colleague, address, now)
    elif colleague.status is AttendeeStatus.WAITLISTED:
        seats.admit(colleague, "promoted", now)
    else:
        seats.hand_on(colleague, now)
        said = registration.heard(colleague)
        registration.ask_to_verify(colleague, address, said, now=now, letter="handed_over_to", colleague=giver)
