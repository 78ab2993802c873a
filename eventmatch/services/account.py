"""Signing in: a link or six digits by mail prove an address, and an address proves a person."""

import hmac
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from eventmatch.domain.actor import Actor
from eventmatch.domain.addresses import sign_in_path
from eventmatch.domain.codes import new_pin, token_hash
from eventmatch.domain.errors import Invalid, TooMany
from eventmatch.domain.sign_in import PIN_LIFETIME, PIN_TRIES, PIN_TRIES_PER_ADDRESS, PIN_TRIES_WINDOW, LinkPurpose
from eventmatch.domain.states import AttendeeStatus
from eventmatch.formats import mail_address
from eventmatch.models.attendee import Attendee, places_of
from eventmatch.models.base import db, write_transaction
from eventmatch.models.event import facilitated_by
from eventmatch.models.person import (
    Person,
    PersonEmail,
    SignIn,
    addresses_of,
    failed_tries,
    lock_requests,
    person_of_address,
)
from eventmatch.services import outbox
from eventmatch.services.access import person_for
from eventmatch.services.duty import passes_to
from eventmatch.services.links import add_link, claim, take_link
from eventmatch.services.sessions import SessionView, add_session, sessions_of

LONGEST_ADDRESS = 254
TRIED_TOO_OFTEN = (
    "Wrong digits were typed too often for this address, so for a day no digits work. The link in the mail still does."
)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody just proved an address."""

    token: str  # of the new session
    person_id: int
    next_path: str
    keeps_device: bool = False  # the browser goes on as the door device it was


def clean_address(text: str) -> str:
    """Return an address as we compare them, or say what is wrong with it.

    Lower case and no more: folding would make weiß@ one with weiss@ and faß.de with fass.de, which are others'.
    """
    if len(text) > LONGEST_ADDRESS:  # before anything looks at each of perhaps a million characters
        raise Invalid(f"An address may have up to {LONGEST_ADDRESS} characters.", field="email")
    if (found := mail_address.read(text.strip())) is None:
        raise Invalid("This is not an e-mail address; one looks like ada@example.org.", field="email")
    return found.kept


def ask_for_link(address: str, *, browser_token: str, next_path: str, now: datetime) -> None:
    """Mail a sign-in link and six digits; known and unknown addresses are treated alike."""
    address = clean_address(address)
    with write_transaction():
        pin = new_pin()
        link = add_link(LinkPurpose.SIGN_IN, address, now=now, next_path=next_path)
        link.row.pin_hash, link.row.browser_hash = token_hash(browser_token + pin), token_hash(browser_token)
        outbox.post("sign_in", address, now=now, sign_in_path=sign_in_path(link.token), code=pin)


def use_link(token: str, *, browser: str, device: str = "", now: datetime) -> SignedIn:
    """Use a link once: prove its address and sign its person in on a browser, which may be a door device."""
    with write_transaction():
        link = take_link(token, frozenset(LinkPurpose) - {LinkPurpose.VERIFY, LinkPurpose.ADD_ADDRESS}, now)
        return sign_in_by(link, browser=browser, device=device, now=now)


def sign_in_by(link: SignIn, *, browser: str, device: str = "", now: datetime) -> SignedIn:
    """Sign in the person a used link belongs to, inside an open write transaction; another's duty there ends."""
    person_id = prove(link.address, person_id=link.person_id, now=now)
    token, keeps = add_session(person_id, browser=browser, now=now), passes_to(person_id, device, now)
    return SignedIn(token, person_id, link.next_path, keeps)


def use_pin(pin: str, *, browser_token: str, browser: str, device: str = "", now: datetime) -> SignedIn:
    """Use six digits in the browser that asked for them: five tries in ten minutes, twenty a day for one address."""
    with write_transaction():
        row = _try_pin(token_hash(browser_token), now)
        right = row is not None and hmac.compare_digest(row.pin_hash or "", token_hash(browser_token + pin.strip()))
        link = claim(SignIn.id == row.id, now) if row is not None and right else None
        if link is not None:
            link.tries -= 1  # the right digits are no failed try
        signed_in = sign_in_by(link, browser=browser, device=device, now=now) if link is not None else None
    if signed_in is None:  # the try is written down even when it fails
        message = (
            "These are not the six digits we sent, or they are too old. Look at the newest mail, or ask for another."
        )
        raise Invalid(message, field="pin")
    return signed_in


def _try_pin(browser_hash: str, now: datetime) -> SignIn | None:
    """Count one try against this browser's newest request, if it has any left."""
    mine = select(SignIn.id, SignIn.address).where(SignIn.browser_hash == browser_hash)
    newest = db.session.execute(
        mine.where(SignIn.created_at > now - PIN_LIFETIME).order_by(SignIn.id.desc()).limit(1)
    ).first()
    if newest is None:
        return None
    _check_tries(newest.address, now - PIN_TRIES_WINDOW)
    counted = update(SignIn).where(SignIn.id == newest.id, SignIn.tries < PIN_TRIES)
    return db.session.scalar(counted.values(tries=SignIn.tries + 1).returning(SignIn))


def _check_tries(address: str, since: datetime) -> None:
    """Keep strangers from asking for one mail after the other until some digits fit."""
    lock_requests(address, since)
    if failed_tries(address, since) >= PIN_TRIES_PER_ADDRESS:
        raise TooMany(TRIED_TOO_OFTEN, field="pin")


def prove(address: str, *, person_id: int | None = None, name: str = "", now: datetime) -> int:
    """Note that somebody reads an address, inside an open write transaction, and return whose it is.

    A new address becomes a further one of ``person_id`` or makes a new person. Places that were imported
    or registered under the address become that person's.
    """
    person = person_of_address(address)
    if person is None:
        person = db.session.get(Person, person_id) if person_id is not None else None
        primary = person is None
        if person is None:
            person = Person(name=name or _name_of(address), created_at=now)
            db.session.add(person)
            db.session.flush()
        db.session.add(PersonEmail(person_id=person.id, address=address, verified_at=now, primary=primary))
    _take_places(person.id, address)
    return person.id


def _name_of(address: str) -> str:
    """Return the name somebody registered under, or what stands before the @."""
    known = select(Attendee.name).where(Attendee.email == address).order_by(Attendee.id.desc()).limit(1)
    return db.session.scalar(known) or address.partition("@")[0]


def _take_places(person_id: int, address: str) -> None:
    """Give a person the places waiting under an address, where they have none at that event yet."""
    taken = select(Attendee.event_id).where(Attendee.person_id == person_id)
    waiting = update(Attendee).where(Attendee.email == address, Attendee.person_id.is_(None))
    db.session.execute(waiting.where(Attendee.event_id.not_in(taken)).values(person_id=person_id))


@dataclass(frozen=True, slots=True)
class AddressLine:
    """One verified address of a person."""

    id: int
    address: str
    primary: bool


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """One event a person has a place at."""

    slug: str
    event: str
    zone: str
    starts_at: datetime
    status: AttendeeStatus


@dataclass(frozen=True, slots=True)
class FacilitatedLine:
    """One session a person facilitates."""

    programme_id: int
    title: str
    slug: str
    event: str
    zone: str
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class Overview:
    """A person's account at a glance."""

    name: str
    addresses: list[AddressLine]
    places: list[PlaceLine]
    facilitates: list[FacilitatedLine]
    sessions: list[SessionView]


def overview(actor: Actor) -> Overview:
    """Return the actor's own account."""
    person_id = person_for(actor)
    return Overview(
        actor.name,
        [AddressLine(row.id, row.address, row.primary) for row in addresses_of(person_id)],
        [
            PlaceLine(place.event.slug, place.event.name, place.event.zone, place.event.starts_at, place.status)
            for place in places_of(person_id)
        ],
        [
            FacilitatedLine(row.id, row.title, event.slug, event.name, event.zone, row.starts_at)
            for row, event in facilitated_by(person_id)
        ],
        sessions_of(actor),
    )
