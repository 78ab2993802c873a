"""Events as everybody may see them."""

from dataclasses import dataclass
from datetime import datetime

from eventmatch.domain.errors import NotFound
from eventmatch.domain.states import Mode
from eventmatch.models.event import Event, event_by_slug, events_ahead, sessions_of


@dataclass(frozen=True, slots=True)
class EventView:
    """The public face of an event."""

    id: int
    slug: str
    name: str
    organiser: str
    description: str
    venue: str
    zone: str
    opens_at: datetime
    starts_at: datetime
    ends_at: datetime
    mode: Mode
    capacity: int | None
    registration_open: bool
    conduct: str


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One line of a programme."""

    id: int
    title: str
    room: str
    starts_at: datetime
    ends_at: datetime


def ahead(now: datetime) -> list[EventView]:
    """Return the events that are not over, the next one first."""
    return [view(event) for event in events_ahead(now)]


def public(slug: str) -> EventView:
    """Return the public face of one event."""
    event = event_by_slug(slug)
    if event is None:
        raise NotFound
    return view(event)


def named(slug: str) -> Event:
    """Return an event to whoever has the machine itself and typed its short name."""
    event = event_by_slug(slug)
    if event is None:
        raise NotFound(f"There is no event “{slug}”; `flask --app app events` lists them.")
    return event


def programme(slug: str) -> list[SessionLine]:
    """Return an event's programme in order of time."""
    event = event_by_slug(slug)
    if event is None:
        raise NotFound
    return [
        SessionLine(s.id, s.title, s.room.name if s.room else "", s.starts_at, s.ends_at) for s in sessions_of(event.id)
    ]


def view(event: Event) -> EventView:
    """Return the public face of an event at hand."""
    return EventView(
        event.id,
        event.slug,
        event.name,
        event.organiser.name,
        event.description,
        event.venue,
        event.zone,
        event.opens_at,
        event.starts_at,
        event.ends_at,
        event.mode,
        event.capacity,
        event.registration_open,
        event.conduct,
    )
