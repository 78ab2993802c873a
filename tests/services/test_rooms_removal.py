"""What was set up by mistake goes; where people were scanned stays, whoever scans at that very moment."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from eventmatch.domain.actor import Actor
from eventmatch.domain.door_rules import DoorRules
from eventmatch.domain.errors import Conflict, NotFound
from eventmatch.domain.readings import DoorKey, Reading
from eventmatch.domain.states import MemberRole
from eventmatch.models.base import db, write_transaction
from eventmatch.models.device import Device
from eventmatch.models.event import Door, ProgrammeSession, Room
from eventmatch.models.scan import Scan
from eventmatch.services import rooms, rooms_removal
from eventmatch.services.checkin import scan
from eventmatch.services.rooms import DoorDraft
from tests.cast import HOUR, NINE, AttendeeRef, MeetupRef, add_attendee, add_device, add_meetup, add_member
from tests.conftest import opened


def small_room(meetup: MeetupRef) -> int:
    return db.session.get_one(Door, meetup.session_door).room_id


def count(table: type[Room | Door | Scan]) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_an_unused_room_goes_with_its_doors_and_its_sessions_stay(meetup: MeetupRef, oona: Actor) -> None:
    with write_transaction() as session:
        talk = {"title": "Nine trams", "starts_at": NINE, "ends_at": NINE + HOUR}
        session.add(ProgrammeSession(event_id=meetup.id, room_id=small_room(meetup), **talk))

    rooms_removal.remove_room(oona, meetup.slug, small_room(meetup), now=NINE)

    assert (count(Room), count(Door)) == (1, 1)
    assert db.session.scalars(select(ProgrammeSession.room_id)).all() == [None]


def test_devices_end_with_the_last_door_they_stood_at(meetup: MeetupRef, oona: Actor) -> None:
    inner, both = add_device(meetup, "Inner", doors=[meetup.session_door]), add_device(meetup, "Both")

    rooms_removal.remove_door(oona, meetup.slug, meetup.session_door, now=NINE)

    ended = {device.id: device.revoked_at for device in db.session.scalars(select(Device))}
    assert ended == {inner.device_id: NINE, both.device_id: None}


@pytest.mark.parametrize("code", ["ada", "nonsense"])
def test_where_anybody_was_scanned_stays_also_when_they_were_refused(
    meetup: MeetupRef, oona: Actor, ada: AttendeeRef, code: str
) -> None:
    reading = Reading(ada.code if code == "ada" else code, "1")
    scan(DoorKey(meetup.session_door), reading, by=add_device(meetup), at=NINE)

    with pytest.raises(Conflict, match=r"so it stays.*Rename it"):
        rooms_removal.remove_door(oona, meetup.slug, meetup.session_door, now=NINE)
    with pytest.raises(Conflict, match=r"so it stays.*Rename it"):
        rooms_removal.remove_room(oona, meetup.slug, small_room(meetup), now=NINE)
    assert (count(Room), count(Door), count(Scan)) == (2, 2, 1)
    assert db.session.scalars(select(Device.revoked_at)).all() == [None]


def test_the_venue_and_its_last_door_stay(meetup: MeetupRef, oona: Actor) -> None:
    venue = rooms.overview(oona, meetup.slug).rooms[0]

    with pytest.raises(Conflict):
        rooms_removal.remove_room(oona, meetup.slug, venue.id, now=NINE)
    with pytest.raises(Conflict):
        rooms_removal.remove_door(oona, meetup.slug, meetup.front_door, now=NINE)
    rooms.add_door(oona, meetup.slug, venue.id, DoorDraft("Side door", DoorRules()), now=NINE)
    rooms_removal.remove_door(oona, meetup.slug, meetup.front_door, now=NINE)
    assert [door.draft.name for door in rooms.room(oona, meetup.slug, venue.id).doors] == ["Side door"]


def test_nobody_else_removes_anything(meetup: MeetupRef, ada: AttendeeRef) -> None:
    stranger = add_member(add_meetup("foreign"), "Fremder", MemberRole.OWNER)

    for who in (stranger, ada.actor, add_member(meetup, "Ulrike", MemberRole.VIEWER)):
        with pytest.raises(NotFound):
            rooms_removal.remove_room(who, meetup.slug, small_room(meetup), now=NINE)
        with pytest.raises(NotFound):
            rooms_removal.remove_door(who, meetup.slug, meetup.session_door, now=NINE)


@pytest.fixture
def on_postgres(tmp_path: Path, postgres_url: str) -> Iterator[Flask]:
    """Return an application on PostgreSQL, where two write at once."""
    with opened({"EVENTMATCH_INSTANCE": str(tmp_path), "EVENTMATCH_DATABASE_URL": postgres_url}) as app:
        yield app


def remove_while_scanned(app: Flask) -> tuple[int, int]:
    """Remove the inner door while a scan at it is written and not yet stored; return doors and scans left."""
    meetup = add_meetup()
    oona, ada, tablet = add_member(meetup, "Oona"), add_attendee(meetup, "Ada"), add_device(meetup)
    scan(DoorKey(meetup.front_door), Reading(ada.code, "0"), by=tablet, at=NINE)
    began = threading.Event()

    def remove() -> None:
        with app.app_context():
            began.set()
            try:
                rooms_removal.remove_door(oona, meetup.slug, meetup.session_door, now=NINE)
            except Conflict:
                db.session.rollback()

    remover = threading.Thread(target=remove)
    with write_transaction() as session:
        values = {"event_id": meetup.id, "door_id": meetup.session_door, "device_id": tablet.device_id, "nonce": "1"}
        seen = {"verdict": "admitted", "direction": "in", "effective_at": NINE, "received_at": NINE}
        session.add(Scan(**values, **seen, code_hash="x", answer="{}"))
        session.flush()
        remover.start()
        began.wait()
        remover.join(0.5)  # long enough to look; it cannot end before this is stored
    remover.join()
    return count(Door), count(Scan)


@pytest.mark.postgres
def test_a_scan_under_way_keeps_its_door(on_postgres: Flask) -> None:
    assert remove_while_scanned(on_postgres) == (2, 2)


@pytest.mark.postgres
def test_without_waiting_for_scans_under_way_one_is_lost(on_postgres: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the same removal, without locking the doors first."""
    monkeypatch.setattr(rooms_removal, "_locked_doors", lambda _room: [0, 0])

    assert remove_while_scanned(on_postgres) == (1, 1)
