"""One screen, one poster and one join link for each event, whoever needs them first."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from flask import Flask

from eventmatch.domain.actor import Actor
from eventmatch.domain.permissions import Action
from eventmatch.domain.states import DeviceKind
from eventmatch.models.base import db, write_transaction
from eventmatch.models.device import Device, doors_of_device
from eventmatch.models.event import Door, Room
from eventmatch.services import devices, unmanned
from tests.cast import NINE, MeetupRef, add_meetup

MANY = 8


def at_once(app: Flask, act: Callable[[], object]) -> list[object]:
    """Do something in many threads, all released at the same moment."""
    gate = Barrier(MANY)

    def one(_: int) -> object:
        with app.app_context():
            try:
                gate.wait(20)
                return act()
            finally:
                db.session.remove()

    with ThreadPoolExecutor(MANY) as pool:
        return list(pool.map(one, range(MANY)))


def test_of_many_who_need_the_screen_first_all_get_the_same(either_app: Flask) -> None:
    meetup = add_meetup()

    found = at_once(
        either_app, lambda: unmanned.stand_in(meetup.id, DeviceKind.SCREEN, meetup.front_door, NINE).device_id
    )

    assert len(set(found)) == 1
    assert db.session.query(Device).count() == 1
    assert [door.id for door in doors_of_device(db.session.query(Device.id).scalar())] == [meetup.front_door]


def test_of_many_who_join_first_all_find_the_same_room(either_app: Flask) -> None:
    meetup = add_meetup()

    found = at_once(either_app, lambda: unmanned.join_door(meetup.id, NINE)[0].door_id)

    assert len(set(found)) == 1
    assert db.session.query(Room).filter_by(event_id=meetup.id, name="Online").count() == 1


def test_a_room_that_is_called_online_already_stays_what_it_is(meetup: MeetupRef) -> None:
    with write_transaction() as session:
        session.add(Room(event_id=meetup.id, name="Online", capacity=3))

    door = db.session.get_one(Door, unmanned.join_door(meetup.id, NINE)[0].door_id)

    assert (door.room.name, door.room.capacity, door.name) == ("Join link", None, "Join link")


def test_a_screen_serves_every_entrance_once_asked(meetup: MeetupRef) -> None:
    first = unmanned.stand_in(meetup.id, DeviceKind.SCREEN, meetup.front_door, NINE)
    second = unmanned.stand_in(meetup.id, DeviceKind.SCREEN, meetup.session_door, NINE)

    assert first == second
    assert len(doors_of_device(first.device_id or 0)) == 2


def test_an_ended_screen_is_made_anew(meetup: MeetupRef, oona: Actor) -> None:
    first = unmanned.stand_in(meetup.id, DeviceKind.SCREEN, meetup.front_door, NINE)
    devices.revoke(oona, "meetup", first.device_id or 0, now=NINE)

    assert unmanned.stand_in(meetup.id, DeviceKind.SCREEN, meetup.front_door, NINE) != first


def test_organisers_do_not_see_what_nobody_holds(meetup: MeetupRef, oona: Actor) -> None:
    unmanned.stand_in(meetup.id, DeviceKind.SCREEN, meetup.front_door, NINE)
    unmanned.join_door(meetup.id, NINE)

    assert devices.listing(oona, "meetup") == []
    assert [door.name for door in devices.doors(oona, "meetup", Action.RUN_EVENT)] == ["Front door", "Small room"]
