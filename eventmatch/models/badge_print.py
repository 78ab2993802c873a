"""Which badges were printed, and the files they were printed from; neither says that anybody came."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, ForeignKey, LargeBinary, Row, Select, String, func, select
from sqlalchemy.orm import Mapped, mapped_column

from eventmatch.domain.states import AttendeeStatus, Mode, TicketKind
from eventmatch.models.attendee import Attendee
from eventmatch.models.base import Base, db
from eventmatch.models.ticket import Ticket
from eventmatch.models.work import Job


class BadgePrint(Base):
    """One printing of one badge; a new ticket has a new badge, which was not printed."""

    __tablename__ = "badge_print"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id", ondelete="CASCADE"), index=True)
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id", ondelete="SET NULL"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    device_id: Mapped[int | None] = mapped_column(ForeignKey("device.id", ondelete="SET NULL"))
    printed_at: Mapped[datetime]


class BadgeFile(Base):
    """A PDF of badges, kept for a day."""

    __tablename__ = "badge_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    job_id: Mapped[int] = mapped_column(ForeignKey("job.id", ondelete="CASCADE"), unique=True)
    filename: Mapped[str] = mapped_column(String(200))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime] = mapped_column(index=True)


class Wearer(NamedTuple):
    """Whose badge it is, what stands on it, and when it was last printed."""

    attendee_id: int
    name: str
    organisation: str
    kind: TicketKind
    code: str
    printed_at: datetime | None


# Who is to wear a badge: with a sure place, not barred, not online only.
WEARS = (Attendee.status == AttendeeStatus.CONFIRMED, Attendee.barred_at.is_(None), Attendee.mode != Mode.ONLINE)


def badge_printed() -> ColumnElement[bool]:
    """Describe attendees whose badge, the one that is valid now, was printed."""
    valid = select(Ticket.attendee_id).join(BadgePrint, BadgePrint.ticket_id == Ticket.id)
    return Attendee.id.in_(valid.where(Ticket.revoked_at.is_(None)))


def _wearers(event_id: int) -> Select[int, str, str, TicketKind, str, datetime | None]:
    """Select everybody with a valid ticket."""
    last = select(func.max(BadgePrint.printed_at)).where(BadgePrint.ticket_id == Ticket.id).scalar_subquery()
    words = (Attendee.name, Attendee.organisation, Attendee.kind, Ticket.badge_code)
    query = select(Attendee.id, *words, last).join(Ticket, Ticket.attendee_id == Attendee.id)
    return query.where(Attendee.event_id == event_id, Ticket.revoked_at.is_(None))


def badge_counts(event_id: int) -> tuple[int, int]:
    """Count who is to wear a badge, and whose is printed."""
    query = select(func.count(), func.count().filter(badge_printed())).select_from(Attendee)
    valid = query.join(Ticket, Ticket.attendee_id == Attendee.id).where(Ticket.revoked_at.is_(None))
    wearing, printed = db.session.execute(valid.where(Attendee.event_id == event_id, *WEARS)).one()
    return wearing, printed


def wearers(event_id: int) -> list[Wearer]:
    """Return everybody who is to wear a badge."""
    return [Wearer(*row) for row in db.session.execute(_wearers(event_id).where(*WEARS))]


def wearer(event_id: int, attendee_id: int) -> Wearer | None:
    """Return one attendee as the wearer of a badge, however they take part."""
    sure = (Attendee.status == AttendeeStatus.CONFIRMED, Attendee.barred_at.is_(None), Attendee.id == attendee_id)
    row = db.session.execute(_wearers(event_id).where(*sure)).one_or_none()
    return Wearer(*row) if row is not None else None


def last_printed(attendee_id: int) -> datetime | None:
    """Return when an attendee's valid badge was last printed."""
    query = select(func.max(BadgePrint.printed_at)).join(Ticket, Ticket.id == BadgePrint.ticket_id)
    return db.session.scalar(query.where(Ticket.attendee_id == attendee_id, Ticket.revoked_at.is_(None)))


def badge_file_of(event_id: int, job_id: int) -> BadgeFile | None:
    """Return the file one job of one event has made, while it is kept."""
    return db.session.scalar(select(BadgeFile).where(BadgeFile.event_id == event_id, BadgeFile.job_id == job_id))


def badge_files(event_id: int) -> list[Row[Job, datetime]]:
    """Return the jobs whose files are kept, the newest first, with the moment each was made."""
    query = select(Job, BadgeFile.made_at).join(BadgeFile, BadgeFile.job_id == Job.id)
    return list(db.session.execute(query.where(BadgeFile.event_id == event_id).order_by(BadgeFile.id.desc())))
