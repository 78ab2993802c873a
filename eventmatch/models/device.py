"""Paired scanners: named, scoped to doors, revocable."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventmatch.models.base import Base, db
from eventmatch.models.event import Door, Event
from eventmatch.models.person import Person


class Device(Base):
    """A phone, laptop or other scanner that may scan at some doors of one event."""

    __tablename__ = "device"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))  # staff on duty
    pairing_hash: Mapped[str | None] = mapped_column(String(64), unique=True)  # of the one-time link
    pairing_until: Mapped[datetime | None]
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    may_override: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    last_contact_at: Mapped[datetime | None]
    clock_offset: Mapped[int] = mapped_column(default=0)  # milliseconds to add to the device's clock
    event: Mapped[Event] = relationship()
    person: Mapped[Person | None] = relationship()


class DeviceDoor(Base):
    """A door a device may scan at."""

    __tablename__ = "device_door"
    __table_args__ = (UniqueConstraint("device_id", "door_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    device_id: Mapped[int] = mapped_column(ForeignKey("device.id", ondelete="CASCADE"))
    door_id: Mapped[int] = mapped_column(ForeignKey("door.id", ondelete="CASCADE"), index=True)
    door: Mapped[Door] = relationship()


def device_of_token(token_hash: str) -> Device | None:
    """Return the device with this hashed token, revoked or not."""
    return db.session.scalar(select(Device).where(Device.token_hash == token_hash))


def device_of_pairing(pairing_hash: str) -> Device | None:
    """Return the device that waits behind this hashed one-time link."""
    return db.session.scalar(select(Device).where(Device.pairing_hash == pairing_hash))


def doors_of_device(device_id: int) -> list[Door]:
    """Return the doors a device may scan at."""
    query = select(Door).join(DeviceDoor, DeviceDoor.door_id == Door.id).where(DeviceDoor.device_id == device_id)
    return list(db.session.scalars(query.order_by(Door.id)))


def devices_of(event_id: int) -> list[Device]:
    """Return an event's devices, the newest first."""
    return list(db.session.scalars(select(Device).where(Device.event_id == event_id).order_by(Device.id.desc())))


def unpaired_device(event_id: int, name: str) -> Device | None:
    """Return a device of this name that still waits for its browser."""
    waiting = (Device.token_hash.is_(None), Device.revoked_at.is_(None))
    return db.session.scalar(select(Device).where(Device.event_id == event_id, Device.name == name, *waiting).limit(1))
