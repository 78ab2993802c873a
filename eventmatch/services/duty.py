"""Duty: a signed-in helper's browser is a device, for as long as the helper may be on duty and is the one there."""

from datetime import datetime

from sqlalchemy import func, update

from eventmatch.domain.actor import Actor
from eventmatch.domain.codes import token_hash
from eventmatch.domain.permissions import RUNNERS, Action
from eventmatch.models.base import db, write_transaction
from eventmatch.models.device import Device
from eventmatch.services import audit
from eventmatch.services.access import event_for, roles
from eventmatch.services.devices import LONGEST_NAME, Pairing, add_device, new_secret


def go_on_duty(by: Actor, slug: str, door_id: int, *, now: datetime) -> Pairing:
    """Make a signed-in helper's browser a device of the door they chose; an earlier one of theirs ends."""
    event = event_for(by, slug, Action.GO_ON_DUTY)
    event_id, runs = event.id, bool(roles(by, event) & RUNNERS)  # which needs a fresh sign-in
    with write_transaction() as session:
        mine = update(Device).where(Device.event_id == event_id, Device.person_id == by.person_id)
        session.execute(mine.where(Device.revoked_at.is_(None)).values(revoked_at=now))
        device, token = add_device(event_id, by.name[:LONGEST_NAME] or "Staff", [door_id], now), new_secret()
        device.token_hash, device.person_id, device.may_override = token_hash(token), by.person_id, runs
        audit.note("went on duty", by=by, event_id=event_id, now=now, door=door_id)
        return Pairing(door_id, token)


def passes_to(person_id: int, device_token: str, now: datetime) -> bool:
    """Tell whether a browser stays a device for the person who signs in on it, inside an open write transaction.

    Somebody else's duty ends there.
    """
    return bool(device_token) and not end_here(device_token, now, unless_of=person_id)


def end_here(device_token: str, now: datetime, *, unless_of: int | None = None) -> bool:
    """End the duty on the browser with this token, inside an open write transaction; tell whether there was one."""
    here = update(Device).where(Device.token_hash == token_hash(device_token), Device.person_id.is_not(None))
    ended = here.where(Device.person_id.is_distinct_from(unless_of)).returning(Device.id)
    return db.session.scalar(ended.values(revoked_at=func.coalesce(Device.revoked_at, now))) is not None


def end_elsewhere(person_id: int, device_id: int | None, now: datetime) -> None:
    """End a person's duty everywhere but with one device, inside an open write transaction."""
    elsewhere = update(Device).where(Device.person_id == person_id, Device.id.is_distinct_from(device_id))
    db.session.execute(elsewhere.where(Device.revoked_at.is_(None)).values(revoked_at=now))
