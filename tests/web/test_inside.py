"""Who is where: rooms, a session's room in its facilitator's hand, and the roll-call."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from eventmatch.domain.actor import Actor
from eventmatch.domain.states import MemberRole, StaffRole
from eventmatch.models.base import db, direct_transaction, write_transaction
from eventmatch.models.event import Door, ProgrammeSession, Room
from eventmatch.models.scan import Presence, Waiting
from eventmatch.models.work import Audit
from eventmatch.services import waiting
from eventmatch.web.clock import utcnow
from tests.cast import HOUR, AttendeeRef, MeetupRef, add_attendee, add_device, add_meetup, add_member, add_staff

SignIn = Callable[[Actor], FlaskClient]
NOW = utcnow()
FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def meetup(app: Flask) -> MeetupRef:
    """Return an event that runs now."""
    return add_meetup(opens_at=NOW - HOUR, starts_at=NOW - HOUR, ends_at=NOW + 8 * HOUR)


@pytest.fixture
def talk(meetup: MeetupRef) -> int:
    """Return a session in the small room, which has a standing place beside its two seats."""
    with write_transaction() as session:
        room = session.get_one(Room, small_room(meetup))
        room.standing = 1
        times = {"starts_at": NOW - HOUR, "ends_at": NOW + HOUR}
        row = ProgrammeSession(event_id=meetup.id, room_id=room.id, title="Nine trams", **times)
        session.add(row)
        session.flush()
        return row.id


@pytest.fixture
def phone(meetup: MeetupRef, talk: int, sign_in: SignIn) -> FlaskClient:
    """Return the phone of Grace, who facilitates."""
    return sign_in(add_staff(meetup, "Grace", StaffRole.FACILITATOR))


def small_room(meetup: MeetupRef) -> int:
    return db.session.get_one(Door, meetup.session_door).room_id


def enter(meetup: MeetupRef, *people: AttendeeRef, door: str = "session_door") -> None:
    with write_transaction() as session:
        here = session.get_one(Door, getattr(meetup, door))
        for who in people:
            session.add(Presence(attendee_id=who.id, room_id=here.room_id, door_id=here.id, since=NOW))


def wait(meetup: MeetupRef, *people: AttendeeRef) -> None:
    with direct_transaction() as within:
        for who in people:
            waiting.join(within, small_room(meetup), who.id, NOW)


def words(page: str) -> str:
    """Return what a page says, without its markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page))


def test_a_facilitator_sees_the_count_the_free_places_and_who_is_next(
    phone: FlaskClient, meetup: MeetupRef, talk: int, ada: AttendeeRef, ben: AttendeeRef
) -> None:
    address, chidi = f"/e/meetup/sessions/{talk}/room", add_attendee(meetup, "Chidi")
    empty = words(phone.get(address).text)
    enter(meetup, ada, ben)
    wait(meetup, chidi)
    standing = words(phone.get(address).text)
    enter(meetup, add_attendee(meetup, "Dana"))

    assert "Small room" in empty
    assert "Nine trams" in empty
    assert "0 inside" in empty
    assert "2 seats free and 1 standing place" in empty
    assert "2 inside" in standing
    assert "Standing only: 1 place left" in standing
    assert "Next: Chidi since" in standing
    assert "3 inside Full" in words(phone.get(address).text)


def test_the_part_that_stays_fresh_names_its_own_target(phone: FlaskClient, meetup: MeetupRef, talk: int) -> None:
    for address, target in ((f"/e/meetup/sessions/{talk}/room", "room-now"), ("/e/meetup/rooms", "rooms-now")):
        part = phone.get(address, headers=FRAGMENT).text
        assert "<html" not in part
        assert f'id="{target}" hx-get="{address}"' in part
        assert f'hx-target="#{target}"' in part
        assert f'id="{target}"' in phone.get(address).text


def test_a_facilitator_closes_the_room_and_opens_it_and_comes_back_to_the_session(
    phone: FlaskClient, meetup: MeetupRef, talk: int
) -> None:
    room, here = f"/e/meetup/rooms/{small_room(meetup)}", f"/e/meetup/sessions/{talk}/room"

    closed = phone.post(f"{room}/close", data={"session": str(talk)})
    page = phone.get(here).text
    opened = phone.post(f"{room}/open")

    assert (closed.status_code, closed.location) == (303, here)
    assert "Closed by hand since" in page
    assert "Let people in again" in page
    assert opened.location == room
    assert "Closed by hand since" not in phone.get(here).text


@pytest.mark.parametrize("session", ["x", "-1", "99999999999999999999", ""])
def test_an_odd_way_back_is_answered(phone: FlaskClient, meetup: MeetupRef, session: str) -> None:
    assert phone.post(f"/e/meetup/rooms/{small_room(meetup)}/close", data={"session": session}).status_code == 303


def test_people_are_taken_off_the_order_one_by_one_or_all(
    phone: FlaskClient, meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef
) -> None:
    chidi, room = add_attendee(meetup, "Chidi"), f"/e/meetup/rooms/{small_room(meetup)}"
    wait(meetup, ada, ben, chidi)

    phone.post(f"{room}/waiting/{ben.id}/off")
    assert db.session.query(Waiting).count() == 2
    phone.post(f"{room}/waiting/{ben.id}/off")  # again: nothing more to do
    assert phone.post(f"{room}/waiting/clear").status_code == 303
    assert db.session.query(Waiting).count() == 0


def test_a_viewer_looks_on_without_buttons(meetup: MeetupRef, talk: int, ada: AttendeeRef, sign_in: SignIn) -> None:
    wait(meetup, ada)

    page = sign_in(add_member(meetup, "Ulrike", MemberRole.VIEWER)).get(f"/e/meetup/sessions/{talk}/room").text

    assert ada.name in page
    assert "Room is full" not in page
    assert "Take off" not in page


def test_rooms_are_listed_with_who_waits(phone: FlaskClient, meetup: MeetupRef, ada: AttendeeRef) -> None:
    enter(meetup, ada, door="front_door")
    wait(meetup, ada)

    page = words(phone.get("/e/meetup/rooms").text)
    assert "Venue No limit 1" in page
    assert "Small room 2 seats free 1 waits 0 / 3" in page


def test_the_roll_call_shows_moment_count_and_names_to_staff_at_a_door(
    app: Flask, meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef
) -> None:
    dana = add_attendee(meetup, "Dana", needs_space=True, organisation="City of Brennau")
    enter(meetup, ada, ben, dana, door="front_door")
    enter(meetup, ada)

    page = door_device(app, meetup).get("/e/meetup/roll-call")

    said = words(page.text)
    assert page.status_code == 200
    assert "3 inside" in said
    assert "(Europe/Berlin)" in said
    assert "1 person needs space" in said
    assert said.index("Dana") < said.index("Ada") < said.index("Ben")
    assert "City of Brennau guest Venue" in said
    assert "Okafor – guest Small room" in said
    assert [row.action for row in db.session.query(Audit)] == ["open roll-call"]


def test_one_rooms_list_is_taken_from_its_page(
    phone: FlaskClient, meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef
) -> None:
    enter(meetup, ada, ben, door="front_door")
    enter(meetup, ada)
    room = f"/e/meetup/rooms/{small_room(meetup)}"

    assert f"{room}/roll-call" in phone.get(room).text
    page = phone.get(f"{room}/roll-call").text
    assert (ada.name in page, ben.name in page) == (True, False)


def test_an_empty_house_says_so(phone: FlaskClient) -> None:
    assert "Nobody is inside" in phone.get("/e/meetup/roll-call").text


def test_whoever_has_no_business_there_is_not_told_that_it_is_there(
    meetup: MeetupRef, talk: int, ada: AttendeeRef, sign_in: SignIn
) -> None:
    attendee = sign_in(ada.actor)
    addresses = ["rooms", f"rooms/{small_room(meetup)}", f"sessions/{talk}/room", "roll-call"]

    assert {attendee.get(f"/e/meetup/{address}").status_code for address in addresses} == {404}
    assert attendee.get("/e/meetup/sessions/4711/room").status_code == 404


def door_device(app: Flask, meetup: MeetupRef) -> FlaskClient:
    """Return a browser paired with the front door, where nobody is signed in."""
    add_device(meetup, doors=[meetup.front_door])
    browser = app.test_client()
    with browser.session_transaction() as cookie:
        cookie["device"] = "emd_Tablet"
    return browser
