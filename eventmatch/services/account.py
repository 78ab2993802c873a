"""Signing in: a link or six digits by mail prove an address, and an address proves a person."""

import hmac
from dataclasses import dataclass
from datetime import datetime

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import ColumnElement, func, select, update

from eventmatch.domain.actor import Actor
from eventmatch.domain.addresses import sign_in_path
from eventmatch.domain.codes import new_pin, new_token, token_hash
from eventmatch.domain.errors import Invalid, TooMany
from eventmatch.domain.sign_in import (
    LIFETIME,
    MAILS_PER_ADDRESS,
    MAILS_WINDOW,
    PIN_LIFETIME,
    PIN_TRIES,
    LinkPurpose,
    own_path,
)
from eventmatch.domain.states import AttendeeStatus
from eventmatch.models.attendee import Attendee, places_of
from eventmatch.models.base import db, write_transaction
from eventmatch.models.person import Person, PersonEmail, SignIn, addresses_of, person_of_address, sign_in_of_token
from eventmatch.services import outbox
from eventmatch.services.access import person_for
from eventmatch.services.sessions import SessionView, add_session, sessions_of

LINK_USED = "This link has been used or is too old. Ask for a new one; it takes a minute."


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody just proved an address."""

    token: str  # of the new session
    person_id: int
    next_path: str


@dataclass(frozen=True, slots=True)
class LinkView:
    """What a mailed link would do, shown before its button."""

    purpose: LinkPurpose
    address: str


@dataclass(frozen=True, slots=True)
class NewLink:
    """A link that has just been made; its token is known only now."""

    token: str
    row: SignIn


def clean_address(text: str) -> str:
    """Return an address as we compare them, or say what is wrong with it."""
    try:
        found = validate_email(text.strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        message = f"This is not an e-mail address: {error}"
        raise Invalid(message, field="email") from error
    return found.normalized.casefold()


def ask_for_link(address: str, *, browser_token: str, next_path: str, now: datetime) -> None:
    """Mail a sign-in link and six digits; known and unknown addresses are treated alike."""
    address = clean_address(address)
    with write_transaction():
        pin = new_pin()
        link = add_link(LinkPurpose.SIGN_IN, address, now=now, next_path=next_path)
        link.row.pin_hash, link.row.browser_hash = token_hash(browser_token + pin), token_hash(browser_token)
        outbox.post("sign_in", address, now=now, sign_in_path=sign_in_path(link.token), code=pin)


def add_link(
    purpose: LinkPurpose, address: str, *, now: datetime, next_path: str = "/", **owner: int | None
) -> NewLink:
    """Make a link for an address, inside an open write transaction.

    Raises
    ------
    TooMany
        If this address was sent many of them just now.
    """
    _check_flood(address, now)
    token = new_token()
    row = SignIn(
        purpose=purpose,
        address=address,
        token_hash=token_hash(token),
        next_path=own_path(next_path),
        created_at=now,
        expires_at=now + LIFETIME[purpose],
        **owner,
    )
    db.session.add(row)
    return NewLink(token, row)


def _check_flood(address: str, now: datetime) -> None:
    """Keep a stranger from filling somebody's mailbox."""
    recent = select(func.count()).where(SignIn.address == address, SignIn.created_at > now - MAILS_WINDOW)
    if (db.session.scalar(recent) or 0) >= MAILS_PER_ADDRESS:
        message = "We have just sent this address many mails. Look there, or try again in a quarter of an hour."
        raise TooMany(message, field="email")


def look_at_link(token: str, now: datetime) -> LinkView:
    """Return what a link would do, without using it."""
    row = sign_in_of_token(token_hash(token))
    if row is None or row.used_at is not None or now >= row.expires_at:
        raise Invalid(LINK_USED)
    return LinkView(row.purpose, row.address)


def use_link(token: str, *, browser: str, now: datetime) -> SignedIn:
    """Use a link once: prove its address and sign its person in."""
    with write_transaction():
        link = take_link(token, frozenset(LinkPurpose) - {LinkPurpose.VERIFY}, now)
        return sign_in_by(link, browser=browser, now=now)


def take_link(token: str, purposes: frozenset[LinkPurpose], now: datetime) -> SignIn:
    """Mark a link of these purposes used, inside an open write transaction; of two uses at once one gets it."""
    link = _claim(SignIn.token_hash == token_hash(token), now)
    if link is None or now >= link.expires_at or link.purpose not in purposes:
        raise Invalid(LINK_USED)
    return link


def sign_in_by(link: SignIn, *, browser: str, now: datetime) -> SignedIn:
    """Sign in the person a used link belongs to, inside an open write transaction."""
    person_id = prove(link.address, person_id=link.person_id, now=now)
    return SignedIn(add_session(person_id, browser=browser, now=now), person_id, link.next_path)


def use_pin(pin: str, *, browser_token: str, browser: str, now: datetime) -> SignedIn:
    """Use six digits in the browser that asked for them: five tries in ten minutes."""
    with write_transaction():
        row = _try_pin(token_hash(browser_token), now)
        right = row is not None and hmac.compare_digest(row.pin_hash or "", token_hash(browser_token + pin.strip()))
        link = _claim(SignIn.id == row.id, now) if row is not None and right else None
        signed_in = sign_in_by(link, browser=browser, now=now) if link is not None else None
    if signed_in is None:  # the try is written down even when it fails
        message = (
            "These are not the six digits we sent, or they are too old. Look at the newest mail, or ask for another."
        )
        raise Invalid(message, field="pin")
    return signed_in


def _try_pin(browser_hash: str, now: datetime) -> SignIn | None:
    """Count one try against this browser's newest request, if it has any left."""
    newest = select(SignIn.id).where(SignIn.browser_hash == browser_hash, SignIn.created_at > now - PIN_LIFETIME)
    counted = (
        update(SignIn)
        .where(SignIn.id == newest.order_by(SignIn.id.desc()).limit(1).scalar_subquery(), SignIn.tries < PIN_TRIES)
        .values(tries=SignIn.tries + 1)
        .returning(SignIn)
    )
    return db.session.scalar(counted)


def _claim(which: ColumnElement[bool], now: datetime) -> SignIn | None:
    """Mark a link used; of two uses at once exactly one gets it."""
    unused = update(SignIn).where(which, SignIn.used_at.is_(None))
    return db.session.scalar(unused.values(used_at=now).returning(SignIn))


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
class Overview:
    """A person's account at a glance."""

    name: str
    addresses: list[AddressLine]
    places: list[PlaceLine]
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
        sessions_of(actor),
    )
