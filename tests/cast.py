"""The people and the event that tests speak of, put straight into the tables."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from eventmatch.domain.actor import Actor
from eventmatch.domain.codes import token_hash
from eventmatch.domain.site import Site
from eventmatch.domain.states import (
    CONSENT_TEXT_VERSION,
    AttendeeStatus,
    MemberRole,
    Mode,
    Purpose,
    StaffRole,
    TagRole,
)
from eventmatch.models.attendee import Attendee, AttendeeHours, AttendeeTag
from eventmatch.models.base import db, write_transaction
from eventmatch.models.consent import Consent
from eventmatch.models.device import Device, DeviceDoor
from eventmatch.models.event import Door, Event, Room, Staff, doors_of
from eventmatch.models.person import Person, PersonEmail
from eventmatch.services import teams, tickets

NINE = datetime(2027, 3, 4, 9, 0, tzinfo=UTC)  # when the meetup begins
HOUR = timedelta(hours=1)
SITE = Site("https://meet.example.org", "a secret")


@dataclass(frozen=True)
class MeetupRef:
    """An event with an entrance and a session room."""

    id: int
    slug: str
    organiser_id: int
    front_door: int
    session_door: int


@dataclass(frozen=True)
class AttendeeRef:
    """Somebody at the event."""

    id: int
    person_id: int
    name: str
    email: str
    code: str
    badge: str
    number: str

    @property
    def actor(self) -> Actor:
        """The person, signed in just now."""
        return Actor(person_id=self.person_id, name=self.name, session_id=None, fresh=True)


def add_meetup(slug: str = "meetup", *, capacity: int | None = None, **columns: Any) -> MeetupRef:
    """Add an event of a new organiser: from nine to five in Berlin, doors open an hour before."""
    with write_transaction() as session:
        organiser_id = columns.pop("organiser_id", None) or teams.add_organiser(f"Organiser of {slug}", now=NINE).id
        defaults = {
            "name": "Project people's meetup",
            "zone": "Europe/Berlin",
            "opens_at": NINE - HOUR,
            "starts_at": NINE,
            "ends_at": NINE + 8 * HOUR,
            "mode": Mode.EITHER,
            "meeting_spots": ["the red sofa", "the tall plant"],
        }
        event = Event(slug=slug, organiser_id=organiser_id, capacity=capacity, created_at=NINE, **defaults | columns)
        session.add(event)
        session.flush()
        venue = Room(event_id=event.id, name="Venue", is_venue=True)
        small = Room(event_id=event.id, name="Small room", capacity=2)
        session.add_all([venue, small])
        session.flush()
        front, inner = Door(room_id=venue.id, name="Front door"), Door(room_id=small.id, name="Small room")
        session.add_all([front, inner])
        session.flush()
        return MeetupRef(event.id, slug, organiser_id, front.id, inner.id)


def add_person(name: str, *, now: datetime = NINE) -> Actor:
    """Add a person with the address NAME@example.org and return them as signed in just now."""
    with write_transaction():
        return Actor(person_id=_person(name, f"{name.lower()}@example.org", now).id, name=name, fresh=True)


def _person(name: str, email: str, now: datetime) -> Person:
    """Add a person with one verified address."""
    person = Person(name=name, created_at=now)
    db.session.add(person)
    db.session.flush()
    db.session.add(PersonEmail(person_id=person.id, address=email, verified_at=now, primary=True))
    return person


def add_member(meetup: MeetupRef, name: str, role: MemberRole = MemberRole.ORGANISER) -> Actor:
    """Add a person to the organiser's team."""
    actor = add_person(name)
    with write_transaction():
        teams.add_member(meetup.organiser_id, actor.person_id or 0, role)
    return actor


def add_staff(meetup: MeetupRef, name: str, role: StaffRole = StaffRole.DOOR) -> Actor:
    """Add a person who helps at the event."""
    actor = add_person(name)
    with write_transaction() as session:
        session.add(Staff(event_id=meetup.id, person_id=actor.person_id, role=role))
    return actor


def add_device(
    meetup: MeetupRef, name: str = "Tablet", *, doors: Iterable[int] | None = None, may_override: bool = False
) -> Actor:
    """Add a paired device for these doors, or for all there are; its token is "emd_" and its name."""
    with write_transaction() as session:
        token = token_hash(f"emd_{name}")
        device = Device(event_id=meetup.id, name=name, token_hash=token, may_override=may_override, created_at=NINE)
        session.add(device)
        session.flush()
        for door_id in doors if doors is not None else [door.id for door in doors_of(meetup.id)]:
            session.add(DeviceDoor(device_id=device.id, door_id=door_id))
        return Actor(device_id=device.id)


def add_attendee(
    meetup: MeetupRef,
    name: str,
    *,
    interests: Iterable[str] = (),
    asks: Iterable[str] = (),
    offers: Iterable[str] = (),
    hours: Iterable[tuple[datetime, datetime]] = (),
    consents: Iterable[Purpose] = (Purpose.MATCHING,),
    **columns: Any,
) -> AttendeeRef:
    """Add a confirmed attendee with a ticket, a person and the address NAME@example.org."""
    email = columns.pop("email", f"{name.split(maxsplit=1)[0].lower()}@example.org")
    with write_transaction() as session:
        person = _person(name, email, NINE)
        defaults = {"status": AttendeeStatus.CONFIRMED, "registered_at": NINE, "mode": Mode.IN_PERSON}
        attendee = Attendee(event_id=meetup.id, person_id=person.id, email=email, name=name, **defaults | columns)
        session.add(attendee)
        session.flush()
        _add_profile(attendee.id, {TagRole.INTEREST: interests, TagRole.ASK: asks, TagRole.OFFER: offers}, hours)
        for purpose in consents:
            session.add(
                Consent(attendee_id=attendee.id, purpose=purpose, text_version=CONSENT_TEXT_VERSION, given_at=NINE)
            )
        ticket = tickets.issue(attendee, now=NINE)
        return AttendeeRef(attendee.id, person.id, name, email, ticket.code, ticket.badge_code, ticket.number)


def _add_profile(
    attendee_id: int, tags: dict[TagRole, Iterable[str]], hours: Iterable[tuple[datetime, datetime]]
) -> None:
    """Add somebody's tags and hours."""
    for role, words in tags.items():
        for position, tag in enumerate(words):
            db.session.add(AttendeeTag(attendee_id=attendee_id, role=role, tag=tag, position=position))
    for since, until in hours:
        db.session.add(AttendeeHours(attendee_id=attendee_id, since=since, until=until))
