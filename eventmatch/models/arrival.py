"""Counts of who came: read often, on boards and at doors, so each is one statement."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from eventmatch.domain.door_rules import EVER
from eventmatch.domain.states import AttendeeStatus, Mode
from eventmatch.domain.verdicts import Verdict
from eventmatch.models.attendee import Attendee
from eventmatch.models.base import db
from eventmatch.models.event import Door, Room
from eventmatch.models.scan import Presence, Scan, is_here, stands
from eventmatch.models.ticket import Ticket


def venue_counts(event_id: int, since: datetime) -> tuple[int, int]:
    """Count who is inside the venue now, and who has been in it since a moment."""
    who = Presence.attendee_id.distinct()  # somebody may be at the venue and online
    query = select(func.count(who).filter(is_here(since)), func.count(who)).join(Room)
    query = query.where(Room.event_id == event_id, Room.is_venue, Presence.since >= since)
    inside, came = db.session.execute(query).one()
    return inside, came


def still_expected(event_id: int, since: datetime) -> int:
    """Count the attendees a door still waits for."""
    query = select(func.count()).where(Attendee.event_id == event_id, *to_come(event_id, since))
    return db.session.scalar(query) or 0


def came(event_id: int, since: datetime) -> ColumnElement[bool]:
    """Describe who has been let into the venue since a moment."""
    there = select(Presence.attendee_id).join(Room).where(Room.event_id == event_id, Room.is_venue)
    return Attendee.id.in_(there.where(Presence.since >= since))


def arrived_since(attendee_id: int, since: datetime) -> datetime | None:
    """Return when somebody was let into the venue, if that was after a moment."""
    query = select(Presence.since).join(Room).where(Presence.attendee_id == attendee_id, Room.is_venue)
    return db.session.scalar(query.where(Presence.since >= since).order_by(Presence.since).limit(1))


def is_inside(attendee_id: int, since: datetime) -> bool:
    """Tell whether somebody is in the venue now, or online."""
    here = select(Presence.id).join(Room).where(Presence.attendee_id == attendee_id, Room.is_venue, is_here(since))
    return db.session.scalar(here.limit(1)) is not None


def in_venue(event_id: int, since: datetime) -> set[int]:
    """Return who is in the venue now."""
    inside = select(Presence.attendee_id).join(Room).where(Room.event_id == event_id, Room.is_venue)
    return set(db.session.scalars(inside.where(is_here(since))))


def to_come(event_id: int, since: datetime) -> tuple[ColumnElement[bool], ...]:
    """Describe who is expected at a door: confirmed, not barred, not online only, not there yet."""
    sure = Attendee.status == AttendeeStatus.CONFIRMED
    return sure, Attendee.barred_at.is_(None), Attendee.mode != Mode.ONLINE, ~came(event_id, since)


def admissions(event_id: int, since: datetime) -> dict[int, tuple[int, int]]:
    """Count each door's admissions that stand: all of them, and those since a moment."""
    recent = func.count().filter(Scan.effective_at > since)
    query = select(Scan.door_id, func.count(), recent)
    query = query.where(Scan.event_id == event_id, Scan.verdict == Verdict.ADMITTED, stands())
    rows = db.session.execute(query.group_by(Scan.door_id))
    return {door_id: (total, lately) for door_id, total, lately in rows}


def first_arrivals(event_id: int) -> list[datetime]:
    """Return when each attendee was first let into the venue, scans taken back aside, in order of time."""
    query = _into_the_venue(select(func.min(Scan.effective_at)), event_id).join(Ticket, Ticket.id == Scan.ticket_id)
    return sorted(db.session.scalars(query.group_by(Ticket.attendee_id)))


def entrances_since(event_id: int, since: datetime) -> list[datetime]:
    """Return when somebody was let into the venue from a moment on, scans taken back aside."""
    return list(
        db.session.scalars(_into_the_venue(select(Scan.effective_at), event_id).where(Scan.effective_at >= since))
    )


def _into_the_venue(query: Select[Any], event_id: int) -> Select[Any]:
    """Keep the admissions at the venue's entrances that stand."""
    query = query.join(Door, Door.id == Scan.door_id).join(Room, Room.id == Door.room_id)
    return query.where(Scan.event_id == event_id, Scan.verdict == Verdict.ADMITTED, Room.is_venue, stands())


def rooms_inside(event_id: int, since: datetime) -> dict[int, int]:
    """Count who is in each room now; empty ones are absent."""
    query = select(Presence.room_id, func.count()).join(Room).where(Room.event_id == event_id)
    rows = db.session.execute(query.where(is_here(since)).group_by(Presence.room_id))
    return {row[0]: row[1] for row in rows}


def names_of(event_id: int) -> Iterable[tuple[int, str, str]]:
    """Return id, name and organisation of everybody at an event, in order of names."""
    query = select(Attendee.id, Attendee.name, Attendee.organisation).where(Attendee.event_id == event_id)
    return [(row[0], row[1], row[2]) for row in db.session.execute(query.order_by(Attendee.name, Attendee.id))]


def latest_tickets(attendee_ids: list[int]) -> dict[int, Ticket]:
    """Return each attendee's valid ticket, or else the last one they had."""
    query = select(Ticket).where(Ticket.attendee_id.in_(attendee_ids))
    in_order = query.order_by(Ticket.revoked_at.is_(None), Ticket.id)
    return {ticket.attendee_id: ticket for ticket in db.session.scalars(in_order)}


def inside_since(room_id: int, attendee_ids: list[int], since: datetime) -> dict[int, datetime]:
    """Return since when each of these attendees is in one room; those who are not are absent."""
    query = select(Presence.attendee_id, Presence.since).where(Presence.room_id == room_id, is_here(since))
    return {row[0]: row[1] for row in db.session.execute(query.where(Presence.attendee_id.in_(attendee_ids)))}


def admissible(event_id: int, *, not_checked_in: bool) -> list[tuple[str, str]]:
    """Return name and ticket code of everybody whose ticket admits, in order of names."""
    query = select(Attendee.name, Ticket.code).join(Ticket, Ticket.attendee_id == Attendee.id)
    query = query.where(Attendee.event_id == event_id, Attendee.status == AttendeeStatus.CONFIRMED)
    query = query.where(Attendee.barred_at.is_(None), Ticket.revoked_at.is_(None))
    if not_checked_in:
        query = query.where(~came(event_id, EVER))
    return [(row[0], row[1]) for row in db.session.execute(query.order_by(Attendee.name, Attendee.id))]


def doors_with_rooms(event_ids: list[int]) -> list[tuple[int, Door, Room]]:
    """Return the doors of these events with their rooms, entrances first."""
    query = select(Room.event_id, Door, Room).join(Room, Room.id == Door.room_id).where(Room.event_id.in_(event_ids))
    rows = db.session.execute(query.order_by(Room.event_id, Room.is_venue.desc(), Door.id))
    return [(row[0], row[1], row[2]) for row in rows]


def admissions_at(door_id: int, since: datetime) -> int:
    """Count those a door let in since a moment, undone ones aside."""
    query = select(func.count()).select_from(Scan).where(Scan.door_id == door_id, Scan.effective_at > since)
    return db.session.scalar(query.where(Scan.verdict == Verdict.ADMITTED, stands())) or 0
