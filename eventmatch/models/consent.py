"""What people agreed to: one row for each time, never overwritten."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, select, text
from sqlalchemy.orm import Mapped, mapped_column

from eventmatch.domain.states import Purpose
from eventmatch.models.base import Base, db


class Consent(Base):
    """One purpose an attendee agreed to, under which text, and until when."""

    __tablename__ = "consent"
    __table_args__ = (
        Index(
            "uq_consent_in_force",
            "attendee_id",
            "purpose",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    attendee_id: Mapped[int] = mapped_column(ForeignKey("attendee.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[Purpose]
    text_version: Mapped[str] = mapped_column(String(20))
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    declared_by: Mapped[str] = mapped_column(String(300), default="")  # where an organiser says it was given


def consents_of(attendee_ids: Iterable[int]) -> dict[int, frozenset[Purpose]]:
    """Return what each of these attendees agrees to now; those who agree to nothing are absent."""
    found: dict[int, frozenset[Purpose]] = {}
    query = select(Consent.attendee_id, Consent.purpose).where(Consent.attendee_id.in_(list(attendee_ids)))
    for attendee_id, purpose in db.session.execute(query.where(Consent.withdrawn_at.is_(None))):
        found[attendee_id] = found.get(attendee_id, frozenset()) | {purpose}
    return found


def consented(event_id: int, purpose: Purpose) -> set[int]:
    """Return the attendees of an event who agree to this now."""
    from_attendee = text("attendee_id IN (SELECT id FROM attendee WHERE event_id = :event)").bindparams(event=event_id)
    query = select(Consent.attendee_id).where(from_attendee, Consent.purpose == purpose)
    return set(db.session.scalars(query.where(Consent.withdrawn_at.is_(None))))
