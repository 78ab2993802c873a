"""Paired scanners: named, scoped to doors, revocable."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    and_,
    bindparam,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventmatch.domain.permissions import ALLOWED, RUNNERS, Action
from eventmatch.domain.states import DeviceKind, MemberRole, StaffRole
from eventmatch.models.base import MILLISECONDS, Base, db
from eventmatch.models.driver import Direct
from eventmatch.models.event import Door, Event, Staff
from eventmatch.models.organiser import Member
from eventmatch.models.person import Person
from eventmatch.models.statement import Statement

UNMANNED = (DeviceKind.SCREEN, DeviceKind.POSTER, DeviceKind.LINK)  # nobody holds them: made when first needed
_ONE_OF_EACH = text("revoked_at IS NULL AND kind IN ('screen', 'poster', 'link')")


class Device(Base):
    """A phone, laptop or other scanner that may scan at some doors of one event."""

    __tablename__ = "device"
    __table_args__ = (
        Index(
            "uq_device_unmanned",
            "event_id",
            "kind",
            unique=True,
            sqlite_where=_ONE_OF_EACH,
            postgresql_where=_ONE_OF_EACH,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[DeviceKind] = mapped_column(default=DeviceKind.SCANNER)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))  # staff on duty
    pairing_hash: Mapped[str | None] = mapped_column(String(64), unique=True)  # of the one-time link
    pairing_until: Mapped[datetime | None]
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    may_override: Mapped[bool] = mapped_column(default=False)  # on duty only as long as the person runs the event, too
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    last_contact_at: Mapped[datetime | None]
    clock_offset: Mapped[int] = mapped_column(MILLISECONDS, default=0)  # to add to the device's clock
    queue_length: Mapped[int] = mapped_column(default=0)  # scans it had not handed in at its last contact
    synced_at: Mapped[datetime | None]  # when it last fetched what it needs to judge alone
    pin_hash: Mapped[str | None] = mapped_column(String(200))  # locks a kiosk
    pin_tries: Mapped[int] = mapped_column(default=0)  # that failed, one after the other
    pin_tried_at: Mapped[datetime | None]
    unlocked_until: Mapped[datetime | None]  # until then staff have it in their hands
    prints_badges: Mapped[bool] = mapped_column(default=False)  # a kiosk, for whom it lets in
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


def _helps(roles: Collection[str]) -> ColumnElement[bool]:
    """Tell in SQL whether the person on duty with a device now has one of these roles at its event.

    Spelled out, not with IN: a list is worded at each execution, and a door words its statement once.
    """
    mine = select(Staff.id).where(Staff.event_id == Device.event_id, Staff.person_id == Device.person_id)
    return mine.where(or_(*(Staff.role == role for role in StaffRole if role in roles))).correlate(Device).exists()


def _leads(roles: Collection[str]) -> ColumnElement[bool]:
    """Tell in SQL whether the person on duty with a device now has one of these roles in the team of its event."""
    mine = select(Member.id).join(Event, Event.organiser_id == Member.organiser_id)
    mine = mine.where(Event.id == Device.event_id, Member.person_id == Device.person_id)
    return mine.where(or_(*(Member.role == role for role in MemberRole if role in roles))).correlate(Device).exists()


# Roles are asked for at every use, in the statement that is made anyway: a helper may lose theirs during the day.
_MAY_BE_ON_DUTY = or_(_helps(ALLOWED[Action.GO_ON_DUTY]), _leads(ALLOWED[Action.GO_ON_DUTY]))
WORKS = and_(Device.revoked_at.is_(None), or_(Device.person_id.is_(None), _MAY_BE_ON_DUTY))
MAY_OVERRIDE = and_(Device.may_override, or_(Device.person_id.is_(None), _leads(RUNNERS)))

PAIRED = (Device.id, Event.ends_at, Device.kind, Device.unlocked_until)
_OF_TOKEN = (  # built once: it is asked at every request of a door's page
    select(*PAIRED).join(Event, Event.id == Device.event_id).where(Device.token_hash == bindparam("token"), WORKS)
)


class Paired(NamedTuple):
    """What a device's token stands for."""

    device_id: int
    ends_at: datetime
    kind: DeviceKind
    unlocked_until: datetime | None

    def scans(self, now: datetime) -> bool:
        """Tell whether it may scan: a kiosk does only while staff have it in their hands."""
        unlocked = self.unlocked_until is not None and now < self.unlocked_until
        return unlocked or self.kind is not DeviceKind.KIOSK


@dataclass(frozen=True, slots=True)
class DeviceNow:
    """A device, and what it may do at this moment."""

    device: Device
    works: bool
    may_override: bool


def device_of_token(token_hash: str) -> Paired | None:
    """Return the device with this hashed token, if it works now."""
    row = db.session.execute(_OF_TOKEN, {"token": token_hash}).first()
    return Paired._make(row) if row is not None else None


def serves(device_id: int, event_id: int) -> bool:
    """Tell whether a device is one of this event's and works now."""
    mine = select(Device.id).where(Device.id == device_id, Device.event_id == event_id, WORKS)
    return db.session.scalar(mine) is not None


def device_of_pairing(pairing_hash: str) -> Device | None:
    """Return the device that waits behind this hashed one-time link."""
    return db.session.scalar(select(Device).where(Device.pairing_hash == pairing_hash))


def doors_of_device(device_id: int) -> list[Door]:
    """Return the doors a device may scan at."""
    query = select(Door).join(DeviceDoor, DeviceDoor.door_id == Door.id).where(DeviceDoor.device_id == device_id)
    return list(db.session.scalars(query.order_by(Door.id)))


def devices_of(event_id: int) -> list[DeviceNow]:
    """Return the devices people hold or stand at, the newest first."""
    query = select(Device, WORKS, MAY_OVERRIDE).where(Device.event_id == event_id, Device.kind.not_in(UNMANNED))
    return [DeviceNow(*row) for row in db.session.execute(query.order_by(Device.id.desc()))]


def unmanned_device(event_id: int, kind: DeviceKind) -> Device | None:
    """Return the screen, the poster or the join link of an event."""
    mine = select(Device).where(Device.event_id == event_id, Device.kind == kind, Device.revoked_at.is_(None))
    return db.session.scalar(mine)


def doors_by_device(event_id: int) -> dict[int, tuple[str, ...]]:
    """Return the names of the doors each device of an event may scan at."""
    query = select(DeviceDoor.device_id, Door.name).join(Door, Door.id == DeviceDoor.door_id)
    query = query.join(Device, Device.id == DeviceDoor.device_id).where(Device.event_id == event_id)
    names: dict[int, tuple[str, ...]] = {}
    for device_id, name in db.session.execute(query.order_by(Door.id)):
        names[device_id] = (*names.get(device_id, ()), name)
    return names


def unpaired_device(event_id: int, name: str) -> Device | None:
    """Return a device of this name that still waits for its browser."""
    waiting = (Device.token_hash.is_(None), Device.revoked_at.is_(None))
    return db.session.scalar(select(Device).where(Device.event_id == event_id, Device.name == name, *waiting).limit(1))


def note_contact(within: Direct, device_id: int, at: datetime) -> None:
    """Write down that a device is alive."""
    _CONTACT.rows(within, {"device": device_id, "at": at})


_CONTACT = Statement(
    lambda _: (
        update(Device)
        .where(Device.id == bindparam("device"))
        .values(last_contact_at=bindparam("at", type_=Device.__table__.c.last_contact_at.type))
    )
)
