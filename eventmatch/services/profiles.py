"""Attendees' words and consents: written here whatever door they came in by."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, update

from eventmatch.domain.profiles import Hours, Profile
from eventmatch.domain.states import CONSENT_TEXT_VERSION, Purpose, TagRole
from eventmatch.models.attendee import Attendee, AttendeeHours, AttendeeTag, hours_of, tags_of
from eventmatch.models.base import db
from eventmatch.models.consent import Consent, consents_of

PLAIN_FIELDS = (
    "name",
    "organisation",
    "team",
    "role",
    "headline",
    "about",
    "ask",
    "offer",
    "ask_hidden_from",
    "glad_to_help",
    "mode",
    "can_video",
    "phone",
    "link",
    "arrival_visible_to",
)


def write_profile(attendee: Attendee, profile: Profile) -> None:
    """Replace all an attendee says about themselves, inside an open write transaction; the attendee is flushed."""
    for field in PLAIN_FIELDS:
        setattr(attendee, field, getattr(profile, field))
    db.session.flush()
    _write_tags(attendee.id, profile)
    _write_hours(attendee.id, profile.hours)


def _write_tags(attendee_id: int, profile: Profile) -> None:
    """Replace an attendee's tags."""
    db.session.execute(delete(AttendeeTag).where(AttendeeTag.attendee_id == attendee_id))
    words = {TagRole.INTEREST: profile.interests, TagRole.ASK: profile.asks, TagRole.OFFER: profile.offers}
    for role, tags in words.items():
        for position, tag in enumerate(tags):
            db.session.add(AttendeeTag(attendee_id=attendee_id, role=role, tag=tag, position=position))


def _write_hours(attendee_id: int, hours: Hours) -> None:
    """Replace an attendee's hours."""
    db.session.execute(delete(AttendeeHours).where(AttendeeHours.attendee_id == attendee_id))
    for since, until in hours:
        db.session.add(AttendeeHours(attendee_id=attendee_id, since=since, until=until))


def read_profile(attendee: Attendee) -> Profile:
    """Return all an attendee says about themselves."""
    tags = tags_of([attendee.id]).get(attendee.id, {})
    return Profile(
        interests=tags.get(TagRole.INTEREST, ()),
        asks=tags.get(TagRole.ASK, ()),
        offers=tags.get(TagRole.OFFER, ()),
        hours=hours_of([attendee.id]).get(attendee.id, ()),
        **{field: getattr(attendee, field) for field in PLAIN_FIELDS},
    )


def set_consents(attendee_id: int, purposes: Iterable[Purpose], *, now: datetime, declared_by: str = "") -> None:
    """Make these an attendee's consents from now on, inside an open write transaction; earlier ones stay on record."""
    wanted, given = set(purposes), consents_of([attendee_id]).get(attendee_id, frozenset())
    gone = update(Consent).where(Consent.attendee_id == attendee_id, Consent.withdrawn_at.is_(None))
    db.session.execute(gone.where(Consent.purpose.in_(given - wanted)).values(withdrawn_at=now))
    for purpose in sorted(wanted - given):
        db.session.add(
            Consent(
                attendee_id=attendee_id,
                purpose=purpose,
                text_version=CONSENT_TEXT_VERSION,
                given_at=now,
                declared_by=declared_by,
            )
        )


def consents(attendee_id: int) -> frozenset[Purpose]:
    """Return what an attendee agrees to now."""
    return consents_of([attendee_id]).get(attendee_id, frozenset())
