"""The keys that events sign their tickets with, as others verify them; the private halves are kept nowhere."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, mapped_column

from eventmatch.models.base import Base, db

LAST_NUMBER = 255  # one byte of a signed ticket


class SigningKey(Base):
    """One key of one event; the newest signs, all that are not withdrawn verify."""

    __tablename__ = "signing_key"
    __table_args__ = (
        UniqueConstraint("event_id", "number"),
        CheckConstraint(f"number BETWEEN 0 AND {LAST_NUMBER}", name="number_fits"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    number: Mapped[int]
    public_key: Mapped[bytes] = mapped_column(LargeBinary(32))
    created_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


def signing_keys(event_id: int) -> list[SigningKey]:
    """Return all keys an event has had, in order of their numbers."""
    query = select(SigningKey).where(SigningKey.event_id == event_id)
    return list(db.session.scalars(query.order_by(SigningKey.number)))


def verifying_keys(event_id: int) -> dict[int, bytes]:
    """Return the public keys under which an event's tickets are believed, by number."""
    query = select(SigningKey.number, SigningKey.public_key).where(
        SigningKey.event_id == event_id, SigningKey.withdrawn_at.is_(None)
    )
    return {row[0]: row[1] for row in db.session.execute(query.order_by(SigningKey.number))}


def newest_key(event_id: int) -> SigningKey | None:
    """Return the key an event signs with."""
    query = select(SigningKey).where(SigningKey.event_id == event_id, SigningKey.withdrawn_at.is_(None))
    return db.session.scalar(query.order_by(SigningKey.number.desc()).limit(1))


def next_number(event_id: int) -> int:
    """Return the number of the key an event would get next."""
    query = select(func.coalesce(func.max(SigningKey.number), -1) + 1).where(SigningKey.event_id == event_id)
    return db.session.scalars(query).one()
