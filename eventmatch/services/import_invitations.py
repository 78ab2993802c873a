"""People an organiser imported are told once, and claim their place with the link in that mail."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from eventmatch.domain.addresses import attendee_path, sign_in_path
from eventmatch.domain.errors import TooMany
from eventmatch.domain.sign_in import LinkPurpose
from eventmatch.domain.states import AttendeeStatus, Purpose
from eventmatch.models.attendee import Attendee
from eventmatch.models.base import db
from eventmatch.models.consent import consents_of
from eventmatch.models.event import Event
from eventmatch.models.person import SignIn
from eventmatch.services import outbox
from eventmatch.services.links import add_link


def invite(event_id: int, addresses: Sequence[str], *, now: datetime) -> int:
    """Invite those of these addresses who were imported, are nobody's yet and were never invited.

    Inside an open write transaction; an address that gets too many mails just now is left for the next time.
    """
    event = db.session.get_one(Event, event_id)
    waiting = select(Attendee.id, Attendee.email).where(*_uninvited(event_id), Attendee.email.in_(addresses))
    found = [(attendee_id, email or "") for attendee_id, email in db.session.execute(waiting)]
    agreed = consents_of([attendee_id for attendee_id, _ in found])
    return sum(_send(event, place, email, agreed.get(place, frozenset()), now) for place, email in found)


def _send(event: Event, attendee_id: int, address: str, agreed: frozenset[Purpose], now: datetime) -> bool:
    """Mail one link that claims a place; the letter says so when the organiser declared consent to matching."""
    try:
        page = attendee_path(event.slug)
        link = add_link(LinkPurpose.CLAIM, address, now=now, next_path=page, attendee_id=attendee_id)
    except TooMany:
        return False
    declared = {"declared": "matching"} if Purpose.MATCHING in agreed else {}
    claim = sign_in_path(link.token)
    outbox.post("invitation", address, now=now, attendee_id=attendee_id, claim_path=claim, **declared)
    return True


def count_uninvited(event_id: int) -> int:
    """Count the imported people who have not been told yet."""
    return db.session.scalar(select(func.count()).select_from(Attendee).where(*_uninvited(event_id))) or 0


def _uninvited(event_id: int) -> tuple[ColumnElement[bool], ...]:
    """Describe imported people nobody has claimed and nobody has invited."""
    told = select(SignIn.attendee_id).where(SignIn.purpose == LinkPurpose.CLAIM, SignIn.attendee_id.is_not(None))
    return (
        Attendee.event_id == event_id,
        Attendee.imported.is_(True),
        Attendee.email.is_not(None),
        Attendee.person_id.is_(None),
        Attendee.status == AttendeeStatus.CONFIRMED,
        Attendee.barred_at.is_(None),
        Attendee.id.not_in(told),
    )
