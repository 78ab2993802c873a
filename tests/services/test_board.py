"""The board tells what goes on at the doors, and what is wrong there first."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from eventmatch.domain.actor import Actor
from eventmatch.domain.errors import NotFound
from eventmatch.domain.readings import DoorKey, Reading
from eventmatch.domain.verdicts import Verdict
from eventmatch.models.base import write_transaction
from eventmatch.models.device import Device
from eventmatch.models.event import Room, rooms_of
from eventmatch.models.scan import Waiting
from eventmatch.services import uploads
from eventmatch.services.board import board
from eventmatch.services.checkin import scan
from tests.cast import NINE, AttendeeRef, MeetupRef, add_attendee, add_device, add_meetup, add_member, add_person

MINUTE = timedelta(minutes=1)


def set_device(device: Actor, **columns: Any) -> None:
    """Change what is known of a device."""
    with write_transaction() as session:
        for name, value in columns.items():
            setattr(session.get_one(Device, device.device_id), name, value)


def test_rooms_show_who_is_in_them_and_who_waits(either_app: Flask) -> None:
    meetup = add_meetup()
    tablet, ada, ben = add_device(meetup), add_attendee(meetup, "Ada"), add_attendee(meetup, "Ben")
    for place, (door, who) in enumerate(
        [(meetup.front_door, ada), (meetup.front_door, ben), (meetup.session_door, ada)]
    ):
        scan(DoorKey(door), Reading(who.code, str(place)), by=tablet, at=NINE)
    _, small = (room.id for room in rooms_of(meetup.id))
    with write_transaction() as session:
        session.add(Waiting(attendee_id=ben.id, room_id=small, since=NINE))
        session.get_one(Room, small).full_since = NINE

    shown = board(add_member(meetup, "Oona"), "meetup", now=NINE + MINUTE)

    assert [(room.name, room.inside, room.free, room.waiting, room.closed) for room in shown.rooms] == [
        ("Venue", 2, None, 0, False),
        ("Small room", 1, 0, 1, True),
    ]
    assert (shown.arrivals.inside, shown.curve.points[-1].arrived, shown.rate.most) == (2, 2, 2)


def test_free_places_are_seats_and_standing_places_less_who_is_there(meetup: MeetupRef, oona: Actor) -> None:
    with write_transaction() as session:
        session.get_one(Room, rooms_of(meetup.id)[1].id).standing = 3

    assert board(oona, "meetup", now=NINE).rooms[1].free == 5


def test_a_device_with_a_queue_comes_first_then_a_quiet_one(meetup: MeetupRef, oona: Actor) -> None:
    alive, queued, quiet = (add_device(meetup, name) for name in ("Alive", "Queued", "Quiet"))
    set_device(alive, last_contact_at=NINE)
    set_device(queued, last_contact_at=NINE - MINUTE, queue_length=12)
    set_device(quiet, last_contact_at=NINE - 4 * MINUTE)

    shown = board(oona, "meetup", now=NINE)

    assert [(line.name, line.quiet, line.queue_length) for line in shown.devices] == [
        ("Queued", False, 12),
        ("Quiet", True, 0),
        ("Alive", False, 0),
    ]
    assert shown.queued == 12


def test_a_revoked_device_is_on_no_board(meetup: MeetupRef, oona: Actor) -> None:
    set_device(add_device(meetup), revoked_at=NINE)

    assert board(oona, "meetup", now=NINE).devices == ()


@pytest.mark.parametrize(("milliseconds", "wrong"), [(119_000, False), (-121_000, True), (90_000_000, True)])
def test_a_clock_more_than_two_minutes_off_is_told(
    meetup: MeetupRef, oona: Actor, milliseconds: int, *, wrong: bool
) -> None:
    set_device(add_device(meetup), clock_offset=milliseconds)

    [line] = board(oona, "meetup", now=NINE).devices

    assert line.clock_wrong_by == (timedelta(milliseconds=milliseconds) if wrong else None)


def test_what_two_doors_without_network_let_happen_is_counted(meetup: MeetupRef, oona: Actor, ada: AttendeeRef) -> None:
    for name in ("One", "Two"):
        decided = Reading(ada.code, name, scanned_at=NINE, decided=Verdict.ADMITTED)
        uploads.take(DoorKey(meetup.front_door), [decided], by=add_device(meetup, name), at=NINE + MINUTE)

    assert board(oona, "meetup", now=NINE + MINUTE).conflicts == 1


def test_the_board_is_for_the_team(meetup: MeetupRef, ada: AttendeeRef) -> None:
    for somebody in (ada.actor, add_person("Stella")):
        with pytest.raises(NotFound):
            board(somebody, "meetup", now=NINE)
