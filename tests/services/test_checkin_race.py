"""Many doors, one moment: exactly one admission for each ticket, never more people than places."""

import os
import secrets
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, select, text, update
from sqlalchemy.exc import OperationalError

from eventmatch.domain.actor import Actor
from eventmatch.domain.readings import DoorKey, Reading
from eventmatch.domain.states import AttendeeStatus
from eventmatch.domain.verdicts import Verdict
from eventmatch.factory import create_app
from eventmatch.models import schema
from eventmatch.models.attendee import Attendee
from eventmatch.models.base import db, write_transaction
from eventmatch.models.event import Door, Room
from eventmatch.models.scan import inside
from eventmatch.models.ticket import Ticket
from eventmatch.services import tickets
from eventmatch.services.checkin import scan
from eventmatch.services.undo import undo
from eventmatch.settings import read_settings
from tests.cast import NINE, MeetupRef, add_attendee, add_device, add_meetup

THREADS = 8
TICKETS = pytest.mark.parametrize("count", [100, pytest.param(1_000, marks=pytest.mark.proof)])
SERVER = os.environ.get("EVENTMATCH_TEST_POSTGRESQL", "postgresql://postgres@127.0.0.1:5432")

Scanner = Callable[[MeetupRef, Actor, str, str], Verdict]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """Return an application on a fresh database of each kind."""
    environment = {"EVENTMATCH_INSTANCE": str(tmp_path / "instance")}
    name = f"eventmatch_{secrets.token_hex(6)}"
    if request.param == "postgresql":
        administer(f"CREATE DATABASE {name}")
        environment["EVENTMATCH_DATABASE_URL"] = f"{SERVER}/{name}"
    app = create_app(read_settings(environment), embedded_queue=False)
    with app.app_context():
        schema.upgrade()
        yield app
        db.session.remove()
        db.engine.dispose()
    if request.param == "postgresql":
        administer(f"DROP DATABASE {name} WITH (FORCE)")


def administer(statement: str) -> None:
    """Speak to the PostgreSQL server, or skip where there is none."""
    engine = create_engine(SERVER.replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.execute(text(statement))
    except OperationalError:
        pytest.skip(f"no PostgreSQL server answers at {SERVER}")
    finally:
        engine.dispose()


def guests(meetup: MeetupRef, count: int) -> list[str]:
    """Add Ada and many others, and return their ticket codes."""
    return [add_attendee(meetup, "Ada").code, *more_guests(meetup, count - 1)]


def more_guests(meetup: MeetupRef, count: int) -> list[str]:
    """Add many attendees and return their ticket codes."""
    columns = {"event_id": meetup.id, "status": AttendeeStatus.CONFIRMED, "registered_at": NINE}
    with write_transaction() as session:
        people = [Attendee(name=f"Guest {number}", **columns) for number in range(count)]
        session.add_all(people)
        session.flush()
        return [tickets.issue(guest, now=NINE).code for guest in people]


def race(app: Flask, rounds: Sequence[Sequence[Callable[[], Verdict]]]) -> list[Counter[str]]:
    """Let each round's scans start together, round after round, and count what they answer, faults by their name."""
    threads = len(rounds[0])
    barrier = threading.Barrier(threads)

    def run(place: int) -> list[str]:
        with app.app_context():
            return [attempt(barrier, scans[place]) for scans in rounds]

    with ThreadPoolExecutor(threads) as pool:
        answers = list(pool.map(run, range(threads)))
    return [Counter(row) for row in zip(*answers, strict=True)]


def attempt(barrier: threading.Barrier, act: Callable[[], Verdict]) -> str:
    """Scan when everybody is ready."""
    barrier.wait(timeout=60)
    try:
        return act().value
    except Exception as error:  # noqa: BLE001 - a fault is a result here
        return type(error).__name__
    finally:
        db.session.rollback()


def properly(meetup: MeetupRef, device: Actor, code: str, nonce: str) -> Verdict:
    """Scan as the house does."""
    return scan(DoorKey(meetup.front_door), Reading(code, nonce), by=device, at=NINE).verdict


def naively(meetup: MeetupRef, _device: Actor, code: str, _nonce: str) -> Verdict:
    """Read, decide, then write: the usual mistake, each statement as safe as it can be."""
    attendee_id = db.session.scalars(select(Ticket.attendee_id).where(Ticket.code == code)).one()
    seen = db.session.scalar(select(Attendee.about).where(Attendee.id == attendee_id))
    db.session.rollback()
    if seen == "in":
        return Verdict.ALREADY_IN
    with write_transaction() as session:
        session.execute(update(Attendee).where(Attendee.id == attendee_id).values(about="in"))
    return Verdict.ADMITTED


def race_for_tickets(app: Flask, scanner: Scanner, count: int) -> list[Counter[str]]:
    """Fire every ticket on eight devices at once, and say how it went."""
    meetup = add_meetup()
    devices = [add_device(meetup, f"Device {number}") for number in range(THREADS)]
    rounds = [
        [partial(scanner, meetup, device, code, str(number)) for device in devices]
        for number, code in enumerate(guests(meetup, count))
    ]
    answers = race(app, rounds)
    twice = sum(row["admitted"] > 1 for row in answers)
    print(
        f"{count} tickets on {THREADS} {where()} doors, {scanner.__name__}: {twice} admitted more than once,", end=" "
    )
    print(f"in all {dict(sum(answers, Counter[str]()))}")
    return answers


def where() -> str:
    """Return the kind of database."""
    return db.engine.dialect.name


@TICKETS
def test_exactly_one_of_eight_doors_admits_each_ticket(house: Flask, count: int) -> None:
    rounds = race_for_tickets(house, properly, count)

    assert rounds == [Counter(admitted=1, already_in=THREADS - 1)] * count


@TICKETS
def test_reading_before_writing_admits_twice_in_the_same_race(house: Flask, count: int) -> None:
    rounds = race_for_tickets(house, naively, count)

    assert sum(answers["admitted"] > 1 for answers in rounds) > 0
    assert not any(set(answers) - {"admitted", "already_in"} for answers in rounds)


def test_one_after_the_other_reading_before_writing_admits_once(house: Flask) -> None:
    meetup = add_meetup()
    device, code = add_device(meetup), add_attendee(meetup, "Ada").code

    verdicts = [naively(meetup, device, code, nonce) for nonce in "12"]

    assert verdicts == [Verdict.ADMITTED, Verdict.ALREADY_IN]


@pytest.mark.parametrize(
    ("places", "people", "threads"), [(2, 96, 8), (50, 96, 8), pytest.param(50, 500, 10, marks=pytest.mark.proof)]
)
def test_room_never_holds_more_than_its_places(places: int, people: int, threads: int, house: Flask) -> None:
    meetup = add_meetup()
    codes = guests(meetup, people)
    devices = [add_device(meetup, f"Device {number}") for number in range(threads)]
    for code in codes:
        properly(meetup, devices[0], code, code)
    with write_transaction() as session:
        session.execute(update(Room).where(Room.name == "Small room").values(capacity=places))
    waves = [codes[start : start + threads] for start in range(0, people, threads)]

    def enter(device: Actor, code: str) -> Verdict:
        return scan(DoorKey(meetup.session_door), Reading(code, f"room {code}"), by=device, at=NINE).verdict

    total = sum(
        race(house, [[partial(enter, d, c) for d, c in zip(devices, wave, strict=True)] for wave in waves]),
        Counter[str](),
    )

    print(f"{people} people at {threads} {where()} doors of a room with {places} places: {dict(total)}")
    assert total == Counter(admitted=places, room_full=people - places)
    room = db.session.scalars(select(Room.id).where(Room.name == "Small room")).one()
    assert inside(room) == places


def test_one_reading_sent_eight_times_at_once_gets_one_answer(house: Flask) -> None:
    meetup = add_meetup()
    device = add_device(meetup)
    rounds = [[partial(properly, meetup, device, code, code)] * THREADS for code in guests(meetup, 20)]

    answers = race(house, rounds)

    assert answers == [Counter(admitted=THREADS)] * 20


def test_person_at_two_rooms_at_once_ends_in_one(house: Flask) -> None:
    meetup = add_meetup()
    with write_transaction() as session:
        session.execute(update(Room).where(Room.name == "Small room").values(capacity=None))
    codes = guests(meetup, 20)
    device = add_device(meetup)
    for code in codes:
        properly(meetup, device, code, code)
    doors = [meetup.session_door, add_room(meetup)] * 4
    devices = [add_device(meetup, f"Device {number}") for number in range(THREADS)]

    def enter(door: int, by: Actor, code: str) -> Verdict:
        return scan(DoorKey(door), Reading(code, code), by=by, at=NINE).verdict

    rounds = [[partial(enter, a, b, c) for a, b in zip(doors, devices, strict=True)] for c in codes]
    answers = race(house, rounds)

    assert not any(set(row) - {"admitted", "already_in"} for row in answers)
    rooms = db.session.scalars(select(Room.id).where(Room.is_venue.is_(False)))
    assert sum(inside(room) for room in rooms) == len(codes)


def test_undo_on_both_databases_takes_the_person_out(house: Flask) -> None:
    meetup = add_meetup()
    device, door = add_device(meetup), DoorKey(meetup.front_door)
    ada = add_attendee(meetup, "Ada")
    entry = scan(door, Reading(ada.code, "1"), by=device, at=NINE)

    undo(door, entry.scan_id, by=device, at=NINE)

    assert scan(door, Reading(ada.code, "2"), by=device, at=NINE).verdict is Verdict.ADMITTED


def add_room(meetup: MeetupRef) -> int:
    """Add a second session room and return its door."""
    with write_transaction() as session:
        room = Room(event_id=meetup.id, name="Other room")
        session.add(room)
        session.flush()
        door = Door(room_id=room.id, name="Other room")
        session.add(door)
        session.flush()
        return door.id
