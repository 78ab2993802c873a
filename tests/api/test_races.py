"""Sixty-four devices, one moment, several processes: one admission for each ticket, never more people than places."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from eventmatch.models.base import db, write_transaction
from eventmatch.models.event import Room
from eventmatch.models.scan import inside
from tests.api.crowd_at_door import Devices, serving
from tests.cast import MeetupRef, add_device, add_meetup
from tests.conftest import opened
from tests.services.test_checkin_race import guests, more_guests

DEVICES, PLACES = 64, 50
OURS, NAIVE = "app:app", "tests.api.naive_door:app"
COUNTS = pytest.mark.parametrize(("tickets", "people"), [(20, 128), pytest.param(200, 500, marks=pytest.mark.proof)])

Environ = dict[str, str]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def environ(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Environ]:
    """Return what tells an installation on each kind of database; it is open here as well."""
    made = {"EVENTMATCH_INSTANCE": str(tmp_path / "instance")}
    if request.param == "postgres":
        made["EVENTMATCH_DATABASE_URL"] = request.getfixturevalue("postgres_url")
    with opened(made):
        yield made


def meetup_now() -> MeetupRef:
    """Return an event that is on now."""
    began = datetime.now(UTC) - timedelta(hours=1)
    meetup = add_meetup(opens_at=began, starts_at=began, ends_at=began + timedelta(hours=9))
    for number in range(DEVICES):
        add_device(meetup, f"Device {number}")
    return meetup


@contextmanager
def at_the_door(environ: Environ, meetup: MeetupRef, application: str) -> Iterator[Devices]:
    """Serve the event, and let all devices connect."""
    with serving(environ, application) as (port, _):
        devices = Devices(port, meetup.slug, DEVICES)
        yield devices
        devices.close()


@dataclass
class Raced:
    """What came of a race: the verdicts on each ticket, those before the room, and who is in it."""

    tickets: list[Counter[str]]
    room: Counter[str]
    inside: int


def race(environ: Environ, application: str, tickets: int, people: int) -> Raced:
    """Let all devices scan ticket after ticket, each in one moment; then everybody goes for a room too small."""
    meetup = meetup_now()
    raced, crowd = guests(meetup, tickets), more_guests(meetup, people)
    with write_transaction() as session:
        session.execute(update(Room).where(Room.is_venue.is_(False)).values(capacity=PLACES))
    with at_the_door(environ, meetup, application) as devices:
        rounds = [devices.at_once(meetup.front_door, [code] * DEVICES, code) for code in raced]
        waves = [crowd[start : start + DEVICES] for start in range(0, people, DEVICES)]
        arrived = [devices.at_once(meetup.front_door, wave, f"venue {wave[0]}") for wave in waves]
        entered = [devices.at_once(meetup.session_door, wave, f"room {wave[0]}") for wave in waves]
    assert sum(arrived, Counter[str]()) == Counter(admitted=people)
    result = Raced(rounds, sum(entered, Counter[str]()), in_room())
    tell(application, result)
    return result


def tell(application: str, result: Raced) -> None:
    """Print what was counted."""
    twice = sum(answers["admitted"] > 1 for answers in result.tickets)
    print(f"{DEVICES} connections, {db.engine.dialect.name}, {application}: {len(result.tickets)} tickets,", end=" ")
    print(f"{twice} admitted more than once; {dict(result.room)} before {PLACES} places, {result.inside} inside")


def in_room() -> int:
    """Count who is in the session room."""
    db.session.rollback()
    return inside(db.session.scalars(select(Room.id).where(Room.is_venue.is_(False))).one())


@COUNTS
def test_each_ticket_is_admitted_once_and_the_room_never_too_full(environ: Environ, tickets: int, people: int) -> None:
    result = race(environ, OURS, tickets, people)

    assert result.tickets == [Counter(admitted=1, already_in=DEVICES - 1)] * tickets
    assert result.room == Counter(admitted=PLACES, room_full=people - PLACES)
    assert result.inside == PLACES


@COUNTS
def test_a_door_that_looks_before_it_writes_fails_at_both(environ: Environ, tickets: int, people: int) -> None:
    result = race(environ, NAIVE, tickets, people)

    assert {verdict for answers in result.tickets for verdict in answers} == {"admitted", "already_in"}
    assert any(answers["admitted"] > 1 for answers in result.tickets)
    assert result.room["admitted"] == result.inside > PLACES
