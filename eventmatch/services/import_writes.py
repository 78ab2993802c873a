"""Candidates become places: many in one statement, one short write transaction for each few hundred."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from eventmatch.domain.codes import new_code, new_number
from eventmatch.domain.import_columns import plain
from eventmatch.domain.states import CONSENT_TEXT_VERSION, AttendeeStatus, Purpose, TagRole
from eventmatch.models.attendee import Attendee, AttendeeTag
from eventmatch.models.base import db, write_transaction
from eventmatch.models.consent import Consent
from eventmatch.models.ticket import Ticket, TicketAlias
from eventmatch.services import seats
from eventmatch.services.import_invitations import invite
from eventmatch.services.import_reader import Candidate, Remark
from eventmatch.services.profiles import PLAIN_FIELDS

Declared = Mapping[Purpose, str]


@dataclass(frozen=True, slots=True)
class Target:
    """Where candidates go, and what is declared about all of them."""

    event_id: int
    declared: Declared = field(default_factory=dict)
    invite: bool = False


@dataclass(slots=True)
class Split:
    """Which candidates are new to an event, and what is odd about those it knows."""

    fresh: list[Candidate] = field(default_factory=list)
    known: int = 0
    warnings: list[Remark] = field(default_factory=list)


@dataclass(slots=True)
class Written:
    """What became of some candidates."""

    imported: int = 0
    repeated: int = 0
    invited: int = 0
    warnings: list[Remark] = field(default_factory=list)


def write(target: Target, candidates: Sequence[Candidate], *, now: datetime) -> Written:
    """Give the new ones among these candidates a place; those the event knows stay as they are."""
    with write_transaction():
        seats.lock(target.event_id)  # one import or registration at a time; scans go on
        parts = split(target.event_id, candidates)
        if parts.fresh:
            _write_fresh(target, parts.fresh, now)
        invited = invite(target.event_id, [c.email for c in candidates if c.email], now=now) if target.invite else 0
    return Written(len(parts.fresh), parts.known, invited, parts.warnings)


def split(event_id: int, candidates: Sequence[Candidate]) -> Split:
    """Part candidates into those new to the event and those it knows by address or ticket code."""
    emails, codes = _known(event_id, candidates)
    parts = Split()
    for found in candidates:
        place = emails.get(found.email or "")
        if place is None and found.code not in codes:
            parts.fresh.append(found)
            continue
        parts.known += 1
        if place is not None and (reason := _oddity(found, *place)):
            parts.warnings.append(Remark(found.number, "email", reason))
    return parts


def _known(event_id: int, candidates: Sequence[Candidate]) -> tuple[dict[str, tuple[str, AttendeeStatus]], set[str]]:
    """Return the addresses (with name and state) and foreign codes of these candidates that the event has already."""
    people = select(Attendee.email, Attendee.name, Attendee.status).where(
        Attendee.event_id == event_id, Attendee.email.in_([c.email for c in candidates if c.email])
    )
    aliases = select(TicketAlias.code).where(
        TicketAlias.event_id == event_id, TicketAlias.code.in_([c.code for c in candidates if c.code])
    )
    emails = {email: (name, status) for email, name, status in db.session.execute(people) if email}
    return emails, set(db.session.scalars(aliases))


def _oddity(found: Candidate, name: str, status: AttendeeStatus) -> str:
    """Say what does not fit about somebody the event knows; nothing of theirs is changed."""
    if status is not AttendeeStatus.CONFIRMED:
        return f"This address is at the event already, as {status.value}; it stays so."
    if plain(found.profile.name) != plain(name):
        return "This address is at the event already, under another name; it stays so."
    return ""


def _write_fresh(target: Target, fresh: list[Candidate], now: datetime) -> None:
    """Write places, words, tickets, foreign codes and declared consents, inside an open write transaction."""
    rows = [_place(target.event_id, candidate, now) for candidate in fresh]
    added = insert(Attendee).returning(Attendee.id, sort_by_parameter_order=True)
    ids = list(db.session.scalars(added, rows))
    _insert(AttendeeTag, (tag for attendee_id, c in zip(ids, fresh, strict=True) for tag in _tags(attendee_id, c)))
    _write_tickets(target.event_id, dict(zip(ids, fresh, strict=True)), now)
    _insert(Consent, (row for attendee_id in ids for row in _consents(attendee_id, target.declared, now)))


def _place(event_id: int, candidate: Candidate, now: datetime) -> dict[str, Any]:
    """Return the row of a place; somebody who proves the address later takes it over."""
    words = {name: getattr(candidate.profile, name) for name in PLAIN_FIELDS}
    state = {"status": AttendeeStatus.CONFIRMED, "registered_at": now, "imported": True}
    return {"event_id": event_id, "email": candidate.email, "kind": candidate.kind, **state, **words}


def _tags(attendee_id: int, candidate: Candidate) -> Iterable[dict[str, Any]]:
    """Return the rows of somebody's interests, asks and offers."""
    profile = candidate.profile
    words = {TagRole.INTEREST: profile.interests, TagRole.ASK: profile.asks, TagRole.OFFER: profile.offers}
    for role, tags in words.items():
        for position, tag in enumerate(tags):
            yield {"attendee_id": attendee_id, "role": role, "tag": tag, "position": position}


def _write_tickets(event_id: int, people: dict[int, Candidate], now: datetime) -> None:
    """Give everybody a ticket of ours, and let the foreign code stand for it."""
    numbers = _free_numbers(event_id, len(people))
    rows = [
        {
            "event_id": event_id,
            "attendee_id": attendee_id,
            "code": new_code(),
            "badge_code": new_code(),
            "number": number,
            "issued_at": now,
        }
        for attendee_id, number in zip(people, numbers, strict=True)
    ]
    issued = db.session.scalars(insert(Ticket).returning(Ticket.id, sort_by_parameter_order=True), rows)
    pairs = zip(issued, people.values(), strict=True)
    _insert(TicketAlias, ({"event_id": event_id, "ticket_id": t, "code": c.code} for t, c in pairs if c.code))


def _free_numbers(event_id: int, count: int) -> list[str]:
    """Draw numbers nobody has at this event."""
    free: set[str] = set()
    while len(free) < count:
        drawn = {new_number() for _ in range(count - len(free))}
        taken = select(Ticket.number).where(Ticket.event_id == event_id, Ticket.number.in_(drawn))
        free |= drawn - set(db.session.scalars(taken))
    return list(free)


def _consents(attendee_id: int, declared: Declared, now: datetime) -> Iterable[dict[str, Any]]:
    """Return the rows of what the organiser declares that somebody agreed to elsewhere."""
    base = {"attendee_id": attendee_id, "text_version": CONSENT_TEXT_VERSION, "given_at": now}
    return ({**base, "purpose": purpose, "declared_by": where} for purpose, where in declared.items())


def _insert(table: type[Any], rows: Iterable[dict[str, Any]]) -> None:
    """Insert many rows in one statement, or none."""
    if values := list(rows):
        db.session.execute(insert(table), values)
