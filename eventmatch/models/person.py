"""People who sign in, their addresses, their sessions and the links that let them in."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventmatch.domain.sign_in import LinkPurpose
from eventmatch.models.base import Base, db


class Person(Base):
    """A human who signs in; spans events and organisers."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]


class PersonEmail(Base):
    """One verified address of a person; a private one survives a change of job."""

    __tablename__ = "person_email"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    address: Mapped[str] = mapped_column(String(254), unique=True)  # in lower case
    verified_at: Mapped[datetime]
    primary: Mapped[bool] = mapped_column(default=False)
    person: Mapped[Person] = relationship()


class WebSession(Base):
    """One browser somebody is signed in on; only the hash of its id is kept."""

    __tablename__ = "web_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    stale: Mapped[bool] = mapped_column(default=False)  # left alone or open too long for organisers' work, for good
    browser: Mapped[str] = mapped_column(String(200), default="")
    person: Mapped[Person] = relationship()


class SignIn(Base):
    """A link, and perhaps a six-digit code, mailed to an address; used once."""

    __tablename__ = "sign_in"
    __table_args__ = (UniqueConstraint("token_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[LinkPurpose]
    address: Mapped[str] = mapped_column(String(254), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    attendee_id: Mapped[int | None] = mapped_column(ForeignKey("attendee.id", ondelete="CASCADE"))
    token_hash: Mapped[str] = mapped_column(String(64))
    pin_hash: Mapped[str | None] = mapped_column(String(64))
    browser_hash: Mapped[str | None] = mapped_column(String(64))  # the pin works in the browser that asked for it only
    tries: Mapped[int] = mapped_column(default=0)  # of the pin, that failed
    next_path: Mapped[str] = mapped_column(String(400), default="")
    answers: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # what this link confirms
    created_at: Mapped[datetime] = mapped_column(index=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


def person_of_address(address: str) -> Person | None:
    """Return who proved to own this address in lower case."""
    return db.session.scalar(select(Person).join(PersonEmail).where(PersonEmail.address == address))


def addresses_of(person_id: int) -> list[PersonEmail]:
    """Return a person's addresses, the primary one first."""
    query = select(PersonEmail).where(PersonEmail.person_id == person_id)
    return list(db.session.scalars(query.order_by(PersonEmail.primary.desc(), PersonEmail.id)))


def names_of(person_ids: Iterable[int]) -> dict[int, str]:
    """Return what these people are called."""
    rows = db.session.execute(select(Person.id, Person.name).where(Person.id.in_(set(person_ids))))
    return {row[0]: row[1] for row in rows}


def session_of_token(token_hash: str) -> WebSession | None:
    """Return the session with this hashed id."""
    return db.session.scalar(select(WebSession).where(WebSession.token_hash == token_hash))


def sign_in_of_token(token_hash: str) -> SignIn | None:
    """Return the mailed link with this hash, used or not."""
    return db.session.scalar(select(SignIn).where(SignIn.token_hash == token_hash))


def lock_requests(address: str, since: datetime) -> None:
    """Let one at a time try the digits of an address, where writers are not alone anyway."""
    recent = select(SignIn.id).where(SignIn.address == address, SignIn.created_at > since)
    db.session.execute(recent.order_by(SignIn.id).with_for_update())


def failed_tries(address: str, since: datetime) -> int:
    """Count the wrong digits typed for an address."""
    tries = select(func.sum(SignIn.tries)).where(SignIn.address == address, SignIn.created_at > since)
    return db.session.scalar(tries) or 0
