"""What a scan costs the database: at most four statements in one transaction, whatever it answers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import count

import pytest
from flask import Flask
from sqlalchemy import select, text, update

from eventmatch.domain.actor import Actor, Bearer
from eventmatch.domain.readings import DoorKey, Reading
from eventmatch.domain.states import Direction
from eventmatch.gateways import queue
from eventmatch.models.base import db, direct_transaction, write_transaction
from eventmatch.models.device import Device
from eventmatch.models.event import Door, Room
from eventmatch.models.ticket import Ticket, TicketAlias
from eventmatch.services import duty
from eventmatch.services.checkin import scan
from eventmatch.services.entries import Entry
from tests.cast import NINE, AttendeeRef, MeetupRef, add_attendee, add_device, add_meetup, add_staff
from tests.wire import heard

MOST = 4
HALF = timedelta(seconds=30)  # within this time a device's contact is not noted again
LATER = timedelta(minutes=5)


@dataclass
class Scene:
    """A meetup on one kind of database, with a tablet and Ada."""

    meetup: MeetupRef
    tablet: Actor | Bearer
    ada: AttendeeRef
    numbers: Iterator[int]

    def read(self, code: str, *, inner: bool = False, out: bool = False, later: timedelta = HALF) -> Entry:
        """Scan a code at the front door, or at the small room's."""
        door = DoorKey(self.meetup.session_door if inner else self.meetup.front_door, self.meetup.slug)
        reading = Reading(code, str(next(self.numbers)), Direction.OUT if out else Direction.IN)
        return scan(door, reading, by=self.tablet, at=NINE + later)

    def fill(self) -> None:
        """Take the two places in the small room."""
        for name in ("Ben", "Chidi"):
            guest = add_attendee(self.meetup, name)
            self.read(guest.code)
            assert self.read(guest.code, inner=True).verdict == "admitted"

    def fill_and_enter(self) -> None:
        """Take the two places, and let Ada in at the entrance."""
        self.fill()
        self.read(self.ada.code)

    def rename(self) -> None:
        """Let a foreign shop's code stand for Ada's ticket."""
        with write_transaction() as session:
            ticket_id = session.scalars(select(Ticket.id).where(Ticket.code == self.ada.code)).one()
            session.add(TicketAlias(event_id=self.meetup.id, ticket_id=ticket_id, code="pretix:aB3/x"))


@pytest.fixture
def scene(either_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """Return a meetup whose tablet was heard of at nine."""
    monkeypatch.setattr(queue, "enqueue", lambda _name, **_values: None)  # what it asks for is done by others
    meetup = add_meetup()
    add_device(meetup)
    scene = Scene(meetup, Bearer("emd_Tablet"), add_attendee(meetup, "Ada"), count())
    scene.read("first contact", later=timedelta())
    return scene


CASES: dict[str, tuple[Callable[[Scene], object], Callable[[Scene], Entry], str, list[str]]] = {
    "first scan": (lambda _: None, lambda s: s.read(s.ada.code), "admitted", ["INSERT", "INSERT"]),
    "by badge": (lambda s: s.read(s.ada.code), lambda s: s.read(s.ada.badge), "already_in", ["INSERT"]),
    "by number": (lambda _: None, lambda s: s.read(s.ada.number), "admitted", ["INSERT", "INSERT"]),
    "by a shop's code": (Scene.rename, lambda s: s.read("pretix:aB3/x"), "admitted", ["INSERT", "INSERT"]),
    "duplicate": (lambda s: s.read(s.ada.code), lambda s: s.read(s.ada.code), "already_in", ["INSERT"]),
    "way out": (lambda s: s.read(s.ada.code), lambda s: s.read(s.ada.code, out=True), "exited", ["UPDATE", "INSERT"]),
    "unknown code": (lambda _: None, lambda s: s.read("HELLO"), "unknown", ["INSERT"]),
    "unknown number": (lambda _: None, lambda s: s.read("000000"), "unknown", ["SELECT", "INSERT"]),
    "room with places": (
        lambda s: s.read(s.ada.code),
        lambda s: s.read(s.ada.code, inner=True),
        "admitted",
        ["INSERT", "INSERT"],
    ),
    "full room": (
        Scene.fill_and_enter,
        lambda s: s.read(s.ada.code, inner=True),
        "room_full",
        ["INSERT", "INSERT"],
    ),
    "way out of a room": (
        lambda s: (s.read(s.ada.code), s.read(s.ada.code, inner=True)),
        lambda s: s.read(s.ada.code, inner=True, out=True),
        "exited",
        ["UPDATE", "INSERT"],
    ),
    "way out from within a room": (
        lambda s: (s.read(s.ada.code), s.read(s.ada.code, inner=True)),
        lambda s: s.read(s.ada.code, out=True),
        "exited",
        ["UPDATE", "INSERT"],
    ),
    "after a while": (
        lambda _: None,
        lambda s: s.read(s.ada.code, later=LATER),
        "admitted",
        ["INSERT", "INSERT", "UPDATE"],
    ),
    "unknown number after a while": (
        lambda _: None,
        lambda s: s.read("000000", later=LATER),
        "unknown",
        ["SELECT", "INSERT", "UPDATE"],
    ),
    "room after a while": (
        lambda s: s.read(s.ada.code),
        lambda s: s.read(s.ada.code, inner=True, later=LATER),
        "admitted",
        ["INSERT", "INSERT", "UPDATE"],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_scan_is_one_transaction_of_few_statements(name: str, scene: Scene) -> None:
    prepare, act, verdict, others = CASES[name]
    prepare(scene)
    db.session.remove()

    with heard(db.engine) as words:
        entry = act(scene)

    assert entry.verdict == verdict
    assert words == ["BEGIN", "SELECT", *others, "COMMIT"]
    assert len(words) - 2 <= MOST


def test_a_retry_is_one_statement(scene: Scene) -> None:
    first = scan(DoorKey(scene.meetup.front_door), Reading(scene.ada.code, "n"), by=scene.tablet, at=NINE + HALF)
    db.session.remove()

    with heard(db.engine) as words:
        again = scan(DoorKey(scene.meetup.front_door), Reading(scene.ada.code, "n"), by=scene.tablet, at=NINE + LATER)

    assert (again.json, again.repeated) == (first.json, True)
    assert words == ["BEGIN", "SELECT", "COMMIT"]


def test_roles_of_whoever_is_on_duty_are_asked_for_in_the_same_statement(scene: Scene) -> None:
    bea = add_staff(scene.meetup, "Bea")
    token = duty.go_on_duty(bea, scene.meetup.slug, scene.meetup.front_door, now=NINE).token
    with write_transaction() as session:
        session.execute(update(Device).values(last_contact_at=NINE))
    db.session.remove()

    with heard(db.engine) as words:
        scan(DoorKey(scene.meetup.front_door), Reading(scene.ada.code, "n"), by=Bearer(token), at=NINE + HALF)

    assert words == ["BEGIN", "SELECT", "INSERT", "INSERT", "COMMIT"]


def test_moving_from_one_room_to_the_next_is_no_statement_more(scene: Scene) -> None:
    with write_transaction() as session:
        other = Room(event_id=scene.meetup.id, name="Other room")
        session.add(other)
        session.flush()
        session.add(Door(room_id=other.id, name="Other room"))
    everywhere = add_device(scene.meetup, "All doors")
    door = db.session.scalars(select(Door.id).where(Door.name == "Other room")).one()
    scene.read(scene.ada.code)
    scene.read(scene.ada.code, inner=True)
    scan(DoorKey(door), Reading("hello", "contact"), by=everywhere, at=NINE)
    db.session.remove()

    with heard(db.engine) as words:
        entry = scan(DoorKey(door), Reading(scene.ada.code, "move"), by=everywhere, at=NINE + HALF)

    assert (entry.verdict, words) == ("admitted", ["BEGIN", "SELECT", "INSERT", "INSERT", "COMMIT"])


@pytest.mark.postgres
def test_no_scan_reads_all_who_are_in_the_room(scene: Scene) -> None:
    """PostgreSQL has no statistics of who came in the last minute, and must not need any."""
    if db.engine.dialect.name != "postgresql":
        pytest.skip("SQLite counts steps elsewhere")
    crowd = [add_attendee(scene.meetup, f"Guest{number}") for number in range(40)]

    for guest in crowd:
        assert scene.read(guest.code).verdict == "admitted"
        assert scene.read(guest.code).verdict == "already_in"

    with direct_transaction() as door:  # statistics are the sender's until it tells them
        door.run("SELECT pg_stat_force_next_flush()")
    read = text("SELECT idx_tup_read FROM pg_stat_user_indexes WHERE indexrelname = 'ix_presence_room_inside'")
    assert db.session.scalar(read) < 3 * len(crowd)


def test_listening_at_the_driver_hears_everything(either_app: Flask) -> None:
    db.session.remove()

    with heard(db.engine) as words, write_transaction() as session:
        session.execute(select(Device.id))
        session.execute(update(Device).values(last_contact_at=NINE))

    assert [word for word in words if word != "ROLLBACK"] == ["BEGIN", "SELECT", "UPDATE", "COMMIT"]
