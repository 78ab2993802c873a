"""Attendees as the organiser's team sees them: found, read, barred, let back in, sent their ticket again.

Who blocked whom is nobody's business here, and neither is an ask that was hidden from the organiser.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from eventmatch.domain.actor import Actor
from eventmatch.domain.errors import Conflict, Invalid, NotFound
from eventmatch.domain.permissions import Action, Role
from eventmatch.domain.profiles import Profile, clean_line
from eventmatch.domain.states import AttendeeStatus, Came, Purpose, TicketKind
from eventmatch.models.attendee import Attendee, attendee_of
from eventmatch.models.badge_print import last_printed
from eventmatch.models.base import db, write_transaction
from eventmatch.models.check_in import ways_in
from eventmatch.models.consent import Consent
from eventmatch.models.event import Event, counts_from
from eventmatch.models.scan import overrides_of
from eventmatch.models.ticket import valid_ticket
from eventmatch.services import audit, conflicts, links, profiles, tickets
from eventmatch.services.access import event_for, roles


@dataclass(frozen=True, slots=True)
class ConsentLine:
    """One thing an attendee agrees to, since when, and where an organiser says it was given."""

    purpose: Purpose
    given_at: datetime
    declared_by: str


@dataclass(frozen=True, slots=True)
class LetIn:
    """Somebody at the door let an attendee in against the rules, and said why."""

    at: datetime
    door: str
    by: str
    why: str


@dataclass(frozen=True, slots=True)
class AttendeeView:
    """What the team may know of one attendee."""

    id: int
    zone: str
    email: str
    profile: Profile  # without what is hidden from the organiser
    kind: TicketKind
    status: AttendeeStatus
    registered_at: datetime
    number: str
    imported: bool
    walk_in: bool
    claimed: bool
    hidden: bool
    needs_space: bool  # a full room takes them in all the same
    barred_at: datetime | None
    barred_why: str
    arrived_at: datetime | None
    how: Came
    badge_printed_at: datetime | None
    let_in: tuple[LetIn, ...]  # against the rules
    conflicts: conflicts.OfOne  # of doors that were offline
    consents: tuple[ConsentLine, ...]
    may_run: bool

    @property
    def barred(self) -> bool:
        """Whether the person must not come."""
        return self.barred_at is not None


def attendee(by: Actor, slug: str, attendee_id: int, *, now: datetime) -> AttendeeView:
    """Return one attendee to the event's team."""
    event = event_for(by, slug, Action.SEE_EVENT_DESK)
    place = _place(event, attendee_id)
    consents = _consents(place.id)
    return AttendeeView(
        id=place.id,
        zone=event.zone,
        email=place.email or "",
        profile=_for_organiser(place, {line.purpose for line in consents}),
        kind=place.kind,
        status=place.status,
        registered_at=place.registered_at,
        number=_number(place),
        imported=place.imported,
        walk_in=place.walk_in,
        claimed=place.person_id is not None,
        hidden=place.hidden_at is not None,
        needs_space=place.needs_space,
        barred_at=place.barred_at,
        barred_why=place.barred_why,
        **_on_the_day(event.id, place.id, counts_from(event.id, now)),
        conflicts=conflicts.of_attendee(event, place.id),
        consents=consents,
        may_run=bool(roles(by, event) & {Role.ORGANISER, Role.OWNER}),
    )


def _place(event: Event, attendee_id: int) -> Attendee:
    """Return one attendee of this event."""
    place = attendee_of(event.id, attendee_id)
    if place is None:
        raise NotFound
    return place


def _number(place: Attendee) -> str:
    """Return the number of the valid ticket, if there is one; its code stays private."""
    ticket = valid_ticket(place.id)
    return ticket.number if ticket else ""


def _on_the_day(event_id: int, attendee_id: int, since: datetime) -> dict[str, Any]:
    """Return what happened to an attendee at the venue, by the names of the view's fields."""
    way = ways_in(event_id, [attendee_id], since).get(attendee_id)
    return {
        "arrived_at": way.at if way is not None else None,
        "how": way.how if way is not None else Came.SEEN,
        "badge_printed_at": last_printed(attendee_id),
        "let_in": tuple(LetIn(*row) for row in overrides_of(attendee_id)),
    }


def _consents(attendee_id: int) -> tuple[ConsentLine, ...]:
    """Return what an attendee agrees to now."""
    query = select(Consent).where(Consent.attendee_id == attendee_id, Consent.withdrawn_at.is_(None))
    rows = db.session.scalars(query.order_by(Consent.id))
    return tuple(ConsentLine(row.purpose, row.given_at, row.declared_by) for row in rows)


def _for_organiser(place: Attendee, agreed: set[Purpose]) -> Profile:
    """Return a profile without asks hidden from the organiser, and without phone and link unless these may be had."""
    profile = profiles.read_profile(place)
    if profile.ask_hidden_from.organisers:
        profile = replace(profile, asks=(), ask="")
    return profile if Purpose.ORGANISER_EXPORT in agreed else replace(profile, phone="", link="")


def bar(by: Actor, slug: str, attendee_id: int, why: str, *, now: datetime) -> None:
    """Keep somebody out from now on: no door admits them, no page shows them."""
    event_id = check_runs(by, slug, attendee_id)
    if not (reason := clean_line(why, "ask")):
        raise Invalid("Say why; the team reads it at the door.", field="why")
    with write_transaction():
        place = db.session.get_one(Attendee, attendee_id)
        if place.barred_at is not None:
            raise Conflict("Somebody of the team has barred this person already.")
        place.barred_at, place.barred_why = now, reason
        audit.note("bar attendee", by=by, event_id=event_id, now=now, attendee_id=attendee_id)


def unbar(by: Actor, slug: str, attendee_id: int, *, now: datetime) -> None:
    """Let somebody come again."""
    event_id = check_runs(by, slug, attendee_id)
    with write_transaction():
        place = db.session.get_one(Attendee, attendee_id)
        place.barred_at, place.barred_why = None, ""
        audit.note("unbar attendee", by=by, event_id=event_id, now=now, attendee_id=attendee_id)


def set_needs_space(by: Actor, slug: str, attendee_id: int, *, needs: bool, now: datetime) -> None:
    """Let a full room take somebody in all the same, or not."""
    event_id = check_runs(by, slug, attendee_id)
    with write_transaction():
        db.session.get_one(Attendee, attendee_id).needs_space = needs
        audit.note("set needs space", by=by, event_id=event_id, now=now, attendee_id=attendee_id, needs=needs)


def resend_ticket(by: Actor, slug: str, attendee_id: int, *, now: datetime) -> None:
    """Mail somebody their ticket once more."""
    event_id = check_runs(by, slug, attendee_id)
    with write_transaction():
        place = db.session.get_one(Attendee, attendee_id)
        if place.status is not AttendeeStatus.CONFIRMED or place.barred_at is not None:
            raise Conflict("There is no valid ticket to send.")
        if place.email is None:
            raise Conflict("There is no e-mail address to send it to.")
        links.check_flood(place.email, now)
        tickets.send(place, now=now)
        audit.note("resend ticket", by=by, event_id=event_id, now=now, attendee_id=attendee_id)


def check_runs(by: Actor, slug: str, attendee_id: int) -> int:
    """Check that the actor runs the event and the attendee is one of it; returns the event's id."""
    event = event_for(by, slug, Action.RUN_EVENT)
    return _place(event, attendee_id).event_id
