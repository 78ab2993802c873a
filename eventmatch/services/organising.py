"""Organisers make events, change them, and find those of their teams."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from eventmatch.domain.actor import Actor
from eventmatch.domain.errors import Conflict, DomainError, Invalid
from eventmatch.domain.joining import clean_join_url, join_url
from eventmatch.domain.local_time import moment_of, to_local, to_utc
from eventmatch.domain.permissions import Action
from eventmatch.domain.profiles import clean_line, clean_text
from eventmatch.domain.slugs import check_slug, slug_from
from eventmatch.domain.states import AttendeeStatus, Mode
from eventmatch.models.attendee import Attendee
from eventmatch.models.base import db, write_transaction
from eventmatch.models.event import Door, Event, Room, event_by_slug, events_of
from eventmatch.models.organiser import memberships
from eventmatch.services import audit
from eventmatch.services.access import event_for, organiser_for

DOORS_BEFORE = timedelta(hours=1)
LONGEST_EVENT = timedelta(days=31)
USUAL_ZONE = "Europe/Berlin"
CONDUCT = (
    "Be kind, and let people finish their sentences.\n\n"
    "We accept no insults or threats, no remarks about who somebody is, no touching or following without a yes, "
    "no photographs of somebody who would rather not, and no selling to people who said no. A no needs no reason.\n\n"
    "If something is not right, tell the people at the door, or report it from the person's page. "
    "The organisers read every report and may ask somebody to leave."
)


@dataclass(frozen=True, slots=True)
class EventDraft:
    """What an organiser says about an event; times are local ones in its zone."""

    name: str
    starts: datetime
    ends: datetime
    zone: str
    mode: Mode = Mode.IN_PERSON
    venue: str = ""
    capacity: int | None = None
    description: str = ""
    slug: str = ""
    conduct: str = CONDUCT
    registration_open: bool = True
    join_url: str = ""  # for those who take part online; shown to them alone


@dataclass(frozen=True, slots=True)
class EventLine:
    """One event in an organiser's list."""

    slug: str
    name: str
    organiser: str
    zone: str
    starts_at: datetime
    ends_at: datetime
    capacity: int | None
    confirmed: int


def events(by: Actor) -> list[EventLine]:
    """Return the events of the actor's teams, the latest first."""
    organiser_for(by, Action.SEE_EVENT_DESK)
    teams = {member.organiser_id: member.organiser.name for member in memberships(by.person_id or 0)}
    found = events_of(list(teams))
    sure = select(Attendee.event_id, func.count()).where(
        Attendee.event_id.in_([event.id for event in found]), Attendee.status == AttendeeStatus.CONFIRMED
    )
    counts = dict(db.session.execute(sure.group_by(Attendee.event_id)).all())
    return [_line(event, teams[event.organiser_id], counts.get(event.id, 0)) for event in found]


def _line(event: Event, organiser: str, confirmed: int) -> EventLine:
    """Return one event's line."""
    times = (event.zone, event.starts_at, event.ends_at)
    return EventLine(event.slug, event.name, organiser, *times, event.capacity, confirmed)


def may_create(by: Actor) -> bool:
    """Tell whether the actor runs events in some team, and does not only look on."""
    try:
        return organiser_for(by, Action.CREATE_EVENT) is not None
    except DomainError:
        return False


def usual_zone(by: Actor) -> str:
    """Return the zone of the team's newest event: most likely the next one's, too."""
    organiser = organiser_for(by, Action.CREATE_EVENT)
    newest = select(Event.zone).where(Event.organiser_id == organiser.id).order_by(Event.id.desc()).limit(1)
    return db.session.scalar(newest) or USUAL_ZONE


def create(by: Actor, draft: EventDraft, *, now: datetime) -> str:
    """Make an event with its venue and front door, and return its short name."""
    organiser_id = organiser_for(by, Action.CREATE_EVENT).id
    draft = _checked(draft)
    with write_transaction() as session:
        slug = check_slug(draft.slug) if draft.slug.strip() else _free_slug(draft.name)
        opens_at = to_utc(draft.starts, draft.zone) - DOORS_BEFORE
        event = Event(organiser_id=organiser_id, slug=slug, created_at=now, opens_at=opens_at)
        _write(event, draft)
        session.add(event)
        try:
            session.flush()
        except IntegrityError as error:
            raise Conflict("Another event has this short name already.", field="slug") from error
        _add_venue(event.id)
        audit.note("create event", by=by, event_id=event.id, now=now)
        return slug


def _free_slug(name: str) -> str:
    """Make a short name nobody has."""
    wanted = slug_from(name)
    tries = (wanted if number == 1 else f"{wanted}-{number}" for number in count(1))
    return next(slug for slug in tries if event_by_slug(slug) is None)


def _add_venue(event_id: int) -> None:
    """Give an event the room everybody enters first, and its door."""
    venue = Room(event_id=event_id, name="Venue", is_venue=True)
    db.session.add(venue)
    db.session.flush()
    db.session.add(Door(room_id=venue.id, name="Front door"))


def draft_of(by: Actor, slug: str) -> EventDraft:
    """Return an event as its organiser may change it."""
    event = event_for(by, slug, Action.RUN_EVENT)
    return EventDraft(
        name=event.name,
        starts=to_local(event.starts_at, event.zone),
        ends=to_local(event.ends_at, event.zone),
        zone=event.zone,
        mode=event.mode,
        venue=event.venue,
        capacity=event.capacity,
        description=event.description,
        slug=event.slug,
        conduct=event.conduct,
        registration_open=event.registration_open,
        join_url=join_url(event.settings),
    )


def change(by: Actor, slug: str, draft: EventDraft, *, now: datetime) -> None:
    """Change an event; its short name stays, because mails and printed codes lead to it."""
    event_id = event_for(by, slug, Action.RUN_EVENT).id
    draft = _checked(draft)
    with write_transaction() as session:
        event = session.get_one(Event, event_id)
        before = event.starts_at - event.opens_at
        _write(event, draft)
        event.opens_at = event.starts_at - before
        audit.note("change event", by=by, event_id=event_id, now=now)


def _checked(draft: EventDraft) -> EventDraft:
    """Return a draft with clean words, or say what is wrong with it."""
    starts, ends = moment_of(draft.starts, draft.zone, "starts"), moment_of(draft.ends, draft.zone, "ends")
    if ends <= starts:
        raise Invalid("The end must come after the beginning.", field="ends")
    if ends - starts > LONGEST_EVENT:
        raise Invalid("An event may last up to 31 days.", field="ends")
    if not (name := clean_line(draft.name, "name")):
        raise Invalid("Give the event a name.", field="name")
    return replace(
        draft,
        name=name,
        venue=_field(clean_line, draft.venue, "headline", "venue"),
        description=_field(clean_text, draft.description, "about", "description"),
        conduct=_field(clean_text, draft.conduct, "about", "conduct"),
        join_url=clean_join_url(draft.join_url),
    )


def _field(clean: Callable[[str, str], str], text: str, like: str, field: str) -> str:
    """Clean a text as another field of the same length is cleaned, and name the right one when it is too long."""
    try:
        return clean(text, like)
    except Invalid as error:
        raise Invalid(error.message, field=field) from error


def _write(event: Event, draft: EventDraft) -> None:
    """Put what was said onto an event."""
    event.name, event.venue, event.description = draft.name, draft.venue, draft.description
    event.zone, event.mode, event.capacity = draft.zone, draft.mode, draft.capacity
    event.starts_at, event.ends_at = to_utc(draft.starts, draft.zone), to_utc(draft.ends, draft.zone)
    event.conduct, event.registration_open = draft.conduct, draft.registration_open
    event.settings = {**(event.settings or {}), "join_url": draft.join_url}
