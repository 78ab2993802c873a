"""The rehearsal foretells what the door will answer, and leaves no trace."""

import json
from base64 import urlsafe_b64decode
from datetime import datetime, timedelta

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import func, select, update

from eventmatch.domain.actor import Actor
from eventmatch.domain.errors import NotFound
from eventmatch.domain.readings import DoorKey, Reading
from eventmatch.domain.states import AttendeeStatus, Direction
from eventmatch.domain.verdicts import Verdict
from eventmatch.formats.roster import salt_of
from eventmatch.models.attendee import Attendee
from eventmatch.models.base import db, write_transaction
from eventmatch.models.event import Room
from eventmatch.models.scan import Scan
from eventmatch.models.ticket import Ticket
from eventmatch.services.checkin import scan
from eventmatch.services.rehearsal import rehearse
from tests.cast import NINE, AttendeeRef, MeetupRef, add_attendee, add_device, add_meetup

SECRET = "the installation's own secret"


@pytest.fixture
def phone(meetup: MeetupRef) -> Actor:
    """Return a paired phone."""
    return add_device(meetup, "Phone")


def ticket_of(somebody: AttendeeRef) -> int:
    return db.session.scalars(select(Ticket.id).where(Ticket.code == somebody.code)).one()


def foretold(door: int, somebody: AttendeeRef, by: Actor, at: datetime = NINE) -> Verdict:
    ticket = ticket_of(somebody)
    return rehearse(DoorKey(door), {ticket}, by=by, secret=SECRET, at=at).verdicts[ticket]


def passes(door: int, somebody: AttendeeRef, by: Actor, way: Direction = Direction.IN) -> Verdict:
    return scan(DoorKey(door), Reading(somebody.code, f"{door} {way} {somebody.id}", way), by=by, at=NINE).verdict


def tell(somebody: AttendeeRef, **columns: object) -> None:
    with write_transaction() as session:
        session.execute(update(Attendee).where(Attendee.id == somebody.id).values(**columns))


def revoke(somebody: AttendeeRef) -> None:
    with write_transaction() as session:
        session.execute(update(Ticket).where(Ticket.code == somebody.code).values(revoked_at=NINE))


def happen(history: str, ada: AttendeeRef, meetup: MeetupRef, by: Actor) -> None:
    """Let something happen to Ada before her ticket is judged."""
    if history in {"inside", "out again"}:
        passes(meetup.front_door, ada, by)
    if history == "out again":
        passes(meetup.front_door, ada, by, Direction.OUT)
    if history == "barred":
        tell(ada, barred_at=NINE)
    if history in {"cancelled", "waitlisted"}:
        tell(ada, status=AttendeeStatus(history))
    if history == "revoked":
        revoke(ada)


@pytest.mark.parametrize("history", ["none", "inside", "out again", "barred", "cancelled", "waitlisted", "revoked"])
@pytest.mark.parametrize("door", ["front_door", "session_door"])
def test_what_is_foretold_is_what_the_door_answers(
    history: str, door: str, meetup: MeetupRef, ada: AttendeeRef, phone: Actor
) -> None:
    happen(history, ada, meetup, phone)
    at = getattr(meetup, door)

    told = foretold(at, ada, phone)

    assert told is scan(DoorKey(at), Reading(ada.code, "now"), by=phone, at=NINE).verdict


def test_full_room_and_one_closed_by_hand_are_foretold(meetup: MeetupRef, ada: AttendeeRef, phone: Actor) -> None:
    passes(meetup.front_door, ada, phone)
    for name in ("Ben", "Chidi"):
        other = add_attendee(meetup, name)
        passes(meetup.front_door, other, phone)
        passes(meetup.session_door, other, phone)
    full = foretold(meetup.session_door, ada, phone)
    with write_transaction() as session:
        session.execute(update(Room).values(capacity=None, standing=0, full_since=NINE))

    assert (full, foretold(meetup.session_door, ada, phone)) == (Verdict.ROOM_FULL, Verdict.ROOM_FULL)


@pytest.mark.parametrize("at", [NINE - timedelta(days=2), NINE + timedelta(hours=9)])
def test_doors_count_as_open_for_a_rehearsal(at: datetime, meetup: MeetupRef, ada: AttendeeRef, phone: Actor) -> None:
    assert foretold(meetup.front_door, ada, phone, at) is Verdict.ADMITTED


def test_rehearsal_writes_nothing_down(meetup: MeetupRef, ada: AttendeeRef, phone: Actor) -> None:
    foretold(meetup.front_door, ada, phone)

    assert db.session.scalar(select(func.count()).select_from(Scan)) == 0
    assert passes(meetup.front_door, ada, phone) is Verdict.ADMITTED


def test_tickets_of_other_events_are_not_judged(meetup: MeetupRef, phone: Actor) -> None:
    stranger = ticket_of(add_attendee(add_meetup("elsewhere"), "Stella"))

    assert rehearse(DoorKey(meetup.front_door), {stranger, 0}, by=phone, secret=SECRET, at=NINE).verdicts == {}


def test_sample_opens_with_the_code_sent_along_as_roster_entries_do(meetup: MeetupRef, phone: Actor) -> None:
    found = rehearse(DoorKey(meetup.front_door), set(), by=phone, secret=SECRET, at=NINE)

    key = HKDF(SHA256(), 32, salt_of(SECRET, meetup.id), b"eventmatch roster").derive(found.code.encode())
    box = urlsafe_b64decode(found.entry["box"] + "==")
    assert json.loads(AESGCM(key).decrypt(box[:12], box[12:], found.entry["key"].encode())) == found.content


def test_device_of_another_event_rehearses_nothing(meetup: MeetupRef, ada: AttendeeRef) -> None:
    foreign = add_device(add_meetup("elsewhere"), "Foreign")

    with pytest.raises(NotFound):
        rehearse(DoorKey(meetup.front_door), {ticket_of(ada)}, by=foreign, secret=SECRET, at=NINE)
