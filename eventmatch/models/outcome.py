"""How people found meeting each other: one word of one about the other, which nobody else reads."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from eventmatch.domain.states import HowItWas
from eventmatch.models.base import Base, db


class Outcome(Base):
    """One tapped how it was to meet the other; the last word counts."""

    __tablename__ = "outcome"
    __table_args__ = (UniqueConstraint("from_id", "to_id"), CheckConstraint("from_id <> to_id", name="two"))

    id: Mapped[int] = mapped_column(primary_key=True)
    from_id: Mapped[int] = mapped_column(ForeignKey("attendee.id", ondelete="CASCADE"))
    to_id: Mapped[int] = mapped_column(ForeignKey("attendee.id", ondelete="CASCADE"), index=True)
    value: Mapped[HowItWas]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


def outcomes_by(attendee_id: int) -> dict[int, HowItWas]:
    """Return what one attendee said of meeting whom."""
    query = select(Outcome.to_id, Outcome.value).where(Outcome.from_id == attendee_id)
    return {row.to_id: row.value for row in db.session.execute(query)}
