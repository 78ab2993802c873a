"""Browsers people are signed in on: opened, recognised, listed and ended on the server."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import delete, select, update

from eventmatch.domain.actor import NOBODY, Actor
from eventmatch.domain.codes import new_token, token_hash
from eventmatch.domain.errors import SignInNeeded
from eventmatch.domain.sign_in import SEEN_EVERY, is_fresh, session_end
from eventmatch.models.attendee import places_of
from eventmatch.models.base import db, write_transaction
from eventmatch.models.person import WebSession, session_of_token
from eventmatch.services import duty
from eventmatch.services.access import person_for
from eventmatch.services.devices import device_actor


@dataclass(frozen=True, slots=True)
class SessionView:
    """One browser somebody is signed in on."""

    id: int
    browser: str
    created_at: datetime
    seen_at: datetime
    current: bool


def add_session(person_id: int, *, browser: str, now: datetime) -> str:
    """Sign a person in on a browser, inside an open write transaction; returns the token, shown only now."""
    token = new_token()
    ends = session_end(now, [place.event.ends_at for place in places_of(person_id)])
    db.session.add(
        WebSession(
            person_id=person_id,
            token_hash=token_hash(token),
            created_at=now,
            seen_at=now,
            expires_at=ends,
            browser=browser[:200],
        )
    )
    return token


def prolong(by: Actor, now: datetime) -> None:
    """Let a session last as long as a place just got asks for, inside an open write transaction."""
    ends = session_end(now, [place.event.ends_at for place in places_of(by.person_id or 0)])
    db.session.execute(update(WebSession).where(WebSession.id == by.session_id).values(expires_at=ends))


def recognise(session_token: str | None, device_token: str | None, now: datetime) -> Actor:
    """Return who is behind these tokens; unknown, ended and revoked ones are nobody."""
    device = _device(device_token, now) if device_token else NOBODY
    session = session_of_token(token_hash(session_token)) if session_token else None
    if session is None or now >= session.expires_at:
        return device
    fresh = not session.stale and is_fresh(session.created_at, session.seen_at, now)
    actor = replace(device, person_id=session.person_id, name=session.person.name, session_id=session.id, fresh=fresh)
    if now - session.seen_at >= SEEN_EVERY:
        _note_use(session.id, now, fresh=fresh)
    return actor


def _device(token: str, now: datetime) -> Actor:
    """Return the device behind a token, while it is one."""
    try:
        return device_actor(token, now)
    except SignInNeeded:
        return NOBODY


def _note_use(session_id: int, now: datetime, *, fresh: bool) -> None:
    """Write down that a session is in use; one that was left alone too long does not become fresh by that."""
    used = {"seen_at": now} if fresh else {"seen_at": now, "stale": True}
    with write_transaction() as session:
        session.execute(update(WebSession).where(WebSession.id == session_id).values(used))


def sessions_of(actor: Actor) -> list[SessionView]:
    """List the browsers the actor is signed in on, the latest used first."""
    query = select(WebSession).where(WebSession.person_id == person_for(actor)).order_by(WebSession.seen_at.desc())
    return [
        SessionView(s.id, s.browser, s.created_at, s.seen_at, s.id == actor.session_id)
        for s in db.session.scalars(query)
    ]


def end_session(actor: Actor, session_id: int, *, now: datetime) -> None:
    """End one of the actor's own sessions, and their duty on other browsers; ending one that is gone is no error.

    Which browser went on duty is not known, so all do that may be the lost one.
    """
    person_id = person_for(actor)
    with write_transaction() as session:
        mine = delete(WebSession).where(WebSession.person_id == person_id, WebSession.id == session_id)
        if session.scalar(mine.returning(WebSession.id)) is not None:
            duty.end_elsewhere(person_id, actor.device_id if session_id != actor.session_id else None, now)


def sign_out(actor: Actor, device_token: str, *, now: datetime) -> None:
    """End the session of this browser, and the duty somebody went on with it."""
    with write_transaction() as session:
        session.execute(delete(WebSession).where(WebSession.id == actor.session_id))
        duty.end_here(device_token, now)
