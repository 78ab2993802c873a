"""The organiser's list of attendees: searched, filtered, a page at a time, however many there are."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, func, select, tuple_

from eventmatch.domain.actor import Actor
from eventmatch.domain.names import fold, matches
from eventmatch.domain.permissions import Action, Role
from eventmatch.domain.states import AttendeeStatus, Came, TicketKind
from eventmatch.models.arrival import came, to_come
from eventmatch.models.attendee import Attendee
from eventmatch.models.badge_print import WEARS, badge_printed
from eventmatch.models.base import db
from eventmatch.models.check_in import WayIn, ways_in
from eventmatch.models.event import Room, counts_from
from eventmatch.models.scan import Presence
from eventmatch.services import events
from eventmatch.services.access import event_for, roles

PAGE = 50
LONGEST_SEARCH = 100


class Shown(StrEnum):
    """Which attendees are listed."""

    ALL = "all"
    CONFIRMED = "confirmed"
    ARRIVED = "arrived"
    EXPECTED = "expected"
    NO_BADGE = "no_badge"
    WAITLISTED = "waitlisted"
    PENDING = "pending"
    CANCELLED = "cancelled"
    BARRED = "barred"


@dataclass(frozen=True, slots=True)
class AttendeeLine:
    """One attendee in the list."""

    id: int
    name: str
    organisation: str
    email: str
    kind: TicketKind
    status: AttendeeStatus
    barred: bool
    arrived_at: datetime | None
    how: Came = Came.SEEN


@dataclass(frozen=True, slots=True)
class Page:
    """Some attendees, and where the list goes on; positions are ids of attendees, no personal data."""

    event: events.EventView
    lines: tuple[AttendeeLine, ...]
    total: int
    shown: Shown
    search: str
    before: int | None  # the page before ends before this attendee
    after: int | None  # the next page begins after this one
    may_run: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of the list is asked for."""

    search: str = ""
    shown: Shown = Shown.ALL
    after: int | None = None
    before: int | None = None


def listing(by: Actor, slug: str, wanted: Wanted = Wanted(), *, now: datetime) -> Page:
    """Return one page of an event's attendees in order of names."""
    event = event_for(by, slug, Action.SEE_EVENT_DESK)
    typed, today = wanted.search.strip()[:LONGEST_SEARCH], counts_from(event.id, now)
    where = _where(event.id, typed, _filter(event.id, wanted.shown, today))
    rows = list(db.session.execute(_slice(_rows(event.id, where, today), wanted.after, wanted.before)))
    backwards, more = wanted.before is not None, len(rows) > PAGE
    shown = reversed(rows[:PAGE]) if backwards else rows[:PAGE]
    lines = _marked(event.id, [AttendeeLine(*row) for row in shown], today)
    earlier = more if backwards else wanted.after is not None
    return Page(
        event=events.view(event),
        lines=lines,
        total=db.session.scalar(select(func.count()).select_from(Attendee).where(*where)) or 0,
        shown=wanted.shown,
        search=typed,
        before=lines[0].id if lines and earlier else None,
        after=lines[-1].id if lines and (more or backwards) else None,
        may_run=bool(roles(by, event) & {Role.ORGANISER, Role.OWNER}),
    )


def _marked(event_id: int, lines: list[AttendeeLine], since: datetime) -> tuple[AttendeeLine, ...]:
    """Say of each who came how they did."""
    found = ways_in(event_id, [line.id for line in lines], since)
    return tuple(_mark(line, found[line.id]) if line.id in found else line for line in lines)


def _mark(line: AttendeeLine, way: WayIn) -> AttendeeLine:
    """Say how somebody came; who takes part online has not come through a door of the venue."""
    return replace(line, how=way.how, arrived_at=way.at if way.how is Came.ONLINE else line.arrived_at)


def _where(event_id: int, typed: str, shown: Iterable[ColumnElement[bool]]) -> list[ColumnElement[bool]]:
    """Return what narrows the list."""
    where = [Attendee.event_id == event_id, *shown]
    if fold(typed) or "@" in typed:
        found: BindParameter[list[int]] = bindparam(
            "found",
            _found(where, typed),
            expanding=True,
            literal_execute=True,  # any number of them
        )
        where.append(Attendee.id.in_(found))
    return where


def _rows(event_id: int, wanted: list[ColumnElement[bool]], since: datetime) -> Select[*tuple[Any, ...]]:
    """Return the query for the columns of a line."""
    venue = select(Room.id).where(Room.event_id == event_id, Room.is_venue).order_by(Room.id).limit(1).scalar_subquery()
    stay = (Presence.attendee_id == Attendee.id) & (Presence.room_id == venue) & (Presence.since >= since)
    columns = (Attendee.id, Attendee.name, Attendee.organisation, func.coalesce(Attendee.email, ""), Attendee.kind)
    query = select(*columns, Attendee.status, Attendee.barred_at.is_not(None), Presence.since)
    return query.outerjoin(Presence, stay).where(*wanted)


def _slice(query: Select[*tuple[Any, ...]], after: int | None, before: int | None) -> Select[*tuple[Any, ...]]:
    """Cut one page out by position instead of counting rows; one row more tells whether there is a next page."""
    key = tuple_(func.lower(Attendee.name), Attendee.id)
    if before is not None:
        return (
            query.where(key < _position(before))
            .order_by(func.lower(Attendee.name).desc(), Attendee.id.desc())
            .limit(PAGE + 1)
        )
    query = query.where(key > _position(after)) if after is not None else query
    return query.order_by(func.lower(Attendee.name), Attendee.id).limit(PAGE + 1)


def _position(attendee_id: int) -> Any:
    """Return where an attendee stands in the list, whatever their name is now."""
    name = select(func.lower(Attendee.name)).where(Attendee.id == attendee_id).scalar_subquery()
    return tuple_(name, attendee_id)


def _filter(event_id: int, shown: Shown, since: datetime) -> tuple[ColumnElement[bool], ...]:
    """Return what the list is narrowed to."""
    match shown:
        case Shown.ALL:
            return ()
        case Shown.ARRIVED:
            return (came(event_id, since),)
        case Shown.EXPECTED:
            return to_come(event_id, since)
        case Shown.NO_BADGE:
            return (*WEARS, ~badge_printed())
        case Shown.BARRED:
            return (Attendee.barred_at.is_not(None),)
    return (Attendee.status == AttendeeStatus(shown.value),)


def _found(wanted: list[ColumnElement[bool]], typed: str) -> list[int]:
    """Return who is meant by the typed words: name, organisation or address, forgiving accents and case.

    Neither database folds accents by itself, so the names are compared here; fifty thousand take half a second.
    """
    columns = select(Attendee.id, Attendee.name, Attendee.organisation, Attendee.email).where(*wanted)
    address = typed.lower()
    return [
        row[0]
        for row in db.session.execute(columns)
        if (row[3] and address in row[3]) or (fold(typed) and matches(typed, f"{row[1]} {row[2]}"))
    ]
