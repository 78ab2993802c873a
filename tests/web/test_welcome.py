"""The venue's screen and the address behind its code, on pages."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from eventmatch.domain.actor import Actor
from eventmatch.domain.welcome import SEEN_LASTS, STEP, event_key, poster_code, screen_code
from eventmatch.models.base import write_transaction
from eventmatch.models.event import Event
from tests.cast import HOUR, AttendeeRef, MeetupRef, add_device, add_meetup
from tests.web.test_checkin import as_device

NOW = datetime(2027, 3, 4, 9, 0, 10, tzinfo=UTC)


@pytest.fixture
def meetup(app: Flask) -> MeetupRef:
    """Return an event that is on at ten seconds past nine."""
    return add_meetup()


def code(client: FlaskClient, meetup: MeetupRef, at: datetime = NOW) -> str:
    """Return what the screen shows at a moment."""
    secret = client.application.config["EVENTMATCH"].secret_key
    return screen_code(event_key(secret, meetup.id), meetup.front_door, at)


def allow(meetup: MeetupRef, **rules: bool) -> None:
    """Let guests do something alone."""
    with write_transaction() as session:
        session.get_one(Event, meetup.id).settings = {"door": rules}


def scan_screen(client: FlaskClient, meetup: MeetupRef, at: datetime = NOW) -> str:
    """Open what a phone read from the screen, and return where that leads."""
    return client.get(f"/W/{meetup.slug.upper()}/{code(client, meetup, at)}").location or ""


def test_the_screen_is_a_bare_page_without_a_way_into_anything(
    client: FlaskClient, meetup: MeetupRef, oona: Actor, sign_in: Any
) -> None:
    page = sign_in(oona).get("/e/meetup/welcome").text

    assert "Point its camera at the code." in page
    assert "<strong>0</strong> are in" in page
    assert "Sign out" not in page
    assert 'http-equiv="refresh"' in page


def test_a_script_gets_only_what_changes(client: FlaskClient, meetup: MeetupRef) -> None:
    add_device(meetup, "Display")

    answer = as_device(client, "Display").get("/e/meetup/welcome", headers={"X-Fragment": "1"})

    assert "<svg" in answer.text
    assert "<html" not in answer.text


@pytest.mark.parametrize("door", ["0", "999", "x", "-1", "9" * 30, "²", ""])
def test_a_door_that_is_none_has_no_screen(
    door: str, client: FlaskClient, meetup: MeetupRef, oona: Actor, sign_in: Any
) -> None:
    assert sign_in(oona).get(f"/e/meetup/welcome?door={door}").status_code == 404


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_a_fresh_code_leads_on_and_does_not_stay_in_the_address(
    steps: int, client: FlaskClient, meetup: MeetupRef
) -> None:
    with time_machine.travel(NOW, tick=False):
        assert scan_screen(client, meetup, NOW + STEP * steps) == "/e/meetup/here"
        assert "Type your e-mail address" in client.get("/e/meetup/here").text


@pytest.mark.parametrize("steps", [-2, 2])
def test_a_code_more_than_one_step_away_is_refused_with_what_to_do(
    steps: int, client: FlaskClient, meetup: MeetupRef
) -> None:
    with time_machine.travel(NOW, tick=False):
        answer = client.get(f"/w/meetup/{code(client, meetup, NOW + STEP * steps)}")
        after = client.get("/e/meetup/here")

    assert (answer.status_code, "Scan once more" in answer.text) == (422, True)
    assert "Point your phone’s camera at the code on the screen" in after.text


@pytest.mark.parametrize("typed", ["0" * 10, "%F0%9F%92%A5", "x" * 3000, "a%0d%0ab", "..", "%ED%A0%80"])
def test_what_is_no_code_is_refused(typed: str, client: FlaskClient, meetup: MeetupRef) -> None:
    assert client.get(f"/w/meetup/{typed}").status_code in {404, 422}


def test_no_event_no_page(client: FlaskClient, meetup: MeetupRef) -> None:
    assert client.get("/w/nowhere/0123456789").status_code == 404
    assert client.get("/e/nowhere/here").status_code == 404


def test_reloading_a_code_that_was_good_goes_on_while_it_counts(client: FlaskClient, meetup: MeetupRef) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        scan_screen(client, meetup)
        clock.move_to(NOW + SEEN_LASTS - timedelta(seconds=1))
        within = scan_screen(client, meetup)
        clock.move_to(NOW + SEEN_LASTS)
        after = scan_screen(client, meetup)

    assert (within, after) == ("/e/meetup/here", "")


def test_a_cookie_of_another_event_is_worth_nothing(client: FlaskClient, meetup: MeetupRef) -> None:
    elsewhere = add_meetup("elsewhere")
    with time_machine.travel(NOW, tick=False):
        scan_screen(client, elsewhere)

        assert "Point your phone’s camera" in client.get("/e/meetup/here").text
        assert "Type your e-mail address" in client.get("/e/elsewhere/here").text


def test_the_poster_is_a_sheet_only_where_it_is_allowed(
    client: FlaskClient, meetup: MeetupRef, oona: Actor, sign_in: Any
) -> None:
    organiser = sign_in(oona)
    before = organiser.get("/o/e/meetup/poster")
    organiser.post("/o/e/meetup/self-check-in", data={"poster": "y"})
    after = organiser.get("/o/e/meetup/poster")

    assert (before.status_code, before.location) == (303, "/o/e/meetup/self-check-in")
    assert "<svg" in after.text


def test_a_poster_leads_to_the_same_tap(
    client: FlaskClient, meetup: MeetupRef, ada: AttendeeRef, oona: Actor, sign_in: Any
) -> None:
    allow(meetup, poster=True)
    secret = client.application.config["EVENTMATCH"].secret_key
    paper = poster_code(event_key(secret, meetup.id), meetup.front_door)
    with time_machine.travel(NOW + HOUR, tick=False):
        assert sign_in(ada.actor).get(f"/w/meetup/{paper}").location == "/e/meetup/here"
        assert client.post("/e/meetup/here").location == "/e/meetup/me"
        listed = sign_in(oona).get("/o/e/meetup/attendees").text
        page = client.get(f"/o/e/meetup/attendees/{ada.id}").text
        board = client.get("/o/e/meetup").text

    assert "Arrived 11:00, self-reported" in listed
    assert "Checked in with the poster: nobody saw them come." in page
    assert "1 of those who arrived is self-reported" in board
