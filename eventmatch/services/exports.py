"""Contacts of those who agreed to be exported, for the organiser's own files; each export is logged."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select

from eventmatch.domain.actor import Actor
from eventmatch.domain.permissions import Action
from eventmatch.domain.states import AttendeeStatus, Purpose
from eventmatch.formats.spreadsheet import csv_lines, xlsx_bytes
from eventmatch.models.attendee import Attendee
from eventmatch.models.base import db, write_transaction
from eventmatch.models.consent import Consent
from eventmatch.services import audit
from eventmatch.services.access import event_for

HEADER = ("Name", "E-mail", "Organisation", "Role", "Headline", "Phone", "Link", "Agreed on", "Agreed where")


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
    filename = f"{slug}-contacts-{now.astimezone(zone):%Y-%m-%d}.{extension}"
    body = csv_lines(HEADER, rows) if extension == "csv" else iter((xlsx_bytes(HEADER, rows),))
    return Download(filename, body)


def count(event_id: int) -> int:
    """Count who would be in the export now."""
    query = select(func.count()).select_from(Attendee).join(Consent, Consent.attendee_id == Attendee.id)
    return db.session.scalar(query.where(*_agreed(event_id))) or 0


def _rows(event_id: int, zone: ZoneInfo) -> list[tuple[str, ...]]:
    """Return a row of text for each person."""
    words = (Attendee.name, Attendee.email, Attendee.organisation, Attendee.role, Attendee.headline)
    query = select(*words, Attendee.phone, Attendee.link, Consent.given_at, Consent.declared_by)
    query = query.join(Consent, Consent.attendee_id == Attendee.id).where(*_agreed(event_id))
    return [
        (*(text or "" for text in row[:7]), f"{row[7].astimezone(zone):%Y-%m-%d}", row[8] or "eventmatch")
        for row in db.session.execute(query.order_by(func.lower(Attendee.name), Attendee.id))
    ]


def _agreed(event_id: int) -> tuple[ColumnElement[bool], ...]:
    """Describe people with a place who agree to be exported and have not taken it back."""
    return (
        Attendee.event_id == event_id,
        Attendee.status == AttendeeStatus.CONFIRMED,
        Attendee.barred_at.is_(None),
        Consent.purpose == Purpose.ORGANISER_EXPORT,
        Consent.withdrawn_at.is_(None),
    )
