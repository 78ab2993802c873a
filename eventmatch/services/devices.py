"""Door devices: invited by a link that works once, named, kept to their doors, ended with the event."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update

from eventmatch.domain.actor import NOBODY, Actor
from eventmatch.domain.addresses import absolute, pair_path
from eventmatch.domain.codes import new_token, token_hash
from eventmatch.domain.errors import Conflict, Invalid, NotFound, SignInNeeded
from eventmatch.domain.permissions import Action
from eventmatch.domain.profiles import clean_line
from eventmatch.domain.states import DeviceKind
from eventmatch.formats import qr
from eventmatch.models.base import db, write_transaction
from eventmatch.models.check_in import online_rooms
from eventmatch.models.device import (
    Device,
    DeviceDoor,
    DeviceNow,
    device_of_pairing,
    device_of_token,
    devices_of,
    doors_of_device,
)
from eventmatch.models.event import Door, Event, doors_of, event_by_slug
from eventmatch.services import audit
from eventmatch.services.access import event_for
from eventmatch.services.checkin import AFTER_EVENT, NOT_A_DEVICE

LINK_LASTS = timedelta(hours=24)
LONGEST_NAME = 120
LINK_USED = "This link has been used or is too old. Ask the organiser for a new one."


@dataclass(frozen=True, slots=True)
class Invitation:
    """A device that waits for its browser; the token is known only now."""

    device_id: int
    token: str


@dataclass(frozen=True, slots=True)
class PairingLink:
    """A one-time link and its picture."""

    address: str
    svg: str


@dataclass(frozen=True, slots=True)
class PairView:
    """What a pairing link would do, shown before its button."""

    event: str
    device: str
    doors: tuple[str, ...]
    kind: DeviceKind


@dataclass(frozen=True, slots=True)
class Pairing:
    """A device that may scan from now on, and where it stands; the token is known only now."""

    door_id: int
    token: str
    kind: DeviceKind = DeviceKind.SCANNER


@dataclass(frozen=True, slots=True)
class DoorChoice:
    """A door to choose."""

    id: int
    name: str
    room: str
    entrance: bool


@dataclass(frozen=True, slots=True)
class DeviceLine:
    """One device in the organiser's list."""

    id: int
    name: str
    kind: DeviceKind
    doors: tuple[str, ...]
    person: str
    may_override: bool
    works: bool  # not ended, and whoever is on duty with it still may be
    paired: bool
    pairing_until: datetime | None
    last_contact_at: datetime | None
    revoked_at: datetime | None


def device_actor(token: str, now: datetime) -> Actor:
    """Return the device behind a bearer token, until a day after its event; a kiosk scans only while it is unlocked.

    Raises
    ------
    SignInNeeded
        If the token is unknown, revoked or over, or its person may not be on duty any more.
    """
    found = device_of_token(token_hash(token))
    if found is None or now >= found.ends_at + AFTER_EVENT:
        raise SignInNeeded(NOT_A_DEVICE)
    kiosk_id = found.device_id if found.kind is DeviceKind.KIOSK else None
    return Actor(kiosk_id=kiosk_id, device_id=found.device_id if found.scans(now) else None)


def doors(by: Actor, slug: str, action: Action) -> tuple[DoorChoice, ...]:
    """Return an event's doors to somebody who may choose among them, entrances first."""
    event = event_for(by, slug, action)
    nowhere = set(db.session.scalars(online_rooms(event.id)))
    real = [door for door in doors_of(event.id) if door.room_id not in nowhere]
    return tuple(DoorChoice(door.id, door.name, door.room.name, door.room.is_venue) for door in real)


def invite(
    by: Actor, slug: str, *, name: str, door_ids: Collection[int], may_override: bool, now: datetime
) -> Invitation:
    """Add a device that waits behind a one-time link."""
    event_id = event_for(by, slug, Action.RUN_EVENT).id
    with write_transaction():
        device, token = add_device(event_id, name, door_ids, now), new_token()
        device.may_override = may_override
        device.pairing_hash, device.pairing_until = token_hash(token), now + LINK_LASTS
        audit.note("device invited", by=by, event_id=event_id, now=now, device=device.id, may_override=may_override)
        return Invitation(device.id, token)


def add_device(event_id: int, name: str, door_ids: Collection[int], now: datetime) -> Device:
    """Add a device for some of an event's doors, inside an open write transaction."""
    chosen = {door.id for door in doors_of(event_id)} & set(door_ids)
    if not chosen:
        raise Invalid("Choose at least one door.", field="doors")
    name = clean_line(name, "name")[:LONGEST_NAME]
    if not name:
        raise Invalid("Give the device a name.", field="name")
    device = Device(event_id=event_id, name=name, created_at=now)
    db.session.add(device)
    db.session.flush()
    db.session.add_all(DeviceDoor(device_id=device.id, door_id=door_id) for door_id in sorted(chosen))
    return device


def link(token: str, base_url: str) -> PairingLink:
    """Return the link of an invitation, to open on the device or to scan with it."""
    return PairingLink(absolute(base_url, pair_path(token)), qr.svg(absolute(base_url, pair_path(token))))


def look_at_pairing(token: str, now: datetime) -> PairView:
    """Return what a pairing link would do, without using it."""
    device = device_of_pairing(token_hash(token))
    if device is None or device.revoked_at is not None or device.pairing_until is None or now >= device.pairing_until:
        raise Invalid(LINK_USED)
    doors = tuple(door.name for door in doors_of_device(device.id))
    return PairView(device.event.name, device.name, doors, device.kind)


def pair(token: str, *, now: datetime) -> Pairing:
    """Turn whoever opened the link into the device; of two who try, one is."""
    with write_transaction() as session:
        new = new_secret()
        waiting = (Device.pairing_hash == token_hash(token), Device.pairing_until > now, Device.revoked_at.is_(None))
        paired = {"token_hash": token_hash(new), "pairing_hash": None, "pairing_until": None, "last_contact_at": now}
        device_id = session.scalar(update(Device).where(*waiting).values(**paired).returning(Device.id))
        if device_id is None:
            raise Invalid(LINK_USED)
        device = session.get_one(Device, device_id)
        audit.note("device paired", by=Actor(device_id=device_id), event_id=device.event_id, now=now)
        return Pairing(doors_of_device(device_id)[0].id, new, device.kind)


def new_secret() -> str:
    """Make a device's secret."""
    return f"emd_{new_token()}"


def pair_directly(slug: str, door_id: int | None, name: str, *, now: datetime) -> Pairing:
    """Make a device for one door, by default the first entrance, and return its token: for whoever runs the server."""
    with write_transaction():
        event = event_by_slug(slug)
        choice = _door(event, door_id) if event is not None else None
        if event is None or choice is None:
            raise NotFound(f"There is no event “{slug}” with such a door; `flask --app app events` lists them.")
        device, token = add_device(event.id, name, [choice.id], now), new_secret()
        device.token_hash = token_hash(token)
        audit.note("device paired by command", by=NOBODY, event_id=event.id, now=now, device=device.id)
        return Pairing(choice.id, token)


def _door(event: Event, door_id: int | None) -> Door | None:
    """Return the chosen door of an event, or its first entrance."""
    return next((door for door in doors_of(event.id) if door_id in {None, door.id}), None)


def sign_off(by: Actor, *, now: datetime) -> None:
    """End the device this browser is; its token opens nothing from now on."""
    if by.kiosk_id is not None and by.device_id is None:
        raise Conflict("This kiosk is locked. Type its PIN first.")
    with write_transaction() as session:
        session.execute(update(Device).where(Device.id == by.device_id).values(revoked_at=now))


def revoke(by: Actor, slug: str, device_id: int, *, now: datetime) -> None:
    """End a device of the event, paired or still waiting."""
    event_id = event_for(by, slug, Action.RUN_EVENT).id
    with write_transaction() as session:
        one = update(Device).where(Device.event_id == event_id, Device.id == device_id).values(revoked_at=now)
        if session.scalar(one.returning(Device.id)) is None:
            raise NotFound
        audit.note("device revoked", by=by, event_id=event_id, now=now, device=device_id)


def listing(by: Actor, slug: str) -> list[DeviceLine]:
    """Return an event's devices, those that work first, the newest on top."""
    event = event_for(by, slug, Action.RUN_EVENT)
    return sorted(map(_line, devices_of(event.id)), key=lambda line: line.revoked_at is not None)


def _line(now: DeviceNow) -> DeviceLine:
    """Return one device as the organiser sees it."""
    device = now.device
    return DeviceLine(
        id=device.id,
        name=device.name,
        kind=device.kind,
        doors=tuple(door.name for door in doors_of_device(device.id)),
        person=device.person.name if device.person is not None else "",
        may_override=now.may_override,
        works=now.works,
        paired=device.token_hash is not None,
        pairing_until=device.pairing_until,
        last_contact_at=device.last_contact_at,
        revoked_at=device.revoked_at,
    )
