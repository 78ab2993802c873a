"""Tickets: issued once a place is sure, mailed, reissued, revoked; the codes come from `secrets`."""

from datetime import datetime

from sqlalchemy import select, update

from eventmatch.domain.addresses import attendee_path, sign_in_path
from eventmatch.domain.codes import new_code, new_number
from eventmatch.domain.sign_in import LinkPurpose
from eventmatch.models.attendee import Attendee
from eventmatch.models.base import db
from eventmatch.models.ticket import Ticket
from eventmatch.services import outbox
from eventmatch.services.links import enclose_link


def issue(attendee: Attendee, *, now: datetime) -> Ticket:
    """Give an attendee a ticket with fresh codes, inside an open write transaction; a valid one before it dies."""
    revoke(attendee.id, now=now)
    ticket = Ticket(
        event_id=attendee.event_id,
        attendee_id=attendee.id,
        code=new_code(),
        badge_code=new_code(),
        number=_free_number(attendee.event_id),
        issued_at=now,
    )
    db.session.add(ticket)
    db.session.flush()
    return ticket


def revoke(attendee_id: int, *, now: datetime) -> None:
    """Make an attendee's ticket open nothing any more, inside an open write transaction."""
    valid = update(Ticket).where(Ticket.attendee_id == attendee_id, Ticket.revoked_at.is_(None))
    db.session.execute(valid.values(revoked_at=now))


def send(attendee: Attendee, letter: str = "ticket", *, now: datetime) -> None:
    """Mail an attendee the valid ticket with a way to sign in, inside an open write transaction."""
    if attendee.email is None:
        return
    page = attendee_path(attendee.event.slug)
    link = enclose_link(LinkPurpose.SIGN_IN, attendee.email, now=now, next_path=page)
    outbox.post(letter, attendee.email, now=now, attendee_id=attendee.id, sign_in_path=sign_in_path(link.token))


def _free_number(event_id: int) -> str:
    """Draw a number nobody has at this event: a thousand million possible ones, so the first draw nearly always is."""
    number = new_number()
    while db.session.scalar(select(Ticket.id).where(Ticket.event_id == event_id, Ticket.number == number)):
        number = new_number()
    return number
