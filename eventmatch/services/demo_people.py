"""The people of the demo event: their places, words, consents, tickets, and how the first of them came in."""

from datetime import datetime, timedelta
from typing import Any

from eventmatch.domain.actor import Actor
from eventmatch.domain.profiles import Profile
from eventmatch.domain.readings import DoorKey, Reading
from eventmatch.domain.states import (
    ArrivalVisibility,
    AttendeeStatus,
    HiddenFrom,
    Mode,
    Purpose,
    TicketKind,
)
from eventmatch.models.attendee import Attendee
from eventmatch.models.base import db
from eventmatch.models.event import Event
from eventmatch.models.tap import Block
from eventmatch.models.ticket import Ticket
from eventmatch.services import checkin, profiles
from eventmatch.services.account import prove

Toml = dict[str, Any]

PURPOSES = {
    "matching": Purpose.MATCHING,
    "organiser_export": Purpose.ORGANISER_EXPORT,
    "share_email": Purpose.SHARE_EMAIL,
    "share_phone": Purpose.SHARE_PHONE,
    "share_link": Purpose.SHARE_LINK,
}
TEXTS = ("name", "organisation", "team", "role", "headline", "about", "ask", "offer", "phone", "link")
BARRED_WHY = "Sold insurance at the last two events after being asked twice to stop."


def add(event: Event, script: Toml, needs_space: list[str], *, now: datetime) -> list[str]:
    """Add everybody, inside an open write transaction, and return the codes of those who have arrived."""
    people = script["person"]
    tickets = {person["key"]: _add_person(event, person, _registered(n, now)) for n, person in enumerate(people)}
    for key in needs_space:
        tickets[key].attendee.needs_space = True
    for pair in script["blocked"]:
        one, other = tickets[pair["a"]].attendee_id, tickets[pair["b"]].attendee_id
        db.session.add(Block(from_id=one, to_id=other, created_at=now))
    return [person["ticket_code"] for person in people if person["checked_in"]]


def _registered(number: int, now: datetime) -> datetime:
    """Return when the person of this number registered: over the six weeks before, most of them late."""
    return now - timedelta(days=1 + (number * 37 % 41) ** 2 / 41, minutes=number * 53 % 600)


def _add_person(event: Event, entry: Toml, registered_at: datetime) -> Ticket:
    """Add one attendee with all they wrote and agreed to, and the ticket they got for it."""
    attendee = Attendee(
        event_id=event.id,
        person_id=prove(entry["email"], name=entry["name"], now=registered_at),
        email=entry["email"],
        name=entry["name"],
        kind=TicketKind(entry["kind"]),
        registered_at=registered_at,
        **_standing(entry["status"], registered_at),
    )
    db.session.add(attendee)
    profiles.write_profile(attendee, _profile(entry, event.starts_at))
    agreed = [purpose for field, purpose in PURPOSES.items() if entry[field]]
    profiles.set_consents(attendee.id, agreed, now=registered_at)
    return _add_ticket(attendee, entry)


def _standing(status: str, registered_at: datetime) -> dict[str, Any]:
    """Return what the attendee's table keeps of where a place stands; somebody barred was confirmed before."""
    if status == "barred":
        barred_at = registered_at + timedelta(hours=5)
        return {"status": AttendeeStatus.CONFIRMED, "barred_at": barred_at, "barred_why": BARRED_WHY}
    return {"status": AttendeeStatus(status)}


def _profile(entry: Toml, starts_at: datetime) -> Profile:
    """Return somebody's words; their hours count in minutes from the event's start."""
    return Profile(
        **{field: entry[field] for field in TEXTS},
        interests=tuple(entry["interests"]),
        asks=tuple(entry["asks"]),
        offers=tuple(entry["offers"]),
        ask_hidden_from=HiddenFrom(entry["ask_hidden_from"] or "nobody"),
        glad_to_help=entry["glad_to_help"],
        mode=Mode(entry["mode"]),
        can_video=entry["can_video"],
        hours=tuple(_stretch(starts_at, since, until) for since, until in entry["hours"]),
        arrival_visible_to=ArrivalVisibility(entry["arrival_visible"]),
    )


def _stretch(starts_at: datetime, since: int, until: int) -> tuple[datetime, datetime]:
    """Return a stretch of time from two numbers of minutes after the start."""
    return starts_at + timedelta(minutes=since), starts_at + timedelta(minutes=until)


def _add_ticket(attendee: Attendee, entry: Toml) -> Ticket:
    """Add the ticket with its fixed codes, so that what was printed from one demo opens the next."""
    ticket = Ticket(
        event_id=attendee.event_id,
        attendee_id=attendee.id,
        code=entry["ticket_code"],
        badge_code=entry["badge_code"],
        number=entry["number"],
        issued_at=attendee.registered_at,
    )
    db.session.add(ticket)
    return ticket


def let_in(codes: list[str], front: DoorKey, device_id: int, *, now: datetime) -> None:
    """Scan these tickets as they came: one by one at first, in a rush before the start, late ones after."""
    for place, code in enumerate(codes):
        arrival = now - timedelta(minutes=86 - 78 * (place / len(codes)) ** 0.7, seconds=place * 37 % 60)
        checkin.scan(front, Reading(code, nonce=f"demo-{place}"), by=Actor(device_id=device_id), at=arrival)


def codes(script: Toml, keys: list[str]) -> list[str]:
    """Return the ticket codes of some people."""
    by_key = {person["key"]: person["ticket_code"] for person in script["person"]}
    return [by_key[key] for key in keys]


def sit_down(codes: list[str], door: DoorKey, device_id: int, *, now: datetime) -> None:
    """Scan these tickets into a session's room within the last minutes."""
    for place, code in enumerate(codes):
        at = now - timedelta(seconds=(len(codes) - place) * 41)
        checkin.scan(door, Reading(code, nonce=f"demo-{place}"), by=Actor(device_id=device_id), at=at)
