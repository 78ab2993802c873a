"""Scans are facts, appended and never changed; presence is who is in which room because of them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from eventmatch.domain.states import Direction
from eventmatch.domain.verdicts import Verdict
from eventmatch.models.base import Base


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
    verdict: Mapped[Verdict]
    direction: Mapped[Direction]
    device_at: Mapped[datetime | None]  # the device's own clock, when it told
    clock_offset: Mapped[int] = mapped_column(default=0)
    effective_at: Mapped[datetime]  # device time + offset, or when it was received
    received_at: Mapped[datetime]
    offline: Mapped[bool] = mapped_column(default=False)
    override_by: Mapped[str] = mapped_column(String(200), default="")
    override_why: Mapped[str] = mapped_column(String(300), default="")
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("scan.id", ondelete="CASCADE"), unique=True)
    answer: Mapped[str] = mapped_column(Text)  # the JSON first given, repeated byte for byte to a retry


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
