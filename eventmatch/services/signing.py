"""Signing tickets: an event's keys, what its tickets then say, and what a door makes of them."""

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy import select, update

from eventmatch.domain.actor import NOBODY, Actor
from eventmatch.domain.addresses import Scanned, qr_payload, ticket_path
from eventmatch.domain.errors import Conflict, NotFound
from eventmatch.domain.permissions import Action
from eventmatch.domain.signed_tickets import SignedTicket, minute, verify, write
from eventmatch.domain.site import Site
from eventmatch.formats import signature
from eventmatch.models.base import db, write_transaction
from eventmatch.models.event import Event
from eventmatch.models.signing_key import (
    LAST_NUMBER,
    SigningKey,
    newest_key,
    next_number,
    signing_keys,
    verifying_keys,
)
from eventmatch.services import audit, events
from eventmatch.services.access import event_for

AROUND = timedelta(days=1)  # a signature is good a day before doors open and a day after the end


@dataclass(frozen=True, slots=True)
class PublicKey:
    """What a door needs to believe the signed tickets of an event."""

    event_id: int
    number: int
    key_base64: str


@dataclass(frozen=True, slots=True)
class KeyLine:
    """One key in the list of whoever runs the server."""

    number: int
    created_at: datetime
    withdrawn_at: datetime | None
    signs: bool


def public_keys(event_id: int) -> tuple[PublicKey, ...]:
    """Return the keys under which an event's signed tickets are believed, for doors that go offline."""
    found = verifying_keys(event_id).items()
    return tuple(PublicKey(event_id, number, b64encode(key).decode()) for number, key in found)


def unwrapped(scanned: Scanned, *, at: datetime) -> Scanned:
    """Return what a signed ticket stands for: its ticket's plain code, or mere text if the signature is wrong.

    The window in it is for doors without network; here the event's own times decide, which may have moved since.
    """
    if scanned.kind != "signed":
        return scanned
    ticket = verify(scanned.value, verifying_keys, signature.genuine, at).ticket
    return Scanned("ticket", ticket.code, scanned.text) if ticket else Scanned("bare", scanned.value, scanned.text)


def payload(event: Event, code: str, site: Site) -> str:
    """Return what the QR of a ticket says: the signed ticket where the event has them, else its address."""
    sign = signer(event, site)
    return sign(code) if sign else qr_payload(site.base_url, ticket_path(code))


def signer(event: Event, site: Site) -> Callable[[str], str] | None:
    """Return how this event's ticket codes become signed tickets, if they are to and can be."""
    wanted = event.settings.get("door", {}).get("signed_tickets") is True
    key = _usable_key(event.id, site) if wanted else None
    if key is None:
        return None
    sign = partial(signature.sign, _private(key, site))
    window = minute(event.opens_at - AROUND), minute(event.ends_at + AROUND) + 1
    return lambda code: write(SignedTicket(code, event.id, key.number, *window), sign)


def is_on(by: Actor, slug: str, site: Site) -> bool:
    """Tell those who run an event whether its tickets are signed."""
    return signer(event_for(by, slug, Action.RUN_EVENT), site) is not None


def turn(by: Actor, slug: str, *, on: bool, site: Site, now: datetime) -> None:
    """Let an event sign its tickets from now on, or no longer; those signed so far stay good either way."""
    event_id = event_for(by, slug, Action.RUN_EVENT).id
    with write_transaction():
        event = _locked(event_id)
        event.settings = {**event.settings, "door": {**event.settings.get("door", {}), "signed_tickets": on}}
        if on and _usable_key(event_id, site) is None:
            _add_key(event_id, site, now)
        audit.note("sign tickets" if on else "stop signing tickets", by=by, event_id=event_id, now=now)


def keys(slug: str) -> list[KeyLine]:
    """Return all keys of an event to whoever has the machine."""
    event_id = events.named(slug).id
    newest = newest_key(event_id)
    return [KeyLine(key.number, key.created_at, key.withdrawn_at, key is newest) for key in signing_keys(event_id)]


def renew(slug: str, *, site: Site, now: datetime) -> None:
    """Sign with a new key; what the old ones signed stays good."""
    event_id = events.named(slug).id
    with write_transaction():
        _locked(event_id)
        number = _add_key(event_id, site, now)
        audit.note("new signing key", by=NOBODY, event_id=event_id, now=now, number=number)


def withdraw(slug: str, number: int, *, site: Site, now: datetime) -> None:
    """Believe nothing any more that a key signed, and sign with another; the plain codes inside stay good."""
    event_id = events.named(slug).id
    good = update(SigningKey).where(SigningKey.event_id == event_id, SigningKey.number == number)
    gone = good.where(SigningKey.withdrawn_at.is_(None)).values(withdrawn_at=now).returning(SigningKey.id)
    with write_transaction() as session:
        _locked(event_id)
        if session.scalar(gone) is None:
            raise NotFound(f"There is no key {number} to withdraw.")
        if _usable_key(event_id, site) is None:
            _add_key(event_id, site, now)
        audit.note("withdraw signing key", by=NOBODY, event_id=event_id, now=now, number=number)


def _locked(event_id: int) -> Event:
    """Return an event that nobody else changes until this transaction ends."""
    return db.session.scalars(select(Event).where(Event.id == event_id).with_for_update()).one()


def _usable_key(event_id: int, site: Site) -> SigningKey | None:
    """Return the newest key if this installation's secret still leads to it; a changed secret needs a new key."""
    key = newest_key(event_id)
    return key if key is not None and signature.public_key(_private(key, site)) == key.public_key else None


def _add_key(event_id: int, site: Site, now: datetime) -> int:
    """Add the next key of an event, inside an open write transaction."""
    if (number := next_number(event_id)) > LAST_NUMBER:
        raise Conflict(f"This event has had all the {LAST_NUMBER + 1} keys there can be.")
    key = SigningKey(event_id=event_id, number=number, created_at=now)
    key.public_key = signature.public_key(_private(key, site))
    db.session.add(key)
    return number


def _private(key: SigningKey, site: Site) -> bytes:
    """Derive the half of a key that signs; its moment keeps it apart from a deleted event's with the same numbers."""
    made = key.created_at.astimezone(UTC).isoformat()
    return signature.private_key(site.secret, f"signed tickets of event {key.event_id}, key {key.number}, {made}")
