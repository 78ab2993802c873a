"""The scans of an event as a log: what was read where, by which device, with which verdict, and what was taken back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from eventmatch.domain.states import DeviceKind, Direction
from eventmatch.domain.verdicts import GOOD, Tone, Verdict, tone
from eventmatch.models.attendee import Attendee
from eventmatch.models.base import db
from eventmatch.models.device import Device
from eventmatch.models.event import Door
from eventmatch.models.scan import Scan
from eventmatch.models.ticket import Ticket


@dataclass(frozen=True, slots=True)
class LogRow:
    """One scan; without attendee where the code was nobody's here."""

    id: int
    at: datetime
    door: str
    device: str
    kind: DeviceKind
    verdict: Verdict
    direction: Direction
    offline: bool
    attendee_id: int | None
    name: str | None
    override_by: str
    override_why: str
    undone_at: datetime | None
    undone_by: str | None
    undone_why: str | None

    @property
    def tone(self) -> Tone:
        """How the verdict looks."""
        return tone(self.verdict)

    @property
    def counts(self) -> bool:
        """Whether it let somebody in or out, and nobody has taken that back."""
        return self.verdict in GOOD and self.attendee_id is not None and self.undone_at is None


def log_of(
    event_id: int, *, before: int | None, attendee_id: int | None, refused_only: bool, limit: int
) -> list[LogRow]:
    """Return an event's scans, the latest written first, from before one of them on."""
    query = _scans(event_id)
    if before is not None:
        query = query.where(Scan.id < before)
    if attendee_id is not None:
        query = query.where(Ticket.attendee_id == attendee_id)
    if refused_only:
        query = query.where(Scan.verdict.not_in(GOOD))
    return [LogRow(*row) for row in db.session.execute(query.order_by(Scan.id.desc()).limit(limit))]


def log_row(event_id: int, scan_id: int) -> LogRow | None:
    """Return one scan of an event."""
    row = db.session.execute(_scans(event_id).where(Scan.id == scan_id)).first()
    return LogRow(*row) if row is not None else None


def _scans(event_id: int) -> Select[*tuple[Any, ...]]:
    """Select an event's scans as rows of its log, undoings beside what they undo."""
    undo = aliased(Scan)
    return (
        select(
            *(Scan.id, Scan.effective_at, Door.name, Device.name, Device.kind, Scan.verdict, Scan.direction),
            *(Scan.offline, Attendee.id, Attendee.name, Scan.override_by, Scan.override_why),
            *(undo.effective_at, undo.override_by, undo.override_why),
        )
        .join(Door, Door.id == Scan.door_id)
        .join(Device, Device.id == Scan.device_id)
        .outerjoin(Ticket, Ticket.id == Scan.ticket_id)
        .outerjoin(Attendee, Attendee.id == Ticket.attendee_id)
        .outerjoin(undo, undo.undoes_id == Scan.id)
        .where(Scan.event_id == event_id, Scan.undoes_id.is_(None))
    )
