"""The roster and the uploads as devices meet them: programs with a token, and the scanner's own page."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from eventmatch.models.base import db, write_transaction
from eventmatch.models.device import Device
from eventmatch.models.scan import Presence, Scan
from tests.cast import AttendeeRef, MeetupRef, add_device, add_meetup
from tests.hostile import BODIES, JSON_VALUES

NOW = datetime.now(UTC)
HOUR = timedelta(hours=1)
Send = Callable[..., TestResponse]
WAYS = ["program", "scanner"]
REFUSALS = {400, 401, 403, 404, 413, 415, 422, 429}


@pytest.fixture
def meetup(app: Flask) -> MeetupRef:
    """Return an event that is on right now, because the API asks the clock."""
    return add_meetup(opens_at=NOW - HOUR, starts_at=NOW - HOUR, ends_at=NOW + 8 * HOUR)


@pytest.fixture(params=WAYS)
def send(request: pytest.FixtureRequest, client: FlaskClient, meetup: MeetupRef) -> Send:
    """Return a way to post to the front door as a paired tablet: by its token, then by its cookie."""
    add_device(meetup)
    return poster(client, meetup, request.param)


def poster(client: FlaskClient, meetup: MeetupRef, who: str) -> Send:
    """Return a way to post to the front door."""
    paths = {"program": {"roster": "roster", "uploads": "scans/batch"}, "scanner": {}}[who]
    start = {"program": "/api/v1/events/meetup/doors", "scanner": "/doors"}[who]
    headers = {"Authorization": "Bearer emd_Tablet"} if who == "program" else {}
    if who == "scanner":
        with client.session_transaction() as cookie:
            cookie["device"] = "emd_Tablet"

    def post(what: str, body: Any, *, door: int = 0, **options: Any) -> TestResponse:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        address = f"{start}/{door or meetup.front_door}/{paths.get(what, what)}"
        return client.post(address, data=data, **{"content_type": "application/json", "headers": headers} | options)

    return post


def refusal(answer: TestResponse) -> tuple[int, str, str | None]:
    """Return status, code and field of a refusal."""
    error = answer.get_json()["error"]
    assert error["message"]
    return answer.status_code, error["code"], error.get("field")


def alone(code: str, nonce: str, **told: Any) -> dict[str, Any]:
    """Return what a device sends that let somebody in by itself, half an hour ago."""
    return {"code": code, "nonce": nonce, "verdict": "admitted", "scanned_at": (NOW - HOUR / 2).isoformat()} | told


def inside() -> int:
    return db.session.scalar(select(func.count()).select_from(Presence).where(Presence.left_at.is_(None))) or 0


def test_roster_is_sent_once_and_then_what_differs(send: Send, ada: AttendeeRef) -> None:
    first = send("roster", {"people": None, "presence": None, "sent_at": 1, "clock_offset": None, "queued": 0})
    digests = [first.get_json()["people"].get(str(bucket), {"digest": ""})["digest"] for bucket in range(256)]

    again = send("roster", {"people": digests, "presence": [""] * 256, "queued": 3})

    assert (first.status_code, first.content_type) == (200, "application/json")
    assert sum(len(bucket["entries"]) for bucket in first.get_json()["people"].values()) == 1
    assert again.get_json()["people"] == {}
    assert db.session.scalars(select(Device.queue_length)).one() == 3
    names = ("now", "event", "salt", "keys", "names_kept", "may_override", "door", "counts")
    assert list(first.get_json()) == [*names, "people", "presence", "left_out", "more"]


def test_queue_is_taken_over_each_for_itself(send: Send, ada: AttendeeRef, ben: AttendeeRef) -> None:
    scans = [
        alone(ada.code, "1"),
        alone(ada.code, "1"),
        alone(ben.code, "1"),
        alone("", "2"),
        alone(ben.code, "3", scanned_at=None),
        alone(ben.code, "4", clock_offset=10**12),
        alone(ben.code, "5", verdict="let in"),
        "no reading",
        alone(ben.code, "6"),
        {"code": ben.code, "nonce": "7"},
    ]

    answer = send("uploads", {"scans": scans})

    answers = answer.get_json()["answers"]
    assert answer.status_code == 200
    assert [one["status"] for one in answers] == [201, 200, 409, 422, 422, 422, 422, 422, 201, 201]
    fields = [one["error"].get("field") for one in answers if "error" in one]
    assert fields == ["nonce", "code", "scanned_at", "clock_offset", "verdict", None]
    assert [answers[n]["verdict"] for n in (0, 1, 8, 9)] == ["admitted", "admitted", "admitted", "already_in"]
    assert answers[0]["scan_id"] == answers[1]["scan_id"]
    assert inside() == 2


def test_answers_to_what_was_decided_name_nobody(send: Send, ada: AttendeeRef) -> None:
    answer = send("uploads", {"scans": [alone(ada.code, "1"), alone(ada.number, "2")]})

    assert [one["attendee"] for one in answer.get_json()["answers"]] == [None, None]
    assert "Ada" not in answer.text


def test_at_most_500_scans_are_taken_at_once(send: Send, ada: AttendeeRef) -> None:
    assert refusal(send("uploads", {"scans": [{}] * 501})) == (422, "invalid", "scans")
    assert refusal(send("uploads", {"scans": "all"})) == (422, "invalid", "scans")
    assert send("uploads", {"scans": []}).get_json() == {"answers": []}


def test_five_hundred_scans_fit_one_request(send: Send, ada: AttendeeRef) -> None:
    scans = [alone(ada.code, f"{'n' * 40}{number}", verdict="already_in", clock_offset=1) for number in range(500)]

    answer = send("uploads", {"scans": scans})

    assert {one["status"] for one in answer.get_json()["answers"]} == {201}


@pytest.mark.parametrize("what", ["roster", "uploads"])
def test_foreign_and_missing_doors_answer_alike(what: str, send: Send) -> None:
    foreign = add_meetup("foreign")

    answers = [send(what, {"scans": []}, door=door) for door in (foreign.front_door, 999)]

    assert [refusal(answer)[:2] for answer in answers] == [(404, "not_found")] * 2
    assert answers[0].data == answers[1].data


@pytest.mark.parametrize("what", ["roster", "uploads"])
def test_revoked_device_is_turned_away(what: str, send: Send) -> None:
    with write_transaction() as session:
        session.execute(update(Device).values(revoked_at=NOW))

    assert send(what, {"scans": []}).status_code in {401, 404}


@pytest.mark.parametrize("what", ["roster", "uploads"])
def test_signed_in_people_are_no_device(
    what: str, sign_in: Callable[..., FlaskClient], meetup: MeetupRef, ada: AttendeeRef
) -> None:
    answer = sign_in(ada.actor).post(f"/doors/{meetup.front_door}/{what}", json={"scans": []})

    assert refusal(answer)[0] == 404


@pytest.mark.parametrize("what", ["roster", "uploads"])
def test_scanner_proves_that_its_own_page_asks(what: str, app: Flask, client: FlaskClient, meetup: MeetupRef) -> None:
    add_device(meetup)
    app.config["WTF_CSRF_ENABLED"] = True
    post = poster(client, meetup, "scanner")
    page = client.get(f"/doors/{meetup.front_door}").text
    token = page.partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]

    forged, fine = (post(what, {"scans": []}, headers=headers) for headers in ({}, {"X-CSRFToken": token}))

    assert refusal(forged)[:2] == (400, "malformed")
    assert fine.status_code == 200


@pytest.mark.parametrize("what", ["roster", "uploads"])
def test_forms_and_forged_pages_cannot_send(what: str, app: Flask, client: FlaskClient, meetup: MeetupRef) -> None:
    add_device(meetup)
    app.config["WTF_CSRF_ENABLED"] = True
    post = poster(client, meetup, "scanner")

    assert post(what, b"scans=1", content_type="application/x-www-form-urlencoded").status_code == 400


@pytest.mark.parametrize("what", ["roster", "uploads"])
@pytest.mark.parametrize("content_type", ["text/plain", ""])
def test_other_content_types_are_refused(what: str, content_type: str, send: Send) -> None:
    assert send(what, {"scans": []}, content_type=content_type).status_code == 415


@pytest.mark.parametrize("what", ["roster", "uploads"])
def test_no_hostile_body_breaks_anything(what: str, send: Send) -> None:
    answers = [send(what, body).status_code for body in BODIES]

    assert set(answers) <= REFUSALS


ROSTER = ["people", "presence", "sent_at", "clock_offset", "queued"]
READING = ["code", "nonce", "direction", "scanned_at", "verdict", "clock_offset", "override", "answers", "ticket"]


@pytest.mark.parametrize("field", ROSTER)
def test_no_hostile_value_breaks_a_roster(field: str, send: Send) -> None:
    answers = [send("roster", {field: value}) for value in Random(field).sample(JSON_VALUES, 20)]

    assert {answer.status_code for answer in answers} <= REFUSALS | {200}
    assert all(answer.get_json()["error"]["field"] == field for answer in answers if answer.status_code == 422)


@pytest.mark.parametrize("field", READING)
def test_no_hostile_value_breaks_a_reading(field: str, send: Send, ada: AttendeeRef) -> None:
    values = Random(field).sample(JSON_VALUES, 20)
    scans = [alone(ada.code, str(number)) | {field: value} for number, value in enumerate(values)]
    good = alone(ada.code, "good")

    wrong = [
        (scan[field], answer.status_code)
        for scan in scans
        if (answer := send("uploads", {"scans": [scan, good]})).status_code not in REFUSALS | {200}
        or (answer.status_code == 200 and answer.get_json()["answers"][1]["verdict"] != "admitted")
    ]

    assert not wrong


def junk() -> st.SearchStrategy[Any]:
    """Return anything JSON can hold."""
    leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from(READING)

    def deeper(inner: Any) -> Any:
        return st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner)

    return st.recursive(leaves, deeper, max_leaves=8)


@settings(max_examples=40, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(values=st.dictionaries(st.sampled_from([*READING, *ROSTER]), junk(), max_size=9))
def test_no_invented_reading_or_roster_breaks_anything(send: Send, values: dict[str, Any]) -> None:
    for what, body in (("uploads", {"scans": [values]}), ("uploads", values), ("roster", values)):
        assert send(what, body).status_code in REFUSALS | {200}


def test_known_nonce_gets_its_answer_before_any_rule(send: Send, ada: AttendeeRef) -> None:
    first = send("uploads", {"scans": [alone(ada.code, "1")]}).get_json()["answers"][0]

    online = send("uploads", {"scans": [{"code": ada.code, "nonce": "1"}]}).get_json()["answers"][0]

    assert online == first | {"status": 200}
    assert db.session.scalar(select(func.count()).select_from(Scan)) == 1
