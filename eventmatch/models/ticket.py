"""Tickets with their two codes, and the codes of foreign shops that stand for them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, select, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventmatch.models.attendee import Attendee
from eventmatch.models.base import Base, db


class Ticket(Base):
    """The right of one attendee to enter one event; at most one is valid at a time."""

    __tablename__ = "ticket"
    __table_args__ = (
        UniqueConstraint("event_id", "number"),
        Index(
            "uq_ticket_valid",
            "attendee_id",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    attendee_id: Mapped[int] = mapped_column(ForeignKey("attendee.id", ondelete="CASCADE"), index=True)
    code: Mapped[str] = mapped_column(String(26), unique=True)  # private: admits
    badge_code: Mapped[str] = mapped_column(String(26), unique=True)  # public: names the person inside
    number: Mapped[str] = mapped_column(String(6))  # for typing when a phone is dead
    issued_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    attendee: Mapped[Attendee] = relationship()


class TicketAlias(Base):
    """A foreign ticket shop's code that stands for one of our tickets."""

    __tablename__ = "ticket_alias"
    __table_args__ = (UniqueConstraint("event_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id", ondelete="CASCADE"), index=True)
    code: Mapped[str] = mapped_column(String(200))


def valid_ticket(attendee_id: int) -> Ticket | None:
    """Return an attendee's ticket, if one is valid."""
    return db.session.scalar(select(Ticket).where(Ticket.attendee_id == attendee_id, Ticket.revoked_at.is_(None)))


def ticket_by_code(code: str) -> Ticket | None:
    """Return the ticket with this private code, valid or not."""
    return db.session.scalar(select(Ticket).where(Ticket.code == code))


def ticket_by_badge(code: str) -> Ticket | None:
    """Return the valid ticket with this public code."""
    return db.session.scalar(select(Ticket).where(Ticket.badge_code == code, Ticket.revoked_at.is_(None)))
