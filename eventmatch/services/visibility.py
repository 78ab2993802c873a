"""Who may see whom among the attendees of one event: asked by everything that shows one attendee to another."""

from sqlalchemy import Select, select

from eventmatch.domain.errors import NotFound
from eventmatch.domain.states import AttendeeStatus
from eventmatch.models.attendee import SHOWN, Attendee
from eventmatch.models.base import db
from eventmatch.models.tap import blocked_attendees


def visible_peers(attendee: Attendee) -> set[int]:
    """Return the attendees this one may see: with a sure place, not barred, not hidden, no block between them.

    Taking part in matching is another question; lists of people to meet ask for that consent as well.
    """
    return set(db.session.scalars(_shown(attendee))) - blocked_attendees(attendee)


def visible_peer(attendee: Attendee, other_id: int) -> Attendee:
    """Return one attendee this one may see; missing, foreign, hidden and blocked ones raise NotFound alike."""
    found, blocked = db.session.scalar(_shown(attendee).where(Attendee.id == other_id)), blocked_attendees(attendee)
    if found is None or found in blocked:
        raise NotFound
    return db.session.get_one(Attendee, found)


def lets_be_seen(attendee: Attendee) -> bool:
    """Tell whether somebody is there for others at all: with a sure place, not barred, not hidden."""
    return attendee.status is AttendeeStatus.CONFIRMED and attendee.barred_at is None and attendee.hidden_at is None


def _shown(attendee: Attendee) -> Select[int]:
    """Choose the others of the same event who let themselves be seen."""
    return select(Attendee.id).where(Attendee.event_id == attendee.event_id, Attendee.id != attendee.id, *SHOWN)
