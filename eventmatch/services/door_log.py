"""The door log: every scan as it was, for the team to read, and a mistake taken back by who runs the event."""

from dataclasses import dataclass
from datetime import datetime

from eventmatch.domain.actor import Actor
from eventmatch.domain.errors import Conflict, Invalid, NotFound
from eventmatch.domain.permissions import RUNNERS, Action
from eventmatch.domain.profiles import clean_line
from eventmatch.models.attendee import Attendee
from eventmatch.models.base import db, write_transaction
from eventmatch.models.door_log import LogRow, log_of, log_row
from eventmatch.models.scan import Scan
from eventmatch.models.ticket import Ticket
from eventmatch.services import audit, events, presence, undo
from eventmatch.services.access import event_for, roles

PAGE = 50
NOTHING_TO_TAKE_BACK = "This scan let nobody in or out, or somebody has taken it back."


@dataclass(frozen=True, slots=True)
class LogPage:
    """Some of an event's scans, the latest first."""

    event: events.EventView
    lines: tuple[LogRow, ...]
    before: int | None  # where the next page begins
    about: str  # the one attendee it is about, by name
    may_run: bool


def log(
    by: Actor, slug: str, *, before: int | None = None, attendee_id: int | None = None, refused_only: bool = False
) -> LogPage:
    """Return a page of an event's scans to its team, of everybody or of one attendee."""
    event = event_for(by, slug, Action.SEE_EVENT_DESK)
    about = _name(event.id, attendee_id) if attendee_id is not None else ""
    rows = log_of(event.id, before=before, attendee_id=attendee_id, refused_only=refused_only, limit=PAGE + 1)
    more = rows[PAGE - 1].id if len(rows) > PAGE else None
    return LogPage(events.view(event), tuple(rows[:PAGE]), more, about, bool(roles(by, event) & RUNNERS))


def _name(event_id: int, attendee_id: int) -> str:
    """Return the name of one attendee of this event."""
    found = db.session.get(Attendee, attendee_id)
    if found is None or found.event_id != event_id:
        raise NotFound
    return found.name


def line(by: Actor, slug: str, scan_id: int) -> LogRow:
    """Return one scan that counts, to who may take it back.

    Raises
    ------
    Conflict
        If somebody has taken it back, or it let nobody in or out.
    """
    row = log_row(event_for(by, slug, Action.RUN_EVENT).id, scan_id)
    if row is None:
        raise NotFound
    if not row.counts:
        raise Conflict(NOTHING_TO_TAKE_BACK)
    return row


def take_back(by: Actor, slug: str, scan_id: int, why: str, *, now: datetime) -> int:
    """Take a scan back for good, as a fact of its own with name and reason; returns whose it was."""
    line(by, slug, scan_id)
    if not (reason := clean_line(why, "ask")):
        raise Invalid("Say why; it stays in the log.", field="why")
    with write_transaction() as session:
        scan = session.get_one(Scan, scan_id)
        ticket = session.get_one(Ticket, scan.ticket_id)
        attendee = session.get_one(Attendee, ticket.attendee_id, with_for_update={"key_share": True})
        if not undo.append(scan, at=now, by=by.name, why=reason):
            raise Conflict(NOTHING_TO_TAKE_BACK)
        presence.rebuild(attendee.event, [attendee.id])
        audit.note("scan taken back", by=by, event_id=scan.event_id, now=now, scan=scan_id)
        return ticket.attendee_id
