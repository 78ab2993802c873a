"""Match runs and the pairs they found."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from eventmatch.models.base import Base, db


class MatchRun(Base):
    """One computation of everybody's lists; the latest published one is what people see."""

    __tablename__ = "match_run"
    __table_args__ = (Index("ix_match_run_event_published", "event_id", "published_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    people: Mapped[int] = mapped_column(default=0)
    measures: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class Match(Base):
    """An unordered pair of attendees of one event: on both lists or on neither."""

    __tablename__ = "match"
    __table_args__ = (
        UniqueConstraint("run_id", "low_id", "high_id"),
        CheckConstraint("low_id < high_id", name="low_below_high"),
        Index("ix_match_run_high", "run_id", "high_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("match_run.id", ondelete="CASCADE"))
    low_id: Mapped[int] = mapped_column(ForeignKey("attendee.id", ondelete="CASCADE"))
    high_id: Mapped[int] = mapped_column(ForeignKey("attendee.id", ondelete="CASCADE"), index=True)
    value: Mapped[float]  # harmonic mean of both directions
    low_score: Mapped[float]  # what the low one gets from the high one, 0 to 1
    high_score: Mapped[float]
    low_rank: Mapped[int]  # place of this match on the low one's list, from 1
    high_rank: Mapped[int]
    low_terms: Mapped[dict[str, Any]] = mapped_column(JSON)  # terms and reasons of the low one's direction
    high_terms: Mapped[dict[str, Any]] = mapped_column(JSON)


def latest_run(event_id: int) -> MatchRun | None:
    """Return the run whose lists people see now."""
    query = select(MatchRun).where(MatchRun.event_id == event_id, MatchRun.published_at.is_not(None))
    return db.session.scalar(query.order_by(MatchRun.published_at.desc(), MatchRun.id.desc()).limit(1))


def matches_of(run_id: int, attendee_id: int) -> list[Match]:
    """Return one attendee's matches in one run."""
    mine = or_(Match.low_id == attendee_id, Match.high_id == attendee_id)
    return list(db.session.scalars(select(Match).where(Match.run_id == run_id, mine).order_by(Match.id)))
