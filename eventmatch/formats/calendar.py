"""A calendar file of one event, for the mail that carries its ticket."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from eventmatch.formats.cells import without_control_characters

if TYPE_CHECKING:
    from icalendar import Event

_MAKER = "-//eventmatch//eventmatch//EN"


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """What a calendar shows: the moments are aware, the zone is an IANA name, the uid stays the same for good."""

    uid: str
    title: str
    starts: datetime
    ends: datetime
    zone: str
    place: str = ""
    url: str = ""
    description: str = ""
    sequence: int = 0


def event_calendar(event: CalendarEvent, *, now: datetime) -> bytes:
    """Write one event in its own zone, with the zone's rules; a higher sequence replaces an earlier file."""
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", _MAKER)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(_entry(event, now))
    around = date(event.starts.year - 1, 1, 1), date(event.ends.year + 2, 1, 1)
    calendar.add_missing_timezones(*around)
    written: bytes = calendar.to_ical()
    return written


def _entry(event: CalendarEvent, now: datetime) -> "Event":
    """Write the event itself."""
    from icalendar import Event

    zone = ZoneInfo(event.zone)
    entry = Event()
    entry.add("uid", event.uid)
    entry.add("dtstamp", now.astimezone(UTC))
    entry.add("sequence", event.sequence)
    entry.add("dtstart", event.starts.astimezone(zone))
    entry.add("dtend", event.ends.astimezone(zone))
    _add_texts(entry, event)
    return entry


def _add_texts(entry: "Event", event: CalendarEvent) -> None:
    """Write what people read, leaving out what is empty."""
    from icalendar import vUri

    texts = {"summary": event.title, "location": event.place, "description": event.description}
    for name, text in texts.items():
        if clean := without_control_characters(text).strip():
            entry.add(name, clean)
    if event.url:
        entry.add("url", vUri("".join(event.url.split())))
