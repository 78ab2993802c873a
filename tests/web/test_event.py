"""An event's public page says what it is, when, in which zone, and what to do next."""

from collections.abc import Callable

from flask.testing import FlaskClient

from eventmatch.domain.actor import Actor
from eventmatch.domain.states import StaffRole
from eventmatch.models.base import write_transaction
from eventmatch.models.event import Event, ProgrammeSession, Room
from tests.cast import HOUR, NINE, AttendeeRef, MeetupRef, add_staff

SignIn = Callable[[Actor], FlaskClient]


def describe(meetup: MeetupRef) -> None:
    with write_transaction() as session:
        event = session.get_one(Event, meetup.id)
        event.description, event.venue, event.conduct = "First.\n\nSecond <b>.", "Old Tram Depot", "Be kind."
        room = session.query(Room).filter_by(event_id=meetup.id, is_venue=False).one()
        session.add(
            ProgrammeSession(
                event_id=meetup.id, room_id=room.id, title="Trams", starts_at=NINE + HOUR, ends_at=NINE + 2 * HOUR
            )
        )


def test_it_says_what_when_where_and_how(client: FlaskClient, meetup: MeetupRef) -> None:
    describe(meetup)
    page = client.get("/e/meetup").text

    assert "Thu 4 Mar 2027, 10:00 to 18:00 (Europe/Berlin)" in page
    assert "Old Tram Depot" in page
    assert page.count('<p dir="auto">') == 2
    assert "Second &lt;b&gt;." in page
    assert "11:00 – 12:00" in page
    assert 'href="/e/meetup/register"' in page
    assert 'href="/e/meetup/conduct"' in page


def test_the_code_of_conduct_has_its_own_page(client: FlaskClient, meetup: MeetupRef) -> None:
    assert "not published" in client.get("/e/meetup/conduct").text
    describe(meetup)
    assert "Be kind." in client.get("/e/meetup/conduct").text


def test_who_has_a_place_is_led_there(sign_in: SignIn, ada: AttendeeRef) -> None:
    page = sign_in(ada.actor).get("/e/meetup").text

    assert 'href="/e/meetup/me"' in page
    assert 'href="/e/meetup/register"' not in page


def test_who_is_registered_is_not_asked_to_register_again(sign_in: SignIn, ada: AttendeeRef) -> None:
    assert sign_in(ada.actor).get("/e/meetup/register").location == "/e/meetup/me"


def test_it_says_when_it_is_over_or_closed(client: FlaskClient, meetup: MeetupRef) -> None:
    with write_transaction() as session:
        session.get_one(Event, meetup.id).registration_open = False
    closed = client.get("/e/meetup").text
    with write_transaction() as session:
        event = session.get_one(Event, meetup.id)
        event.starts_at, event.ends_at = NINE.replace(year=2019), NINE.replace(year=2020)
    over = client.get("/e/meetup").text

    assert "Registration is closed" in closed
    assert "This event is over" in over
    assert "/e/meetup/register" not in closed + over


def test_whoever_sees_rooms_finds_them_beside_sessions(meetup: MeetupRef, ada: AttendeeRef, sign_in: SignIn) -> None:
    describe(meetup)

    facilitator = sign_in(add_staff(meetup, "Grace", StaffRole.FACILITATOR)).get("/e/meetup").text
    guest = sign_in(ada.actor).get("/e/meetup").text

    assert "/sessions/1/room" in facilitator
    assert 'href="/e/meetup/rooms"' in facilitator
    assert "/room" not in guest
