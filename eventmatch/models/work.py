"""Work done beside the requests: mail waiting to leave, jobs with progress, and the log of sensitive acts."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, mapped_column

from eventmatch.domain.states import JobStatus
from eventmatch.models.base import Base, db


class Outbox(Base):
    """A letter, written in the transaction it tells of and sent afterwards, at least once."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_due", "sent_at", "next_try_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    attendee_id: Mapped[int | None] = mapped_column(ForeignKey("attendee.id", ondelete="CASCADE"), index=True)
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    letter: Mapped[str] = mapped_column(String(60))  # templates/mail/<letter>.txt
    recipient: Mapped[str] = mapped_column(String(254))
    values: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime]
    next_try_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(String(300), default="")


class Job(Base):
    """One long piece of work with its progress; survives a restart."""

    __tablename__ = "job"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    name: Mapped[str] = mapped_column(String(60))
    values: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    status: Mapped[JobStatus] = mapped_column(default=JobStatus.QUEUED, index=True)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    result: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    error: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class Audit(Base):
    """Who did what that others may one day ask about; no codes, no contact details."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_event_at", "event_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    device_id: Mapped[int | None] = mapped_column(ForeignKey("device.id", ondelete="SET NULL"))
    action: Mapped[str] = mapped_column(String(60))
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


def job_of(event_id: int, job_id: int) -> Job | None:
    """Return one job of one event."""
    return db.session.scalar(select(Job).where(Job.event_id == event_id, Job.id == job_id))


def latest_job(event_id: int, name: str) -> Job | None:
    """Return the newest job of a name asked for at an event, however it ended."""
    query = select(Job).where(Job.event_id == event_id, Job.name == name)
    return db.session.scalar(query.order_by(Job.id.desc()).limit(1))


def open_job(event_id: int, name: str) -> int | None:
    """Return the job of a name that waits or runs at an event."""
    states = (JobStatus.QUEUED, JobStatus.RUNNING)
    query = select(Job.id).where(Job.event_id == event_id, Job.name == name, Job.status.in_(states))
    return db.session.scalar(query.order_by(Job.id).limit(1))


def waiting_jobs() -> list[int]:
    """Return the ids of the jobs nobody has taken up yet, the oldest first."""
    return list(db.session.scalars(select(Job.id).where(Job.status == JobStatus.QUEUED).order_by(Job.id)))


def due_mail(now: datetime, limit: int = 50) -> list[Outbox]:
    """Return mails that have not left yet and may be tried now, the oldest first."""
    query = select(Outbox).where(Outbox.sent_at.is_(None), Outbox.next_try_at <= now)
    return list(db.session.scalars(query.order_by(Outbox.id).limit(limit)))
