"""Contacts of those who agreed to be exported, for the organiser's own files; each export is logged."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select

from eventmatch.domain.actor import Actor
from eventmatch.domain.permissions import Action
from eventmatch.domain.states import AttendeeStatus, Came, Purpose
from eventmatch.formats.spreadsheet import csv_lines, xlsx_bytes
from eventmatch.models.attendee import Attendee
from eventmatch.models.base import db, write_transaction
from eventmatch.models.check_in import WayIn, ways_in
from eventmatch.models.consent import Consent
from eventmatch.services import audit
from eventmatch.services.access import event_for

HEADER = (
    *("Name", "E-mail", "Organisation", "Role", "Headline", "Phone", "Link"),
    *("Agreed on", "Agreed where", "Checked in", "How"),
)
WAYS = {Came.SEEN: "at the venue", Came.SELF_REPORTED: "self-reported", Came.ONLINE: "online"}


@dataclass(frozen=True, slots=True)
class Download:
    """A file to hand out."""

    filename: str
    body: Iterator[bytes]


def contacts(by: Actor, slug: str, extension: str, *, now: datetime) -> Download:
    """Return the contacts of those who agree to it at this moment, as CSV or XLSX."""
    event = event_for(by, slug, Action.RUN_EVENT)
    event_id, zone = event.id, ZoneInfo(event.zone)
    with write_transaction():
        rows = _rows(event_id, zone)
        audit.note("export contacts", by=by, event_id=event_id, now=now, people=len(rows), format=extension)
    return download(f"{slug}-contacts-{now.astimezone(zone):%Y-%m-%d}", HEADER, rows, extension)


def count(event_id: int) -> int:
    """Count who would be in the export now."""
    query = select(func.count()).select_from(Attendee).join(Consent, Consent.attendee_id == Attendee.id)
    return db.session.scalar(query.where(*_agreed(event_id))) or 0


def addresses(event_id: int) -> dict[int, str]:
    """Return the addresses of those who agree at this moment to be exported, by attendee."""
    query = select(Attendee.id, Attendee.email).join(Consent, Consent.attendee_id == Attendee.id)
    return {row[0]: row[1] or "" for row in db.session.execute(query.where(*_agreed(event_id)))}


def download(filename: str, header: Sequence[str], rows: Sequence[Sequence[object]], extension: str) -> Download:
    """Return a table as a CSV or XLSX file."""
    body = csv_lines(header, rows) if extension == "csv" else iter((xlsx_bytes(header, rows),))
    return Download(f"{filename}.{extension}", body)


def _rows(event_id: int, zone: ZoneInfo) -> list[tuple[str, ...]]:
    """Return a row of text for each person."""
    words = (Attendee.name, Attendee.email, Attendee.organisation, Attendee.role, Attendee.headline)
    query = select(*words, Attendee.phone, Attendee.link, Consent.given_at, Consent.declared_by)
    query = query.join(Consent, Consent.attendee_id == Attendee.id).where(*_agreed(event_id))
    rows = db.session.execute(query.add_columns(Attendee.id).order_by(func.lower(Attendee.name), Attendee.id))
    came = ways_in(event_id)
    return [
        (
            *(text or "" for text in row[:7]),
            *(f"{row[7].astimezone(zone):%Y-%m-%d}", row[8] or "eventmatch"),
            *_arrival(came.get(row[9]), zone),
        )
        for row in rows
    ]


def _arrival(way: WayIn | None, zone: ZoneInfo) -> tuple[str, str]:
    """Write when somebody came and what that rests on, if they have."""
    return (f"{way.at.astimezone(zone):%Y-%m-%d %H:%M}", WAYS[way.how]) if way is not None else ("", "")


def _agreed(event_id: int) -> tuple[ColumnElement[bool], ...]:
    """Describe people with a place who agree to be exported and have not taken it back."""
    return (
        Attendee.event_id == event_id,
        Attendee.status == AttendeeStatus.CONFIRMED,
        Attendee.barred_at.is_(None),
        Consent.purpose == Purpose.ORGANISER_EXPORT,
        Consent.withdrawn_at.is_(None),
    )
