"""A kiosk on its pages: guests get in, nobody gets behind it without the PIN."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from eventmatch.domain.actor import Actor
from eventmatch.domain.states import AttendeeStatus
from eventmatch.models.base import db
from eventmatch.models.device import Device
from eventmatch.models.person import WebSession
from eventmatch.models.scan import Presence, Scan
from tests.cast import NINE, AttendeeRef, MeetupRef, add_attendee
from tests.web.test_checkin import inside, meetup  # noqa: F401 - a meetup that is on right now

KIOSK = {"kind": "kiosk", "name": "Tablet", "pin": "2468"}
STAFF_ONLY = ("/doors/1", "/doors/1/search?q=ada", "/doors/1/walk-in", "/o/e/meetup", "/o", "/me", "/contacts")


def invite(organiser: FlaskClient, **fields: str) -> str:
    """Invite a kiosk at the front door and return its link."""
    organiser.post("/o/e/meetup/devices", data=KIOSK | {"doors": "1"} | fields)
    found = re.search(r"http://127\.0\.0\.1:5000(/pair/[\w-]+)", organiser.get("/o/e/meetup/devices").text)
    assert found
    return found[1]


@pytest.fixture
def organiser(meetup: MeetupRef, oona: Actor, sign_in: Any) -> FlaskClient:  # noqa: F811 - the fixture above
    """Return the organiser's browser."""
    client: FlaskClient = sign_in(oona)
    return client


@pytest.fixture
def tablet(organiser: FlaskClient, app: Flask) -> FlaskClient:
    """Return a browser that is a kiosk and prints badges."""
    browser = app.test_client()
    assert browser.post(invite(organiser, prints_badges="y")).location == "/kiosk"
    return browser


def show(tablet: FlaskClient, code: str, nonce: str = "1", **headers: str) -> str:
    """Hold a code before the kiosk and return what fills its screen."""
    return tablet.post("/kiosk/scans", data={"code": code, "nonce": nonce}, headers=headers).text


def test_the_kiosk_asks_for_a_code_and_leads_nowhere(tablet: FlaskClient) -> None:
    page = tablet.get("/kiosk").text

    links = set(re.findall(r'<a [^>]*href="([^"#][^"]*)"', page))
    assert "Show your code to the camera" in page
    assert links == {"/kiosk/staff"}


def test_a_code_lets_in_with_a_name_in_large_letters_and_a_badge_for_the_printer(
    tablet: FlaskClient, ada: AttendeeRef
) -> None:
    answer = show(tablet, ada.code)

    assert 'data-tone="good"' in answer
    assert "Welcome" in answer
    assert 'class="door-badge sheets print-only"' in answer
    assert answer.count("Ada Okafor") == 2
    assert inside() == 1


def test_a_script_gets_only_the_answer(tablet: FlaskClient, ada: AttendeeRef) -> None:
    answer = show(tablet, ada.number, **{"X-Fragment": "1"})

    assert "<html" not in answer
    assert 'class="verdict"' in answer


def test_a_retry_gets_the_first_answer_and_lets_in_once(tablet: FlaskClient, ada: AttendeeRef) -> None:
    answers = [show(tablet, ada.code) for _ in range(2)]

    assert all('data-tone="good"' in answer for answer in answers)
    assert db.session.query(Scan).count() == 1


@pytest.mark.parametrize("columns", [{"barred_at": NINE}, {"status": AttendeeStatus.CANCELLED}])
def test_whoever_is_refused_is_neither_named_nor_told_off(
    columns: dict[str, Any],
    tablet: FlaskClient,
    meetup: MeetupRef,  # noqa: F811 - the fixture above
) -> None:
    harald = add_attendee(meetup, "Harald", **columns)

    answer = show(tablet, harald.code)

    assert 'data-tone="wait"' in answer
    assert "Harald" not in answer
    assert "May not come in" not in answer
    assert "door-badge" not in answer


@pytest.mark.parametrize("fields", [{"code": ""}, {"code": "x" * 201}, {"nonce": ""}, {"code": "a\0"}])
def test_what_cannot_be_used_lets_nobody_in_and_says_so(fields: dict[str, str], tablet: FlaskClient) -> None:
    answer = tablet.post("/kiosk/scans", data={"code": "K7P2QX", "nonce": "1"} | fields)

    assert answer.status_code == 422
    assert "Once more, please" in answer.text
    assert db.session.query(Scan).count() == 0


def test_a_name_tells_that_one_is_on_the_list_and_lets_nobody_in(tablet: FlaskClient, ada: AttendeeRef) -> None:
    page = tablet.get("/kiosk/names?q=ada+okafor").text

    assert "You are on the list." in page
    assert ada.number not in page
    assert ada.code not in page
    assert 'method="post"' not in page
    assert db.session.query(Presence).count() == 0
    assert "Ada Okafor" not in tablet.get("/kiosk/names?q=ada").text


def test_nothing_of_the_staffs_opens_without_the_pin(tablet: FlaskClient, ada: AttendeeRef) -> None:
    for path in STAFF_ONLY:
        assert tablet.get(path).status_code in {303, 404}, path
    assert tablet.post("/doors/1/scans", data={"code": ada.code, "nonce": "9"}).status_code == 404
    assert tablet.post("/doors/sign-off").status_code == 409
    assert tablet.get("/kiosk").status_code == 200
    assert inside() == 0


def test_the_pin_opens_the_scanner_and_showing_the_kiosk_locks_it(tablet: FlaskClient) -> None:
    wrong = tablet.post("/kiosk/staff", data={"pin": "1111"})
    right = tablet.post("/kiosk/staff", data={"pin": "2468"})
    menu, search = tablet.get("/kiosk/staff").text, tablet.get("/doors/1/search")
    tablet.get("/kiosk")
    locked = tablet.get("/doors/1/search")

    assert (wrong.status_code, right.location) == (422, "/kiosk/staff")
    assert "This is not the PIN." in wrong.text
    assert ("End this kiosk" in menu, search.status_code, locked.status_code) == (True, 200, 404)
    assert "Back to the kiosk" in locked.text
    assert "kiosk-idle" in search.text


def test_the_scanner_that_stays_without_network_does_not_settle_in_its_browser(tablet: FlaskClient) -> None:
    tablet.post("/kiosk/staff", data={"pin": "2468"})

    answer = tablet.get("/doors/1")
    assert (answer.status_code, answer.location) == (303, "/kiosk/staff")


def test_five_wrong_pins_end_the_right_one(tablet: FlaskClient) -> None:
    answers = [tablet.post("/kiosk/staff", data={"pin": pin}).status_code for pin in [*["1111"] * 5, "2468"]]

    assert answers == [422] * 5 + [429]
    assert tablet.get("/doors/1").status_code == 404


def test_staff_end_the_kiosk_for_good(tablet: FlaskClient) -> None:
    tablet.post("/kiosk/staff", data={"pin": "2468"})
    tablet.post("/doors/sign-off")

    assert tablet.get("/kiosk").status_code == 404
    assert db.session.query(Device.revoked_at).scalar() is not None


def test_at_the_door_of_a_room_it_shows_no_code_of_the_venue(organiser: FlaskClient, app: Flask) -> None:
    browser = app.test_client()
    browser.post(invite(organiser, doors="2"))

    answer = browser.get("/kiosk")
    assert (answer.status_code, 'id="welcome"' in answer.text) == (200, False)


def test_whoever_was_signed_in_on_the_tablet_no_longer_is(organiser: FlaskClient) -> None:
    organiser.post(invite(organiser))

    assert organiser.get("/o/e/meetup").status_code in {303, 404}
    assert db.session.query(WebSession).count() == 0


def test_a_kiosk_without_a_pin_is_refused_beside_the_field(organiser: FlaskClient) -> None:
    for pin in ("", "12", "abcd"):
        answer = organiser.post("/o/e/meetup/devices", data=KIOSK | {"doors": "1", "pin": pin})
        assert answer.status_code == 422
        assert 'id="pin-error"' in answer.text


def test_the_list_of_devices_says_which_is_a_kiosk(organiser: FlaskClient, tablet: FlaskClient) -> None:
    assert re.search(r"Tablet</bdi> <span class=\"muted\">kiosk", organiser.get("/o/e/meetup/devices").text)


def test_its_camera_may_run_the_code_reader_and_nothing_else(tablet: FlaskClient) -> None:
    policy = tablet.get("/kiosk").headers["Content-Security-Policy"]

    assert "'wasm-unsafe-eval'" in policy
    assert "unsafe-inline" not in policy
