"""The organiser's page of the programme."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from eventmatch.domain.actor import Actor
from eventmatch.models.base import db
from eventmatch.models.event import Door, sessions_of
from tests.cast import HOUR, NINE, AttendeeRef, MeetupRef, add_person

SignIn = Callable[[Actor], FlaskClient]
PAGE = "/o/e/meetup/programme"
TALK = {"title": "Nine trams", "starts": "2027-03-04T10:00", "ends": "2027-03-04T11:00", "room": "0"}


@pytest.fixture
def desk(meetup: MeetupRef, oona: Actor, sign_in: SignIn) -> FlaskClient:
    """Return Oona's browser."""
    return sign_in(oona)


def test_a_session_is_planned_changed_and_taken_off(desk: FlaskClient, meetup: MeetupRef, ada: AttendeeRef) -> None:
    assert "No session yet" in desk.get(PAGE).text
    assert 'value="2027-03-04T10:00"' in desk.get(f"{PAGE}/new").text
    small = str(db.session.get_one(Door, meetup.session_door).room_id)

    assert desk.post(f"{PAGE}/new", data=TALK | {"room": small, "facilitator": ada.email}).status_code == 303
    [talk] = sessions_of(meetup.id)
    assert (talk.starts_at, talk.ends_at, talk.room_id) == (NINE, NINE + HOUR, int(small))
    page = desk.get(PAGE).text
    assert ada.name in page
    assert f"/e/meetup/sessions/{talk.id}/room" in page
    assert "attendance.xlsx" in page

    address = f"{PAGE}/{talk.id}"
    assert f'value="{ada.email}"' in desk.get(address).text
    assert desk.post(address, data=TALK | {"title": "Ten trams"}).status_code == 303
    assert [(row.title, row.room_id, row.facilitator_id) for row in sessions_of(meetup.id)] == [
        ("Ten trams", None, None)
    ]
    assert f"/e/meetup/sessions/{talk.id}/room" not in desk.get(PAGE).text
    desk.post(f"{address}/remove")
    assert desk.get(address).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "blamed"),
    [
        ({"title": " "}, "title"),
        ({"starts": "soon"}, "starts"),
        ({"starts": ""}, "starts"),
        ({"ends": "2027-03-04T09:00"}, "ends"),
        ({"starts": "2027-03-03T10:00"}, "starts"),
        ({"room": "4711"}, "room"),
        ({"facilitator": "nobody@example.org"}, "facilitator"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(
    desk: FlaskClient, meetup: MeetupRef, wrong: dict[str, str], blamed: str
) -> None:
    answer = desk.post(f"{PAGE}/new", data=TALK | wrong)

    assert answer.status_code == 422
    assert f'id="{blamed}-error"' in answer.text
    assert all(f'value="{words}"' in answer.text for name, words in wrong.items() if words.strip() and name != "room")
    assert sessions_of(meetup.id) == []


def test_an_address_that_is_nobodys_here_is_answered_alike_whether_or_not_anybody_has_it(
    desk: FlaskClient, oona: Actor
) -> None:
    add_person("Stella")
    known_elsewhere = desk.post(f"{PAGE}/new", data=TALK | {"facilitator": "stella@example.org"})
    unknown = desk.post(f"{PAGE}/new", data=TALK | {"facilitator": "zoltan@example.org"})

    assert "Nobody of the team, the staff or the attendees" in known_elsewhere.text
    assert known_elsewhere.text.replace("stella", "zoltan").count("zoltan") == unknown.text.count("zoltan")
