"""An event at a glance for its team: who came when, and what there is to do."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from eventmatch.domain.actor import Actor
from eventmatch.domain.permissions import Action, Role
from eventmatch.domain.states import AttendeeStatus
from eventmatch.domain.verdicts import Verdict
from eventmatch.formats import curve
from eventmatch.models.attendee import Attendee
from eventmatch.models.base import db
from eventmatch.models.event import Door, Event, Room
from eventmatch.models.scan import Scan, stands
from eventmatch.models.tap import Report
from eventmatch.models.ticket import Ticket
from eventmatch.services import events, exports
from eventmatch.services.access import event_for, roles
from eventmatch.services.arrivals import Arrivals, arrivals
from eventmatch.services.import_invitations import count_uninvited

STEPS = (timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1), timedelta(hours=6), timedelta(days=1))
MOST_STEPS = 36


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """How many had arrived by a moment."""

    at: datetime
    arrived: int


@dataclass(frozen=True, slots=True)
class Desk:
    """What the team of an event sees first."""

    event: events.EventView
    may_run: bool
    arrivals: Arrivals
    waiting: int
    pending: int
    confirmed: int
    uninvited: int
    open_reports: int  # for those who may read them
    exportable: int
    curve: tuple[CurvePoint, ...]
    picture: str


def desk(by: Actor, slug: str, *, now: datetime) -> Desk:
    """Return an event's desk to those of its team."""
    event = event_for(by, slug, Action.SEE_EVENT_DESK)
    runs = bool(roles(by, event) & {Role.ORGANISER, Role.OWNER})
    points = arrival_curve(event, now)
    states = _states(event.id, now)
    return Desk(
        event=events.view(event),
        may_run=runs,
        arrivals=arrivals(event.id, now),
        waiting=states.get(AttendeeStatus.WAITLISTED, 0),
        pending=states.get(AttendeeStatus.PENDING, 0),
        confirmed=states.get(AttendeeStatus.CONFIRMED, 0),
        uninvited=count_uninvited(event.id),
        open_reports=_open_reports(event.id) if runs else 0,
        exportable=exports.count(event.id),
        curve=points,
        picture=curve.draw([(point.at, point.arrived) for point in points], event.zone) if points else "",
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


def arrival_curve(event: Event, now: datetime) -> tuple[CurvePoint, ...]:
    """Return how many had arrived by each step of time, from the first arrival on; nothing before that."""
    moments = _first_arrivals(event.id)
    if not moments:
        return ()
    start, end = moments[0], max(moments[-1], min(now, event.ends_at))
    step = next((s for s in STEPS if (end - start) / s <= MOST_STEPS), STEPS[-1])
    steps = min(int((end - start) / step) + 2, 400)
    ticks = [start.replace(minute=0, second=0, microsecond=0)]
    while len(ticks) < steps or ticks[-1] < end:
        ticks.append(ticks[-1] + step)
    begun = [tick for tick in ticks if tick > start - step]
    return tuple(CurvePoint(tick, sum(at <= tick for at in moments)) for tick in begun)


def _first_arrivals(event_id: int) -> list[datetime]:
    """Return when each attendee was first let into the venue, scans taken back aside, in order of time."""
    first = func.min(Scan.effective_at)
    query = select(first).join(Ticket, Ticket.id == Scan.ticket_id).join(Door, Door.id == Scan.door_id).join(Room)
    query = query.where(Scan.event_id == event_id, Scan.verdict == Verdict.ADMITTED, Room.is_venue, stands())
    return sorted(db.session.scalars(query.group_by(Ticket.attendee_id)))
