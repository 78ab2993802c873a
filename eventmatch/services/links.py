"""Mailed links: made for an address, looked at as often as one likes, used once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, update

from eventmatch.domain.codes import new_token, token_hash
from eventmatch.domain.errors import Spent, TooMany
from eventmatch.domain.sign_in import LIFETIME, MAILS_PER_ADDRESS, MAILS_WINDOW, LinkPurpose, own_path
from eventmatch.models.base import db
from eventmatch.models.person import SignIn, sign_in_of_token


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


def add_link(purpose: LinkPurpose, address: str, *, now: datetime, next_path: str = "/", **owner: Any) -> NewLink:
    """Make a link because somebody asked for a mail to this address, inside an open write transaction.

    Raises
    ------
    TooMany
        If this address was sent many of them just now.
    """
    check_flood(address, now)
    return enclose_link(purpose, address, now=now, next_path=next_path, **owner)


def enclose_link(purpose: LinkPurpose, address: str, *, now: datetime, next_path: str = "/", **owner: Any) -> NewLink:
    """Make a link for a letter that must leave whatever was sent before, inside an open write transaction."""
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


def check_flood(address: str, now: datetime) -> None:
    """Keep a stranger from filling somebody's mailbox."""
    recent = select(func.count()).where(SignIn.address == address, SignIn.created_at > now - MAILS_WINDOW)
    if (db.session.scalar(recent) or 0) >= MAILS_PER_ADDRESS:
        message = "We have just sent this address many mails. Look there, or try again in a quarter of an hour."
        raise TooMany(message, field="email")


def look_at_link(token: str, now: datetime) -> LinkView:
    """Return what a link would do, without using it."""
    row = usable_link(token, now)
    return LinkView(row.purpose, row.address)


def usable_link(token: str, now: datetime) -> SignIn:
    """Return a link that has not been used and is not too old."""
    row = sign_in_of_token(token_hash(token))
    if row is None or row.used_at is not None or now >= row.expires_at:
        raise Spent
    return row


def take_link(token: str, purposes: frozenset[LinkPurpose], now: datetime) -> SignIn:
    """Mark a link of these purposes used, inside an open write transaction; of two uses at once one gets it."""
    link = claim(SignIn.token_hash == token_hash(token), now)
    if link is None or now >= link.expires_at or link.purpose not in purposes:
        raise Spent
    return link


def claim(which: ColumnElement[bool], now: datetime) -> SignIn | None:
    """Mark a link used, inside an open write transaction; of two uses at once exactly one gets it."""
    unused = update(SignIn).where(which, SignIn.used_at.is_(None))
    return db.session.scalar(unused.values(used_at=now).returning(SignIn))


def void_links(attendee_id: int, now: datetime) -> None:
    """Make all links of one registration worthless and forget what they carry, inside an open write transaction."""
    mine = update(SignIn).where(SignIn.attendee_id == attendee_id)
    db.session.execute(mine.values(used_at=func.coalesce(SignIn.used_at, now), answers=None))


def move_links(from_id: int, to_id: int) -> None:
    """Let the links of one registration be another's, inside an open write transaction."""
    db.session.execute(update(SignIn).where(SignIn.attendee_id == from_id).values(attendee_id=to_id))
