"""What attendees reported about somebody's behaviour, read and closed by the team."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import aliased

from eventmatch.domain.actor import Actor
from eventmatch.domain.errors import NotFound
from eventmatch.domain.permissions import Action
from eventmatch.models.attendee import Attendee
from eventmatch.models.base import db, write_transaction
from eventmatch.models.tap import Report
from eventmatch.services import audit, events
from eventmatch.services.access import event_for


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One report."""

    id: int
    text: str
    from_id: int
    from_name: str
    about_id: int | None
    about_name: str
    created_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Inbox:
    """An event's reports, those still open first."""

    event: events.EventView
    lines: tuple[ReportLine, ...]


def inbox(by: Actor, slug: str) -> Inbox:
    """Return the reports of an event to those who run it, the open and newest ones first."""
    event = event_for(by, slug, Action.RUN_EVENT)
    writer, about = aliased(Attendee), aliased(Attendee)
    query = select(Report, writer.name, about.name).join(writer, writer.id == Report.from_id)
    query = query.outerjoin(about, about.id == Report.about_id).where(Report.event_id == event.id)
    rows = db.session.execute(query.order_by(Report.closed_at.is_not(None), Report.id.desc()))
    lines = tuple(
        ReportLine(r.id, r.text, r.from_id, name, r.about_id, other or "", r.created_at, r.closed_at)
        for r, name, other in rows
    )
    return Inbox(events.view(event), lines)


def close(by: Actor, slug: str, report_id: int, *, closed: bool, now: datetime) -> None:
    """Note that a report has been dealt with, or open it again."""
    event_id = event_for(by, slug, Action.RUN_EVENT).id
    with write_transaction() as session:
        mine = update(Report).where(Report.event_id == event_id, Report.id == report_id)
        if session.scalar(mine.values(closed_at=now if closed else None).returning(Report.id)) is None:
            raise NotFound
        action = "close report" if closed else "open report again"
        audit.note(action, by=by, event_id=event_id, now=now, report_id=report_id)
