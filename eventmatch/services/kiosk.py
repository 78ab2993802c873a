"""Kiosks: tablets at which guests check themselves in with a code or a number, in front of everybody."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update

from eventmatch.domain.actor import Actor
from eventmatch.domain.codes import new_token, token_hash
from eventmatch.domain.errors import Invalid, NotFound
from eventmatch.domain.names import fold, matches
from eventmatch.domain.permissions import Action
from eventmatch.domain.readings import DoorKey, Reading
from eventmatch.domain.states import DeviceKind
from eventmatch.domain.verdicts import Verdict
from eventmatch.formats import pin as pin_hashes
from eventmatch.models import arrival
from eventmatch.models.attendee import attendees_of
from eventmatch.models.base import db, write_transaction
from eventmatch.models.check_in import attendee_of_scan
from eventmatch.models.device import Device, doors_of_device
from eventmatch.services import audit, badge_sheets, checkin, pins, unmanned
from eventmatch.services.access import event_for
from eventmatch.services.badge_sheets import BadgeView
from eventmatch.services.checkin import NOT_PAIRED, place_for
from eventmatch.services.devices import LINK_LASTS, Invitation, add_device
from eventmatch.services.entries import Entry

UNLOCKED_FOR = timedelta(minutes=5)
SHORTEST_PART = 3
MOST_FOUND = 3


@dataclass(frozen=True, slots=True)
class Kiosk:
    """A kiosk as its page shows it."""

    device_id: int
    door_id: int
    door: str
    name: str
    event: str
    slug: str
    zone: str
    prints_badges: bool
    entrance: bool  # guests may also check in here with their own phone


@dataclass(frozen=True, slots=True)
class Listed:
    """Somebody on the list, as everybody at the kiosk may read it."""

    name: str
    organisation: str


@dataclass(frozen=True, slots=True)
class NewKiosk:
    """A kiosk to invite."""

    name: str
    door_ids: Collection[int]
    pin: str
    prints_badges: bool


def invite(by: Actor, slug: str, kiosk: NewKiosk, *, now: datetime) -> Invitation:
    """Add a kiosk that waits behind a one-time link."""
    event_id, secret = event_for(by, slug, Action.RUN_EVENT).id, pin_hashes.hashed(pins.clean(kiosk.pin))
    with write_transaction():
        device, token = add_device(event_id, kiosk.name, kiosk.door_ids, now), new_token()
        device.kind, device.pin_hash, device.prints_badges = DeviceKind.KIOSK, secret, kiosk.prints_badges
        device.pairing_hash, device.pairing_until = token_hash(token), now + LINK_LASTS
        audit.note("kiosk invited", by=by, event_id=event_id, now=now, device=device.id)
        return Invitation(device.id, token)


def look(by: Actor, *, now: datetime) -> Kiosk:
    """Return the kiosk this browser is."""
    if by.kiosk_id is None:
        raise NotFound(NOT_PAIRED)
    device = db.session.get_one(Device, by.kiosk_id)
    door = doors_of_device(device.id)[0]
    place = place_for(DoorKey(door.id), Actor(device_id=device.id), now)
    names = (door.name, device.name, device.event.name, device.event.slug)
    entrance = door.id in {one.id for one in unmanned.entrances(place.event_id)}
    return Kiosk(device.id, door.id, *names, place.zone, device.prints_badges, entrance)


def scan(by: Actor, code: str, nonce: str, *, now: datetime) -> Entry:
    """Judge what somebody showed or typed; a kiosk leads in only."""
    kiosk = look(by, now=now)
    return checkin.scan(DoorKey(kiosk.door_id), Reading(code, nonce), by=Actor(device_id=kiosk.device_id), at=now)


def find(by: Actor, typed: str, *, now: datetime) -> list[Listed]:
    """Tell whether somebody is on the list who types first and family name; nobody gets in by a name.

    Raises
    ------
    Invalid
        If less was typed: nobody reads the list here.
    """
    kiosk = look(by, now=now)
    parts = fold(typed).split()
    if len(parts) < 2:  # noqa: PLR2004 - first and family name
        raise Invalid("Type your first name and your family name.", field="q")
    event_id = place_for(DoorKey(kiosk.door_id), Actor(device_id=kiosk.device_id), now).event_id
    hits = [one for one, name, _ in arrival.names_of(event_id) if _is_meant(typed, parts, name)]
    people = [one for one in attendees_of(event_id, hits) if one.barred_at is None and one.hidden_at is None]
    if len(people) > MOST_FOUND:
        raise Invalid("Several people are called like this. Type the whole name.", field="q")
    return [Listed(one.name, one.organisation) for one in people]


def _is_meant(typed: str, parts: list[str], name: str) -> bool:
    """Tell whether the typed words are parts of a name: three letters of each, or the whole word."""
    words = fold(name).split()
    return matches(typed, name) and all(len(part) >= SHORTEST_PART or part in words for part in parts)


def badge(by: Actor, entry: Entry, *, base_url: str, now: datetime) -> BadgeView | None:
    """Return the badge of somebody this kiosk has just let in, if it prints badges, and note that it does."""
    kiosk = look(by, now=now)
    if not kiosk.prints_badges or entry.verdict is not Verdict.ADMITTED:
        return None
    device = db.session.get_one(Device, kiosk.device_id)
    event_id, attendee_id = device.event_id, attendee_of_scan(device.event_id, entry.scan_id)
    with write_transaction():
        badge_sheets.note(event_id, [attendee_id], by=Actor(device_id=kiosk.device_id), now=now)
    return badge_sheets.one(event_id, attendee_id, base_url)


def unlock(by: Actor, pin: str, *, now: datetime) -> None:
    """Open a kiosk to the staff who know its PIN: for a few minutes it is a scanner as any other."""
    kiosk = look(by, now=now)
    pins.check(kiosk.device_id, pin, now=now)
    with write_transaction() as session:
        session.execute(update(Device).where(Device.id == kiosk.device_id).values(unlocked_until=now + UNLOCKED_FOR))


def lock(by: Actor) -> None:
    """Close a kiosk again, if it is open."""
    if by.kiosk_id is not None and by.device_id is not None:
        with write_transaction() as session:
            session.execute(update(Device).where(Device.id == by.kiosk_id).values(unlocked_until=None))
