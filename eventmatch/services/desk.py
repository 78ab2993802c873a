"""An event at a glance for its team: who came when, and what there is to do."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from eventmatch.domain.actor import Actor
from eventmatch.domain.permissions import Action, Role
from eventmatch.domain.states import AttendeeStatus
from eventmatch.models.attendee import Attendee
from eventmatch.models.base import db
from eventmatch.models.check_in import self_reported
from eventmatch.models.tap import Report
from eventmatch.services import conflicts, events, exports
from eventmatch.services.access import event_for, roles
from eventmatch.services.arrival_curve import Curve, arrival_curve
from eventmatch.services.arrivals import Arrivals, arrivals
from eventmatch.services.import_invitations import count_uninvited


@dataclass(frozen=True, slots=True)
class Desk:
    """What the team of an event sees first."""

    event: events.EventView
    may_run: bool
    arrivals: Arrivals
    self_reported: int  # of those who arrived, by a poster alone
    waiting: int
    pending: int
    confirmed: int
    uninvited: int
    open_reports: int  # for those who may read them
    conflicts: int  # of doors that were offline
    exportable: int
    curve: Curve


def desk(by: Actor, slug: str, *, now: datetime) -> Desk:
    """Return an event's desk to those of its team."""
    event = event_for(by, slug, Action.SEE_EVENT_DESK)
    runs = bool(roles(by, event) & {Role.ORGANISER, Role.OWNER})
    states = _states(event.id, now)
    return Desk(
        event=events.view(event),
        may_run=runs,
        arrivals=arrivals(event.id, now),
        self_reported=len(self_reported(event.id)),
        waiting=states.get(AttendeeStatus.WAITLISTED, 0),
        pending=states.get(AttendeeStatus.PENDING, 0),
        confirmed=states.get(AttendeeStatus.CONFIRMED, 0),
        uninvited=count_uninvited(event.id),
        open_reports=_open_reports(event.id) if runs else 0,
        conflicts=conflicts.count(event),
        exportable=exports.count(event.id),
        curve=arrival_curve(event, now),
    )


def _states(event_id: int, now: datetime) -> dict[AttendeeStatus, int]:
    """Count the attendees in each state; registrations whose seat is not held any more have lapsed."""
    lapsed = (Attendee.status == AttendeeStatus.PENDING) & (Attendee.held_until <= now)
    query = select(Attendee.status, func.count()).where(Attendee.event_id == event_id, ~lapsed)
    return dict(db.session.execute(query.group_by(Attendee.status)).all())


def _open_reports(event_id: int) -> int:
    """Count the reports nobody has closed."""
    query = select(func.count()).select_from(Report)
    return db.session.scalar(query.where(Report.event_id == event_id, Report.closed_at.is_(None))) or 0
