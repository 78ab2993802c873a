"""Rounds of an event: who meets whom at which table; nobody can be at two tables at once."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, UniqueConstraint, delete, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from eventmatch.domain.rounds import RoundTimes, Seating
from eventmatch.models.base import Base, db


class RoundPlan(Base):
    """When an event's rounds are, and what they were made from; an event has one plan or none."""

    __tablename__ = "round_plan"
    __table_args__ = (
        CheckConstraint("rounds >= 1", name="some_rounds"),
        CheckConstraint("minutes >= 1", name="some_minutes"),
        CheckConstraint("tables IS NULL OR tables >= 1", name="some_tables"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), unique=True)
    starts_at: Mapped[datetime]
    rounds: Mapped[int]
    minutes: Mapped[int]  # of each meeting
    pause: Mapped[int]  # minutes between two rounds
    tables: Mapped[int | None]  # None: as many as needed
    away: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # who stays away from which round on
    created_at: Mapped[datetime]

    @property
    def times(self) -> RoundTimes:
        """When each round begins and ends."""
        return RoundTimes(self.starts_at, self.rounds, self.minutes, self.pause)


class Meeting(Base):
    """A table that is taken in one round."""

    __tablename__ = "meeting"
    __table_args__ = (UniqueConstraint("plan_id", "round", "table_number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("round_plan.id", ondelete="CASCADE"))
    round: Mapped[int]  # from 0
    table_number: Mapped[int]  # from 1


class MeetingPerson(Base):
    """One of a meeting's two or three people; plan and round stand here too, so that nobody has two at once."""

    __tablename__ = "meeting_person"
    __table_args__ = (UniqueConstraint("plan_id", "round", "attendee_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id", ondelete="CASCADE"), index=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("round_plan.id", ondelete="CASCADE"))
    round: Mapped[int]
    attendee_id: Mapped[int] = mapped_column(ForeignKey("attendee.id", ondelete="CASCADE"), index=True)


def plan_of(event_id: int) -> RoundPlan | None:
    """Return an event's rounds."""
    return db.session.scalar(select(RoundPlan).where(RoundPlan.event_id == event_id))


def seatings(plan_id: int, attendee_id: int | None = None) -> list[Seating]:
    """Return the meetings of a plan, or those of one attendee, by round and table."""
    query = select(Meeting.round, Meeting.table_number, MeetingPerson.attendee_id).join(MeetingPerson)
    query = query.where(Meeting.plan_id == plan_id)
    if attendee_id is not None:
        theirs = select(MeetingPerson.meeting_id).where(MeetingPerson.attendee_id == attendee_id)
        query = query.where(Meeting.id.in_(theirs))
    found: dict[tuple[int, int], list[int]] = {}
    for round_, table, person in db.session.execute(query.order_by(MeetingPerson.attendee_id)):
        found.setdefault((round_, table), []).append(person)
    return sorted(Seating(round_, table, tuple(people)) for (round_, table), people in found.items())


def exchange(plan_id: int, cancelled: Iterable[Seating], arranged: Iterable[Seating]) -> None:
    """Put meetings in place of others, inside an open write transaction."""
    for seating in cancelled:
        where = (Meeting.plan_id == plan_id, Meeting.round == seating.round, Meeting.table_number == seating.table)
        db.session.execute(delete(Meeting).where(*where))
    for seating in arranged:
        row = {"plan_id": plan_id, "round": seating.round}
        meeting_id = db.session.scalar(insert(Meeting).values(table_number=seating.table, **row).returning(Meeting.id))
        people = [{"meeting_id": meeting_id, "attendee_id": person, **row} for person in seating.people]
        db.session.execute(insert(MeetingPerson), people)
