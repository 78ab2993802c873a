"""Staff register somebody on the page of a door."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from eventmatch.models.attendee import Attendee
from eventmatch.models.base import db, write_transaction
from eventmatch.models.event import Event
from tests.cast import MeetupRef, add_attendee, add_device
from tests.web.test_checkin import as_device, inside, meetup  # noqa: F401 - a meetup that is on right now
from tests.web.test_welcome import allow


@pytest.fixture
def phone(client: FlaskClient, meetup: MeetupRef) -> FlaskClient:  # noqa: F811 - the fixture above
    """Return a browser at the door of an event that takes walk-ins."""
    allow(meetup, walk_ins=True)
    add_device(meetup, "Phone")
    return as_device(client, "Phone")


def register(phone: FlaskClient, **fields: Any) -> Any:
    """Send the form as it stands on the page."""
    nonce = re.search(r'name="nonce"[^>]*value="([^"]+)"', phone.get("/doors/1/walk-in").text)
    assert nonce
    return phone.post("/doors/1/walk-in", data={"name": "Zoe Marsh", "nonce": nonce[1]} | fields)


def test_the_door_leads_to_it(phone: FlaskClient) -> None:
    assert 'href="/doors/1/walk-in"' in phone.get("/doors/1").text


def test_one_press_lets_in_and_shows_the_number_and_the_badge(phone: FlaskClient) -> None:
    answer = register(phone, organisation="Kestrel")

    assert answer.status_code == 200
    assert 'data-tone="good"' in answer.text
    assert re.search(r"Ticket number [0-9A-Z]{6}\.", answer.text)
    assert 'class="door-badge sheets print-only"' in answer.text
    assert inside() == 1


def test_the_same_form_sent_twice_is_one_person(phone: FlaskClient) -> None:
    answers = [phone.post("/doors/1/walk-in", data={"name": "Zoe", "nonce": "n1"}).status_code for _ in range(2)]

    assert answers == [200, 200]
    assert db.session.query(Attendee).count() == 1


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"name": ""}, "name"), ({"name": "x" * 201}, "name"), ({"email": "zoe(at)example.org"}, "email")],
)
def test_a_typing_error_is_explained_and_nothing_is_lost(
    fields: dict[str, str], field: str, phone: FlaskClient
) -> None:
    answer = register(phone, **({"organisation": "Kestrel"} | fields))

    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert 'value="Kestrel"' in answer.text
    assert db.session.query(Attendee).count() == 0


def test_a_nonce_nobody_can_use_registers_nobody(phone: FlaskClient) -> None:
    assert {phone.post("/doors/1/walk-in", data={"name": "Zoe", "nonce": n}).status_code for n in ("", "x" * 65)} == {
        422
    }


def test_where_nobody_is_registered_the_page_says_why(
    phone: FlaskClient,
    meetup: MeetupRef,  # noqa: F811 - the fixture above
) -> None:
    allow(meetup, walk_ins=False)

    page, answer = phone.get("/doors/1/walk-in"), phone.post("/doors/1/walk-in", data={"name": "Zoe", "nonce": "1"})

    assert (page.status_code, answer.status_code) == (200, 409)
    assert "registered at the door" in page.text
    assert "<form" not in page.text


def test_a_full_event_refuses_but_an_organisers_phone_may_go_on(
    phone: FlaskClient,
    meetup: MeetupRef,  # noqa: F811 - the fixture above
) -> None:
    add_attendee(meetup, "Ada")
    with write_transaction() as session:
        session.get_one(Event, meetup.id).capacity = 1
    plain, refused = phone.get("/doors/1/walk-in").text, register(phone, exceed="y")
    add_device(meetup, "Desk", may_override=True)
    desk = as_device(phone, "Desk")
    offered, done = desk.get("/doors/1/walk-in").text, register(desk, exceed="y")

    assert "All places are taken." in plain
    assert ('name="exceed"' in plain, 'name="exceed"' in offered) == (False, True)
    assert (refused.status_code, done.status_code) == (409, 200)
