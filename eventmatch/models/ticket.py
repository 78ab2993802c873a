"""Tickets with their two codes, and the codes of foreign shops that stand for them."""

from collections.abc import Collection
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, Index, Select, String, UniqueConstraint, select, text
from sqlalchemy.orm import InstrumentedAttribute, Mapped, aliased, mapped_column, relationship

from eventmatch.domain.addresses import Scanned
from eventmatch.domain.codes import is_code
from eventmatch.models.attendee import Attendee
from eventmatch.models.base import Base, db
from eventmatch.models.event import Event


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


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose ticket it is, and for which event."""

    ticket_id: int
    attendee_id: int
    event_id: int


_SISTER = aliased(Event)
_OWNER = (Ticket.id, Ticket.attendee_id, Ticket.event_id)


def owners_of(event_id: int, scanned: AbstractSet[Scanned]) -> dict[Scanned, Owner]:
    """Return whose codes these are, among the tickets of one event's organiser; those of nobody are absent."""
    found: dict[Scanned, Owner] = {}
    for column, strange in ((Ticket.code, "badge"), (Ticket.badge_code, "ticket")):
        asked = {one: one.value for one in scanned - found.keys() if one.kind != strange and is_code(one.value)}
        owners = _owners(event_id, column, asked.values())
        found |= {one: owners[code] for one, code in asked.items() if code in owners}
    texts = {one: one.text for one in scanned - found.keys()}
    foreign = _owners_of_foreign_codes(event_id, texts.values())
    return found | {one: foreign[text] for one, text in texts.items() if text in foreign}


def _owners(event_id: int, column: InstrumentedAttribute[str], codes: Collection[str]) -> dict[str, Owner]:
    """Look codes of our own up."""
    if not codes:
        return {}
    query = select(column, *_OWNER).where(column.in_(codes), Ticket.event_id.in_(_sisters(event_id)))
    return {row[0]: Owner(*row[1:]) for row in db.session.execute(query)}


def _owners_of_foreign_codes(event_id: int, codes: Collection[str]) -> dict[str, Owner]:
    """Look foreign shops' codes up, at this event before the organiser's others."""
    if not codes:
        return {}
    query = select(TicketAlias.code, *_OWNER).join(Ticket, Ticket.id == TicketAlias.ticket_id)
    query = query.where(TicketAlias.code.in_(codes), TicketAlias.event_id.in_(_sisters(event_id)))
    best_last = query.order_by(TicketAlias.event_id == event_id, TicketAlias.id.desc())
    return {row[0]: Owner(*row[1:]) for row in db.session.execute(best_last)}


def owners_of_tickets(event_id: int, ticket_ids: Collection[int]) -> dict[int, Owner]:
    """Return whose tickets of one event these are."""
    if not ticket_ids:
        return {}
    query = select(*_OWNER).where(Ticket.id.in_(ticket_ids), Ticket.event_id == event_id)
    return {row[0]: Owner(*row) for row in db.session.execute(query)}


def _sisters(event_id: int) -> Select[int]:
    """Return the events of the organiser of one event."""
    return select(_SISTER.id).join(Event, Event.organiser_id == _SISTER.organiser_id).where(Event.id == event_id)
