"""The door's page without a script: every step is a form."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from eventmatch.domain.actor import Actor
from eventmatch.domain.states import AttendeeStatus
from eventmatch.models.base import db, write_transaction
from eventmatch.models.device import Device
from eventmatch.models.person import WebSession
from eventmatch.models.scan import Presence, Scan
from eventmatch.services import devices
from tests.cast import AttendeeRef, MeetupRef, add_attendee, add_device, add_meetup, add_staff
from tests.letters import enclosed
from tests.web.test_account import newest_letter

NOW = datetime.now(UTC)


@pytest.fixture
def meetup(app: Flask) -> MeetupRef:
    """Return an event that is on right now."""
    hour = timedelta(hours=1)
    return add_meetup(opens_at=NOW - hour, starts_at=NOW - hour, ends_at=NOW + 8 * hour)


@pytest.fixture
def phone(client: FlaskClient, meetup: MeetupRef) -> FlaskClient:
    """Return a browser that is a device of every door, and may let people in anyway."""
    add_device(meetup, "Phone", may_override=True)
    return as_device(client, "Phone")


def as_device(client: FlaskClient, name: str) -> FlaskClient:
    """Make a browser the device of this name."""
    with client.session_transaction() as cookie:
        cookie["device"] = f"emd_{name}"
    return client


def scan(phone: FlaskClient, meetup: MeetupRef, code: str, **values: Any) -> TestResponse:
    """Send the door's form."""
    fields = {"code": code, "nonce": values.pop("nonce", code), "direction": "in"} | values
    return phone.post(f"/doors/{meetup.front_door}/scans", data=fields)


def inside() -> int:
    """Count who is anywhere."""
    return db.session.scalar(select(func.count()).where(Presence.left_at.is_(None))) or 0


def test_pairing_link_shows_a_button_and_works_once(client: FlaskClient, meetup: MeetupRef, oona: Actor) -> None:
    choice = {"door_ids": [meetup.front_door], "may_override": False}
    token = devices.invite(oona, meetup.slug, name="Phone 2", **choice, now=NOW).token  # type: ignore[arg-type]  # mixed

    shown = client.get(f"/pair/{token}")
    paired = client.post(f"/pair/{token}")

    assert "Phone 2" in shown.text
    assert paired.headers["Location"] == f"/doors/{meetup.front_door}"
    assert client.get(paired.headers["Location"]).status_code == 200
    assert client.post(f"/pair/{token}").status_code == 422


def test_address_of_a_door_alone_gives_nothing(client: FlaskClient, meetup: MeetupRef, ada: AttendeeRef) -> None:
    door = f"/doors/{meetup.front_door}"

    answers = [
        client.get(door),
        client.get(f"{door}/search?q=ada"),
        client.post(f"{door}/scans", data={"code": ada.code, "nonce": "1"}),
        client.post(f"{door}/override", data={"code": ada.code, "nonce": "1", "name": "x", "why": "y"}),
        client.post(f"{door}/undo", data={"scan_id": 1}),
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert not any("Ada" in answer.text for answer in answers)


def test_revoked_phone_is_told_what_to_do(phone: FlaskClient, meetup: MeetupRef) -> None:
    with write_transaction() as session:
        session.execute(update(Device).values(revoked_at=NOW))

    answer = phone.get(f"/doors/{meetup.front_door}")

    assert answer.status_code == 404
    assert "Ask the organiser for a new link" in answer.text


def test_ticket_is_admitted_by_the_form_and_named(phone: FlaskClient, meetup: MeetupRef, ada: AttendeeRef) -> None:
    answer = scan(phone, meetup, ada.number)

    assert answer.status_code == 200
    assert 'data-tone="good"' in answer.text
    assert "Ada Okafor" in answer.text
    assert inside() == 1


def test_opening_ticket_or_badge_address_checks_nobody_in(
    phone: FlaskClient, meetup: MeetupRef, ada: AttendeeRef
) -> None:
    for path in (f"/t/{ada.code}", f"/b/{ada.badge}", f"/doors/{meetup.front_door}/scans?code={ada.code}&nonce=1"):
        phone.get(path)

    assert inside() == 0


@pytest.mark.parametrize(
    "fields", [{"code": ""}, {"code": "x" * 201}, {"nonce": ""}, {"direction": "up"}, {"code": "a\0"}]
)
def test_form_that_cannot_be_used_admits_nobody_and_says_so(
    fields: dict[str, str], phone: FlaskClient, meetup: MeetupRef, ada: AttendeeRef
) -> None:
    answer = phone.post(f"/doors/{meetup.front_door}/scans", data={"code": ada.code, "nonce": "1"} | fields)

    assert answer.status_code == 422
    assert 'data-tone="stop"' in answer.text
    assert db.session.scalar(select(func.count()).select_from(Scan)) == 0


@pytest.mark.parametrize(("path", "part"), [("", 'id="counts"'), ("/search?q=okaf", "Ada Okafor")])
def test_script_gets_only_the_part_it_asks_for(
    path: str, part: str, phone: FlaskClient, meetup: MeetupRef, ada: AttendeeRef
) -> None:
    answer = phone.get(f"/doors/{meetup.front_door}{path}", headers={"X-Fragment": "1"})

    assert "<html" not in answer.text
    assert part in answer.text


def test_undo_is_offered_after_an_admission_and_takes_it_back(
    phone: FlaskClient, meetup: MeetupRef, ada: AttendeeRef
) -> None:
    offered = re.search(r'name="scan_id" value="(\d+)"', scan(phone, meetup, ada.code).text)
    assert offered is not None

    answer = phone.post(f"/doors/{meetup.front_door}/undo", data={"scan_id": offered[1]})

    assert "Undone" in answer.text
    assert inside() == 0
    assert 'name="scan_id"' not in scan(phone, meetup, "unknown").text


@pytest.mark.parametrize("scan_id", ["", "x", "999", str(10**30), "-1"])
def test_undo_of_nothing_changes_nothing(scan_id: str, phone: FlaskClient, meetup: MeetupRef, ada: AttendeeRef) -> None:
    scan(phone, meetup, ada.code)

    answer = phone.post(f"/doors/{meetup.front_door}/undo", data={"scan_id": scan_id})

    assert answer.status_code in {409, 422}
    assert inside() == 1


def test_let_in_anyway_needs_name_and_reason(phone: FlaskClient, meetup: MeetupRef) -> None:
    konrad = add_attendee(meetup, "Konrad", status=AttendeeStatus.CANCELLED)
    door = f"/doors/{meetup.front_door}/override"
    fields = {"code": konrad.code, "nonce": "o1", "name": "Bea", "why": ""}

    offered = scan(phone, meetup, konrad.code)
    refused = phone.post(door, data=fields)
    admitted = phone.post(door, data=fields | {"why": "speaks at ten"})

    assert "Let in anyway" in offered.text
    assert (refused.status_code, admitted.status_code) == (422, 200)
    assert db.session.scalars(select(Scan.override_why).order_by(Scan.id)).all() == ["", "speaks at ten"]
    assert inside() == 1


def test_device_that_may_not_lets_nobody_in_anyway(client: FlaskClient, meetup: MeetupRef) -> None:
    konrad = add_attendee(meetup, "Konrad", status=AttendeeStatus.CANCELLED)
    add_device(meetup, "Plain")
    plain = as_device(client, "Plain")
    fields = {"code": konrad.code, "nonce": "o1", "name": "Bea", "why": "please"}

    assert "Let in anyway" not in scan(plain, meetup, konrad.code).text
    assert plain.post(f"/doors/{meetup.front_door}/override", data=fields).status_code == 403
    assert inside() == 0


def test_search_shows_name_and_a_button_but_no_ticket_code(
    phone: FlaskClient, meetup: MeetupRef, ada: AttendeeRef
) -> None:
    page = phone.get(f"/doors/{meetup.front_door}/search?q=okaf").text

    assert "Ada Okafor" in page
    assert ada.number in page
    assert ada.code not in page
    assert ada.badge not in page


def test_search_with_one_letter_shows_nobody(phone: FlaskClient, meetup: MeetupRef, ada: AttendeeRef) -> None:
    page = phone.get(f"/doors/{meetup.front_door}/search?q=a").text

    assert "Okafor" not in page
    assert "at least two letters" in page


def test_helper_goes_on_duty_and_signs_off(client: FlaskClient, meetup: MeetupRef, sign_in: Any) -> None:
    bea = sign_in(add_staff(meetup, "Bea"))

    chosen = bea.post("/e/meetup/duty", data={"door": meetup.front_door})
    page = bea.get(chosen.headers["Location"])
    off = bea.post("/doors/sign-off")

    assert "Front door" in bea.get("/e/meetup/duty").text
    assert "Sign off" in page.text
    assert off.status_code == 303
    assert bea.get(chosen.headers["Location"]).status_code == 404


def on_duty(browser: FlaskClient, meetup: MeetupRef) -> str:
    """Go on duty in a browser and return the token it keeps."""
    browser.post("/e/meetup/duty", data={"door": meetup.front_door})
    with browser.session_transaction() as cookie:
        return str(cookie["device"])


def scans_with(token: str, client: FlaskClient, meetup: MeetupRef) -> int:
    """Send a scan under a token from elsewhere, as somebody who copied the cookie would, and return the status."""
    program, address = client.application.test_client(), f"/api/v1/events/meetup/doors/{meetup.front_door}/scans"
    bearer = {"Authorization": f"Bearer {token}"}
    return program.post(address, json={"code": "K7P2QX", "nonce": token[:9]}, headers=bearer).status_code


def test_signing_out_ends_duty_on_the_server(client: FlaskClient, meetup: MeetupRef, sign_in: Any) -> None:
    token = on_duty(sign_in(add_staff(meetup, "Bea")), meetup)
    before = scans_with(token, client, meetup)

    client.post("/sign-out")

    assert (before, scans_with(token, client, meetup)) == (201, 401)


@pytest.mark.parametrize(("next_one", "status"), [("bea@example.org", 200), ("ada@example.org", 404)])
def test_whoever_signs_in_next_does_not_work_the_door_as_the_helper(
    next_one: str, status: int, client: FlaskClient, meetup: MeetupRef, ada: AttendeeRef, sign_in: Any
) -> None:
    token = on_duty(sign_in(add_staff(meetup, "Bea")), meetup)

    client.post("/sign-in", data={"email": next_one})
    client.post("/sign-in/code", data={"pin": enclosed(newest_letter())["code"]})

    assert client.get(f"/doors/{meetup.front_door}").status_code == status
    assert scans_with(token, client, meetup) == (201 if status == 200 else 401)
    with client.session_transaction() as cookie:
        assert ("device" in cookie) == (status == 200)


def test_signing_out_elsewhere_ends_duty_there(client: FlaskClient, meetup: MeetupRef, sign_in: Any) -> None:
    bea = add_staff(meetup, "Bea")
    token = on_duty(sign_in(bea), meetup)
    lost = db.session.scalars(select(WebSession.id)).one()
    with client.session_transaction() as cookie:  # what follows happens on another browser
        cookie.clear()

    sign_in(bea).post(f"/me/sessions/{lost}/end")

    assert scans_with(token, client, meetup) == 401


def test_duty_needs_a_door_of_the_event(meetup: MeetupRef, sign_in: Any) -> None:
    bea = sign_in(add_staff(meetup, "Bea"))

    assert [bea.post("/e/meetup/duty", data={"door": door}).status_code for door in ("", "999", "x")] == [422] * 3


def test_scanner_may_run_its_code_reader_and_nothing_else(phone: FlaskClient, meetup: MeetupRef) -> None:
    policy = phone.get(f"/doors/{meetup.front_door}").headers["Content-Security-Policy"]

    assert "'wasm-unsafe-eval'" in policy
    assert "unsafe-inline" not in policy
    assert "'wasm-unsafe-eval'" not in phone.get("/").headers["Content-Security-Policy"]
