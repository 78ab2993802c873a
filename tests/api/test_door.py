"""What a door's own page asks for besides scans: an admission taken back, and a rehearsal."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from eventmatch.models.base import db
from eventmatch.models.scan import Presence
from eventmatch.models.ticket import Ticket
from tests.cast import AttendeeRef, MeetupRef, add_device, add_meetup
from tests.hostile import BODIES

NOW = datetime.now(UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def meetup(app: Flask) -> MeetupRef:
    """Return an event that is on right now."""
    return add_meetup(opens_at=NOW - HOUR, starts_at=NOW - HOUR, ends_at=NOW + 8 * HOUR)


@pytest.fixture
def phone(client: FlaskClient, meetup: MeetupRef) -> FlaskClient:
    """Return a browser that is a device."""
    add_device(meetup, "Phone")
    with client.session_transaction() as cookie:
        cookie["device"] = "emd_Phone"
    return client


def ask(phone: FlaskClient, meetup: MeetupRef, what: str, body: Any) -> TestResponse:
    """Send JSON to the front door."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return phone.post(f"/doors/{meetup.front_door}/{what}", data=data, content_type="application/json")


def admitted(phone: FlaskClient, meetup: MeetupRef, somebody: AttendeeRef) -> int:
    """Let somebody in and return the number of the scan."""
    [answer] = ask(phone, meetup, "uploads", {"scans": [{"code": somebody.code, "nonce": "1"}]}).get_json()["answers"]
    return int(answer["scan_id"])


def inside() -> int:
    return db.session.scalar(select(func.count()).where(Presence.left_at.is_(None))) or 0


def test_admission_is_taken_back_once(phone: FlaskClient, meetup: MeetupRef, ada: AttendeeRef) -> None:
    scan_id = admitted(phone, meetup, ada)
    before = inside()

    answers = [ask(phone, meetup, "takebacks", {"scan_id": scan_id}) for _ in range(2)]

    assert [answer.get_json() for answer in answers] == [{"name": "Ada Okafor"}] * 2
    assert (before, inside()) == (1, 0)


def test_what_was_no_admission_here_is_not_taken_back(phone: FlaskClient, meetup: MeetupRef, ada: AttendeeRef) -> None:
    scan_id = admitted(phone, meetup, ada)

    answer = ask(phone, meetup, "takebacks", {"scan_id": scan_id + 1})

    assert (answer.status_code, answer.get_json()["error"]["code"]) == (409, "conflict")
    assert inside() == 1


def test_rehearsal_answers_each_ticket_and_brings_a_sample(
    phone: FlaskClient, meetup: MeetupRef, ada: AttendeeRef
) -> None:
    ticket = db.session.scalars(select(Ticket.id)).one()

    answer = ask(phone, meetup, "rehearsal", {"tickets": [ticket, 999]}).get_json()

    assert answer["verdicts"] == {str(ticket): "admitted"}
    assert set(answer["sample"]) == {"code", "entry", "content"}
    assert ada.code not in json.dumps(answer)


@pytest.mark.parametrize(
    ("what", "body", "field"),
    [
        ("takebacks", {}, "scan_id"),
        ("takebacks", {"scan_id": "1"}, "scan_id"),
        ("takebacks", {"scan_id": True}, "scan_id"),
        ("takebacks", {"scan_id": 2**40}, "scan_id"),
        ("rehearsal", {}, "tickets"),
        ("rehearsal", {"tickets": {"1": 2}}, "tickets"),
        ("rehearsal", {"tickets": ["1"]}, "tickets"),
        ("rehearsal", {"tickets": [1] * 101}, "tickets"),
    ],
)
def test_wrong_field_is_named(what: str, body: Any, field: str, phone: FlaskClient, meetup: MeetupRef) -> None:
    answer = ask(phone, meetup, what, body)

    assert (answer.status_code, answer.get_json()["error"]["field"]) == (422, field)


@pytest.mark.parametrize("what", ["takebacks", "rehearsal"])
@pytest.mark.parametrize("body", BODIES)
def test_hostile_bodies_are_refused(what: str, body: bytes, phone: FlaskClient, meetup: MeetupRef) -> None:
    assert ask(phone, meetup, what, body).status_code in {400, 413, 415, 422}


@pytest.mark.parametrize("what", ["takebacks", "rehearsal"])
def test_request_another_site_could_forge_is_refused(
    what: str, app: Flask, phone: FlaskClient, meetup: MeetupRef
) -> None:
    app.config["WTF_CSRF_ENABLED"] = True

    assert ask(phone, meetup, what, {"scan_id": 1, "tickets": []}).status_code == 400
