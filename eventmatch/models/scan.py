"""Scans are facts, appended and never changed; presence is who is in which room because of them."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    JSON,
    BindParameter,
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    String,
    Text,
    UniqueConstraint,
    bindparam,
    func,
    literal,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, aliased, mapped_column

from eventmatch.domain.door_rules import EVER
from eventmatch.domain.states import Direction
from eventmatch.domain.stays import Passage
from eventmatch.domain.verdicts import PASSING, Verdict
from eventmatch.models.base import MILLISECONDS, Base, db
from eventmatch.models.driver import Direct
from eventmatch.models.event import Door, Room
from eventmatch.models.statement import ForEach, Given, Statement
from eventmatch.models.ticket import Ticket


class Scan(Base):
    """One reading of a code at a door with its verdict."""

    __tablename__ = "scan"
    __table_args__ = (
        UniqueConstraint("device_id", "nonce"),
        Index("ix_scan_event_received", "event_id", "received_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    door_id: Mapped[int] = mapped_column(ForeignKey("door.id", ondelete="CASCADE"), index=True)
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id", ondelete="CASCADE"), index=True)
    device_id: Mapped[int] = mapped_column(ForeignKey("device.id", ondelete="CASCADE"))
    nonce: Mapped[str] = mapped_column(String(64))
    code_hash: Mapped[str] = mapped_column(String(64))  # a repeated nonce must carry the same code
    by_number: Mapped[bool] = mapped_column(default=False)  # a short number was typed; wrong ones are limited
    verdict: Mapped[Verdict]
    direction: Mapped[Direction]
    device_at: Mapped[datetime | None]  # the device's own clock, when it told
    clock_offset: Mapped[int] = mapped_column(MILLISECONDS, default=0)
    effective_at: Mapped[datetime]  # device time + offset, or when it was received
    received_at: Mapped[datetime]
    offline: Mapped[bool] = mapped_column(default=False)  # the device decided alone, and handed it in later
    unfounded: Mapped[bool] = mapped_column(default=False)  # it let somebody through whose code names no ticket here
    answers: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)  # to the door's question
    override_by: Mapped[str] = mapped_column(String(200), default="")
    override_why: Mapped[str] = mapped_column(String(300), default="")
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("scan.id", ondelete="CASCADE"), unique=True)
    answer: Mapped[str] = mapped_column(Text)  # the JSON first given but for the scan's own id


_UNDO = aliased(Scan)


def stands() -> ColumnElement[bool]:
    """Describe scans that nobody has taken back."""
    return ~select(_UNDO.id).where(_UNDO.undoes_id == Scan.id).correlate(Scan).exists()


class Presence(Base):
    """Somebody's being in a room, kept by the transaction that writes the scan; the row stays when they leave."""

    __tablename__ = "presence"
    __table_args__ = (
        UniqueConstraint("attendee_id", "room_id"),
        Index("ix_presence_room_inside", "room_id", "left_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    attendee_id: Mapped[int] = mapped_column(ForeignKey("attendee.id", ondelete="CASCADE"))
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id", ondelete="CASCADE"))
    door_id: Mapped[int] = mapped_column(ForeignKey("door.id", ondelete="CASCADE"))
    since: Mapped[datetime]
    left_at: Mapped[datetime | None]


def is_here(since: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """Describe who is in a room now: they have not left, and came after the moment from which presence counts."""
    return Presence.left_at.is_(None) & (Presence.since >= since)


class Waiting(Base):
    """Somebody's turn in front of a full room; the row goes when they get in, or leave the venue."""

    __tablename__ = "waiting"
    __table_args__ = (UniqueConstraint("attendee_id", "room_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    attendee_id: Mapped[int] = mapped_column(ForeignKey("attendee.id", ondelete="CASCADE"))
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id", ondelete="CASCADE"), index=True)
    since: Mapped[datetime]


def insert_into(table: type[Base], dialect: str | None = None) -> Any:
    """Return an INSERT that can yield to a row already there, in the words of the database at hand."""
    words = postgresql if (dialect or db.engine.dialect.name) == "postgresql" else sqlite
    return words.insert(table.__table__)


def append_scans(
    within: Direct, event_id: int, door_id: int, scans: Sequence[Mapping[str, Any]]
) -> dict[tuple[int, str], int]:
    """Write down the scans of one door; return their ids by device and nonce, without readings written before."""
    rows = _APPEND.rows(within, {"event_id": event_id, "door_id": door_id}, scans)
    return {(device, nonce): scan_id for scan_id, device, nonce in rows}


def _append(dialect: str, given: Given) -> Any:
    """Insert a scan that takes nothing back, unless the device's nonce is there."""
    row = {**_OF_ALL, **{name: given[name] for name in _OF_EACH}}
    chosen = select(*(value.label(name) for name, value in row.items()))
    scan = insert_into(Scan, dialect).from_select([*row], given.each(chosen))
    scan = scan.on_conflict_do_nothing(index_elements=["device_id", "nonce"])
    return scan.returning(Scan.id, Scan.device_id, Scan.nonce)


_OF_ALL = {name: bindparam(name, type_=Scan.__table__.c[name].type) for name in ("event_id", "door_id")}
_OF_ALL["unfounded"] = literal(value=False)
_OF_EACH = {c.name: c.type for c in Scan.__table__.c if c.name not in {"id", "undoes_id", *_OF_ALL}}
_APPEND = ForEach(_append, _OF_EACH)


def inside(room_id: int, since: datetime = EVER) -> int:
    """Count who is in a room now."""
    here = select(func.count()).where(Presence.room_id == room_id, is_here(since))
    return db.session.scalar(here) or 0


def doors_scanned_at(event_id: int) -> set[int]:
    """Return the doors of an event at which anybody was ever scanned."""
    scanned = select(Scan.id).where(Scan.door_id == Door.id).exists()
    return set(db.session.scalars(select(Door.id).join(Room).where(Room.event_id == event_id, scanned)))


def wrong_numbers(within: Direct, event_id: int, device_id: int, since: datetime) -> int:
    """Count the numbers a device sent lately that do not exist."""
    [[count]] = _WRONG.rows(within, {"event": event_id, "device": device_id, "since": since})
    return int(count)


_WRONG = Statement(
    lambda _: (
        select(func.count())
        .where(Scan.event_id == bindparam("event"), Scan.received_at > bindparam("since"))
        .where(Scan.device_id == bindparam("device"), Scan.by_number, Scan.verdict == Verdict.UNKNOWN)
    )
)


def overrides_of(attendee_id: int) -> list[tuple[datetime, str, str, str]]:
    """Return when, at which door, by whom and why an attendee was let in against the rules, undone ones aside."""
    query = select(Scan.effective_at, Door.name, Scan.override_by, Scan.override_why)
    query = query.join(Ticket, Ticket.id == Scan.ticket_id).join(Door, Door.id == Scan.door_id)
    query = query.where(Ticket.attendee_id == attendee_id, Scan.verdict == Verdict.ADMITTED)
    query = query.where(Scan.override_why != "", stands())
    return [(at, door, by, why) for at, door, by, why in db.session.execute(query.order_by(Scan.effective_at, Scan.id))]


def passages_of(attendee_ids: Collection[int]) -> dict[int, list[Passage]]:
    """Return the passages of these attendees through doors, each one's in order, without those undone."""
    return _passages(Ticket.attendee_id.in_(attendee_ids))


def passages_at(event_id: int) -> dict[int, list[Passage]]:
    """Return the passages of everybody through the doors of an event, each one's in order, without those undone."""
    return _passages(Scan.event_id == event_id)


def _passages(which: ColumnElement[bool]) -> dict[int, list[Passage]]:
    """Return passages by attendee."""
    found = defaultdict[int, list[Passage]](list)
    columns = (Room.id, Door.id, Room.is_venue, Scan.direction, Scan.effective_at)
    for attendee_id, *passage in db.session.execute(passed(select(Ticket.attendee_id, *columns)).where(which)):
        found[attendee_id].append(Passage(*passage))
    return found


def passed(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Ask for the scans that stand and led somebody through a door, with ticket, door and room, in the one order."""
    query = query.select_from(Scan).join(Ticket, Ticket.id == Scan.ticket_id).join(Door, Door.id == Scan.door_id)
    query = query.join(Room, Room.id == Door.room_id).where(Scan.verdict.in_(PASSING), Scan.undoes_id.is_(None))
    return query.where(stands()).order_by(Scan.effective_at, Scan.device_id, Scan.nonce)


class Known(NamedTuple):
    """What was written down under a nonce."""

    scan_id: int
    code_hash: str
    verdict: Verdict
    answer: str


def known_of(device_id: int, nonces: Collection[str]) -> dict[str, Known]:
    """Return what was written down under these nonces of a device."""
    query = select(Scan.nonce, Scan.id, Scan.code_hash, Scan.verdict, Scan.answer)
    query = query.where(Scan.device_id == device_id, Scan.nonce.in_(nonces))
    return {row[0]: Known(*row[1:]) for row in db.session.execute(query)}
