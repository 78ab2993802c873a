"""Letters become messages: paths become links, a place brings its event, a ticket its QR and calendar file."""

from dataclasses import replace
from datetime import datetime
from email.message import EmailMessage
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from eventmatch.domain.addresses import absolute, attendee_path, event_path
from eventmatch.domain.site import Site
from eventmatch.formats.calendar import CalendarEvent, event_calendar
from eventmatch.formats.mail import Letter, compose
from eventmatch.models.attendee import Attendee
from eventmatch.models.base import db
from eventmatch.models.event import Event
from eventmatch.models.ticket import valid_ticket
from eventmatch.models.work import Outbox
from eventmatch.services import signing

WITH_TICKET = frozenset({"ticket", "promoted"})


def write(row: Outbox, *, site: Site, now: datetime) -> EmailMessage:
    """Return the message for one letter of the outbox.

    Values ending in `_path` become links under the base URL, named `…_link`. A letter about an attendee
    knows `name`, `event`, `organiser`, `when`, `place`, `page_link` and `event_link` by itself.
    """
    attendee = db.session.get(Attendee, row.attendee_id) if row.attendee_id is not None else None
    letter = Letter(row.letter, row.recipient)
    if attendee is not None:
        letter = _about(letter, attendee, site, now)
    paths = {name: value for name, value in row.values.items() if name.endswith("_path")}
    links = {f"{name.removesuffix('_path')}_link": absolute(site.base_url, path) for name, path in paths.items()}
    values = {name: str(value) for name, value in row.values.items() if name not in paths}
    letter = replace(letter, values={**letter.values, **values}, links={**letter.links, **links})
    sender, message_id = f"eventmatch <no-reply@{site.host}>", f"<{row.message_id}@{site.host}>"
    return compose(letter, sender=sender, message_id=message_id, now=now)


def _about(letter: Letter, attendee: Attendee, site: Site, now: datetime) -> Letter:
    """Add what a letter about somebody's place always knows."""
    event = attendee.event
    values = {
        "name": attendee.name,
        "event": event.name,
        "organiser": event.organiser.name,
        "when": _when(event),
        "place": event.venue,
    }
    links = {
        "page_link": absolute(site.base_url, attendee_path(event.slug)),
        "event_link": absolute(site.base_url, event_path(event.slug)),
    }
    letter = replace(letter, values=values, links=links)
    return _with_ticket(letter, attendee, site, now) if letter.template in WITH_TICKET else letter


def _with_ticket(letter: Letter, attendee: Attendee, site: Site, now: datetime) -> Letter:
    """Add the number, the QR and the calendar file of a valid ticket."""
    ticket = valid_ticket(attendee.id)
    if ticket is None:
        return letter
    event = attendee.event
    entry = CalendarEvent(
        uid=f"event-{event.id}@{site.host}",
        title=event.name,
        starts=event.starts_at,
        ends=event.ends_at,
        zone=event.zone,
        place=event.venue,
        url=absolute(site.base_url, event_path(event.slug)),
    )
    return replace(
        letter,
        values={**letter.values, "number": ticket.number},
        qr=signing.payload(event, ticket.code, site),
        calendar=event_calendar(entry, now=now).decode(),
    )


def _when(event: Event) -> str:
    """Write when an event begins, in its own zone."""
    local = event.starts_at.astimezone(ZoneInfo(event.zone))
    return f"{format_datetime(local, 'EEEE d MMMM yyyy, HH:mm', locale='en')} ({event.zone})"
