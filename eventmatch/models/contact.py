"""Badges scanned by peers, and the contact books that come of it."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from eventmatch.models.base import Base


class BadgeScan(Base):
    """One attendee opened another's badge and tapped Connect; details flow once both agreed."""

    __tablename__ = "badge_scan"
    __table_args__ = (UniqueConstraint("scanner_id", "owner_id"), CheckConstraint("scanner_id <> owner_id", name="two"))

    id: Mapped[int] = mapped_column(primary_key=True)
    scanner_id: Mapped[int] = mapped_column(ForeignKey("attendee.id", ondelete="CASCADE"))
    owner_id: Mapped[int] = mapped_column(ForeignKey("attendee.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]  # when the owner agreed, by tap, own scan or standing choice
    declined_at: Mapped[datetime | None]


class Contact(Base):
    """An entry in a person's own book: another attendee met, or somebody typed in."""

    __tablename__ = "contact"
    __table_args__ = (UniqueConstraint("owner_id", "other_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    other_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    attendee_id: Mapped[int | None] = mapped_column(ForeignKey("attendee.id", ondelete="SET NULL"), index=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id", ondelete="SET NULL"))  # where they met
    card: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)  # typed in by the owner
    note: Mapped[str] = mapped_column(Text, default="")
    met_at: Mapped[datetime]
