"""The organiser's page of rooms, and of what holds at all doors."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from eventmatch.domain.actor import Actor
from eventmatch.domain.door_rules import EventDoors
from eventmatch.domain.readings import DoorKey, Reading
from eventmatch.models.base import db, write_transaction
from eventmatch.models.event import Door, Event, Room
from eventmatch.services.checkin import scan
from tests.cast import NINE, AttendeeRef, MeetupRef, add_device

SignIn = Callable[[Actor], FlaskClient]
PAGE = "/o/e/meetup/rooms"


@pytest.fixture
def desk(meetup: MeetupRef, oona: Actor, sign_in: SignIn) -> FlaskClient:
    """Return Oona's browser."""
    return sign_in(oona)


def small_room(meetup: MeetupRef) -> Room:
    db.session.rollback()
    return db.session.get_one(Door, meetup.session_door).room


def test_rooms_are_added_changed_and_removed(desk: FlaskClient, meetup: MeetupRef) -> None:
    added = desk.post(f"{PAGE}/new", data={"name": "Loft", "seats": "40", "standing": "8"})
    assert (added.status_code, added.location) == (303, PAGE)
    page = desk.get(PAGE).text
    assert "Loft" in page
    assert "40 seats, 8 standing places" in page

    [loft] = db.session.query(Room).filter_by(name="Loft")
    address = f"{PAGE}/{loft.id}"
    assert 'value="40"' in desk.get(address).text
    assert desk.post(address, data={"name": "Attic", "seats": "", "standing": ""}).status_code == 303
    assert db.session.get_one(Room, loft.id).capacity is None
    desk.post(f"{address}/remove")
    assert desk.get(address).status_code == 404


@pytest.mark.parametrize(
    ("typed", "blamed"),
    [
        ({"name": " "}, "name"),
        ({"name": "Small room"}, "name"),
        ({"name": "Loft", "seats": "many"}, "seats"),
        ({"name": "Loft", "seats": "-1"}, "seats"),
        ({"name": "Loft", "seats": "1000001"}, "seats"),
        ({"name": "Loft", "standing": "5"}, "seats"),
        ({"name": "Loft", "seats": "5", "standing": "x"}, "standing"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(
    desk: FlaskClient, typed: dict[str, str], blamed: str
) -> None:
    answer = desk.post(f"{PAGE}/new", data=typed)

    assert answer.status_code in {409, 422}
    assert f'id="{blamed}-error"' in answer.text
    assert all(f'value="{words}"' in answer.text for words in typed.values() if words.strip())


def test_a_room_with_scans_stays_and_the_page_says_what_to_do_instead(
    desk: FlaskClient, meetup: MeetupRef, ada: AttendeeRef
) -> None:
    scan(DoorKey(meetup.session_door), Reading(ada.code, "1"), by=add_device(meetup), at=NINE)
    address = f"{PAGE}/{small_room(meetup).id}"

    page = desk.get(address).text
    desk.post(f"{address}/remove")

    assert "Rename it instead" in page
    assert f"{address}/remove" not in page
    assert "so it stays" in desk.get(PAGE).text
    assert small_room(meetup).name == "Small room"


def test_the_venue_offers_no_button_to_remove_it(desk: FlaskClient, meetup: MeetupRef) -> None:
    venue = db.session.get_one(Door, meetup.front_door).room_id

    assert "Remove" not in desk.get(f"{PAGE}/{venue}").text


def test_what_holds_at_all_doors_is_ticked_and_kept(desk: FlaskClient, meetup: MeetupRef) -> None:
    with write_transaction() as session:
        session.get_one(Event, meetup.id).settings = {"door": {"signed_tickets": True}}
    assert "checked" in desk.get(PAGE).text  # re-entry, as usual

    saved = desk.post(PAGE, data={"daily": "y", "walk_ins": "y", "names_offline": "y"})

    kept = EventDoors.of(db.session.get_one(Event, meetup.id).settings)
    chosen = {"daily": True, "walk_ins": True, "names_offline": True, "re_entry": False}
    assert kept == EventDoors(signed_tickets=True, **chosen)
    assert saved.location == PAGE
