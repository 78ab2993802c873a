"""The tickets that admit, as a list for whoever runs the server: what a door without us would need."""

from codecs import BOM_UTF8
from dataclasses import dataclass
from datetime import datetime

from eventmatch.domain.actor import NOBODY
from eventmatch.domain.addresses import absolute, ticket_path
from eventmatch.domain.site import Site
from eventmatch.formats.spreadsheet import csv_bytes
from eventmatch.models.arrival import admissible, doors_with_rooms
from eventmatch.models.base import write_transaction
from eventmatch.models.event import all_events
from eventmatch.services import audit, events, signing


@dataclass(frozen=True, slots=True)
class TicketFile:
    """The tickets that admit as CSV; without a mark, because programs read it."""

    count: int
    csv: bytes


@dataclass(frozen=True, slots=True)
class DoorLine:
    """One door of an event."""

    id: int
    name: str
    room: str
    entrance: bool


@dataclass(frozen=True, slots=True)
class EventLine:
    """One event with its doors, entrances first."""

    slug: str
    name: str
    starts: datetime
    doors: tuple[DoorLine, ...]


def admissible_tickets(slug: str, *, not_checked_in: bool, site: Site, now: datetime) -> TicketFile:
    """Return the tickets of confirmed, not barred people, and write down that they were read.

    Where the event signs its tickets, a fourth column has the signed ones.
    """
    event_id = events.named(slug).id
    with write_transaction():
        lines = admissible(event_id, not_checked_in=not_checked_in)
        audit.note("tickets listed", by=NOBODY, event_id=event_id, now=now, count=len(lines))
    sign = signing.signer(events.named(slug), site)
    rows = [
        (name, code, absolute(site.base_url, ticket_path(code)), *((sign(code),) if sign else ()))
        for name, code in lines
    ]
    head = ("name", "code", "address", *(("signed_ticket",) if sign else ()))
    return TicketFile(len(rows), csv_bytes(head, rows).removeprefix(BOM_UTF8))


def events_with_doors() -> list[EventLine]:
    """Return every event with its doors, in order of time."""
    found = all_events()
    rows = doors_with_rooms([event.id for event in found])
    return [
        EventLine(
            event.slug,
            event.name,
            event.starts_at,
            tuple(DoorLine(d.id, d.name, r.name, r.is_venue) for event_id, d, r in rows if event_id == event.id),
        )
        for event in found
    ]
