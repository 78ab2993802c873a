"""What a paired browser sees of its door: counts, other doors it may stand at, and people found by name."""

from dataclasses import dataclass
from datetime import datetime

from eventmatch.domain.actor import Actor
from eventmatch.domain.errors import Invalid
from eventmatch.domain.names import letters, matches
from eventmatch.domain.readings import DoorKey
from eventmatch.domain.states import AttendeeStatus
from eventmatch.models import arrival
from eventmatch.models.attendee import Attendee
from eventmatch.models.base import db
from eventmatch.models.device import Device, doors_of_device
from eventmatch.models.event import counts_from
from eventmatch.services.arrivals import Arrivals, arrivals
from eventmatch.services.checkin import place_for

FEWEST_LETTERS = 2
MOST_FOUND = 20


@dataclass(frozen=True, slots=True)
class DoorLine:
    """A door this browser may go to."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class DoorView:
    """A door as its page shows it."""

    id: int
    name: str
    room: str
    event: str
    slug: str
    zone: str
    device: str
    person: str  # who is on duty here; "" for a device of its own
    may_override: bool
    question: str  # asked of everybody before they get in; "" where there is none
    inside: int
    capacity: int | None
    last_five_minutes: int
    arrivals: Arrivals
    others: tuple[DoorLine, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody found by name; the number lets them in."""

    name: str
    organisation: str
    number: str  # "" when there is no valid ticket
    status: AttendeeStatus
    barred: bool
    since: datetime | None  # inside this door's room


def look(door_id: int, *, by: Actor, now: datetime) -> DoorView:
    """Return the page of a door to a device that may scan there."""
    place = place_for(DoorKey(door_id), by, now)
    device = db.session.get_one(Device, place.device_id)
    counts = arrivals(place.event_id, now)
    here = next(line for line in counts.doors if line.door_id == place.door_id)
    others = tuple(DoorLine(d.id, d.name) for d in doors_of_device(device.id) if d.id != place.door_id)
    return DoorView(
        id=place.door_id,
        name=place.door,
        room=place.room,
        event=device.event.name,
        slug=device.event.slug,
        zone=place.zone,
        device=device.name,
        person=device.person.name if device.person is not None else "",
        may_override=place.may_override,
        question=place.rules.question,
        inside=here.inside,
        capacity=here.capacity,
        last_five_minutes=here.last_five_minutes,
        arrivals=counts,
        others=others,
    )


def search(door_id: int, typed: str, *, by: Actor, now: datetime) -> list[Found]:
    """Return the people of the event whose name or organisation begins like what was typed, at most twenty.

    Raises
    ------
    Invalid
        If fewer than two letters were typed: nobody browses the list of everybody.
    """
    place = place_for(DoorKey(door_id), by, now)
    if letters(typed) < FEWEST_LETTERS:
        raise Invalid("Type at least two letters of the name.", field="q")
    everybody = arrival.names_of(place.event_id)
    hits = [attendee_id for attendee_id, name, organisation in everybody if matches(typed, f"{name} {organisation}")]
    inside = arrival.inside_since(place.room_id, hits[:MOST_FOUND], counts_from(place.event_id, now))
    return _found(hits[:MOST_FOUND], inside)


def _found(attendee_ids: list[int], inside: dict[int, datetime]) -> list[Found]:
    """Return what staff need to know of these people, in the same order."""
    tickets = arrival.latest_tickets(attendee_ids)
    found = []
    for attendee_id in attendee_ids:
        attendee, ticket = db.session.get_one(Attendee, attendee_id), tickets.get(attendee_id)
        found.append(
            Found(
                attendee.name,
                attendee.organisation,
                ticket.number if ticket is not None else "",
                attendee.status,
                attendee.barred_at is not None,
                inside.get(attendee_id),
            )
        )
    return found
