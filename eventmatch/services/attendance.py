"""Who was in which session, from when to when: worked out from the passages through the doors of its room."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from eventmatch.domain.actor import Actor
from eventmatch.domain.door_rules import EventDoors
from eventmatch.domain.errors import Invalid
from eventmatch.domain.local_time import day_ends, to_local
from eventmatch.domain.names import fold
from eventmatch.domain.permissions import Action
from eventmatch.domain.states import TicketKind
from eventmatch.domain.stays import every_stay
from eventmatch.models.attendee import Attendee
from eventmatch.models.base import db, write_transaction
from eventmatch.models.check_in import self_reported
from eventmatch.models.event import Event, ProgrammeSession, sessions_of
from eventmatch.models.scan import passages_at
from eventmatch.services import audit, exports
from eventmatch.services.access import event_for

HEADER = (
    *("Session", "Begins", "Ends", "Room", "Name", "Organisation", "Comes as"),
    *("Entered", "Left", "Minutes", "Self-reported", "E-mail"),
)
MOST_IN_XLSX = 20_000  # rows; more would keep the doors waiting


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the event, as far as the list names them."""

    id: int
    name: str
    organisation: str
    kind: TicketKind


@dataclass(frozen=True, slots=True)
class Time:
    """A stretch of time somebody was in a room."""

    since: datetime
    until: datetime | None  # None: still there


@dataclass(frozen=True, slots=True)
class Attended:
    """One attendee's time in one session, in however many parts."""

    entered: datetime
    left: datetime | None  # None: still there, and it goes on
    minutes: int


def attendance(by: Actor, slug: str, extension: str, *, now: datetime) -> exports.Download:
    """Return who was in which session, as CSV or XLSX; addresses are those of people who agreed to be exported."""
    event = event_for(by, slug, Action.RUN_EVENT)
    event_id, zone = event.id, ZoneInfo(event.zone)
    rows = _rows(event, now)  # before anything is locked: it takes a while, and the doors go on
    if extension == "xlsx" and len(rows) > MOST_IN_XLSX:
        raise Invalid(f"These are {len(rows)} rows, too many for XLSX here. Take the CSV: every spreadsheet opens it.")
    with write_transaction():
        audit.note("export attendance", by=by, event_id=event_id, now=now, rows=len(rows), format=extension)
    return exports.download(f"{slug}-attendance-{now.astimezone(zone):%Y-%m-%d}", HEADER, rows, extension)


def _rows(event: Event, now: datetime) -> list[tuple[object, ...]]:
    """Return a row for each attendee of each session that has begun: sessions in order of time, people of names."""
    been, addresses, reported = _stays(event), exports.addresses(event.id), self_reported(event.id)
    people = sorted(_people(event.id), key=lambda person: fold(person.name))
    rows: list[tuple[object, ...]] = []
    for session in sessions_of(event.id):
        there, titles = been.get(session.room_id or 0, {}), _titles(session, event)
        for person in (person for person in people if person.id in there):
            time = attended(there[person.id], session.starts_at, session.ends_at, now)
            if time is not None:
                who, own_word = (person.name, person.organisation, person.kind.value), person.id in reported
                address = addresses.get(person.id, "")
                rows.append((*titles, *who, *_times(time, event), "yes" if own_word else "", address))
    return rows


def _people(event_id: int) -> list[Person]:
    """Return everybody of an event, whatever became of their place: who was there was there."""
    columns = select(Attendee.id, Attendee.name, Attendee.organisation, Attendee.kind)
    return [Person(*row) for row in db.session.execute(columns.where(Attendee.event_id == event_id))]


def _stays(event: Event) -> dict[int, dict[int, list[Time]]]:
    """Return who was in each room and when; where each day counts anew, nobody stays longer than that."""
    zone = event.zone if EventDoors.of(event.settings).daily else None
    found: dict[int, dict[int, list[Time]]] = {}
    for attendee_id, passages in passages_at(event.id).items():
        for stay in every_stay(passages, zone):
            until = stay.left_at if zone is None or stay.left_at else day_ends(stay.first.at, zone)
            found.setdefault(stay.first.room_id, {}).setdefault(attendee_id, []).append(Time(stay.first.at, until))
    return found


def attended(there: Iterable[Time], starts: datetime, ends: datetime, now: datetime) -> Attended | None:
    """Return how long somebody was in a session; who was in its room before is there from its beginning."""
    within = [(max(time.since, starts), min(time.until or ends, ends)) for time in there]
    parts = [(since, until) for since, until in within if since < min(until, now)]
    if not parts:
        return None
    seconds = sum((min(until, now) - since).total_seconds() for since, until in parts)
    left = max(until for _, until in parts)
    return Attended(min(parts)[0], left if left <= now else None, int(seconds + 30) // 60)


def _titles(session: ProgrammeSession, event: Event) -> tuple[str, ...]:
    """Return what a row says about its session."""
    room = session.room.name if session.room is not None else ""
    return session.title, _local(session.starts_at, event), _local(session.ends_at, event), room


def _times(time: Attended, event: Event) -> tuple[object, ...]:
    """Return what a row says about somebody's time in a session."""
    left = _local(time.left, event) if time.left is not None else ""
    return _local(time.entered, event), left, time.minutes


def _local(at: datetime, event: Event) -> str:
    """Write a moment as clocks showed it there."""
    return to_local(at, event.zone).isoformat(" ", "minutes")
