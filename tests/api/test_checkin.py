"""The scan API as a device meets it."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from eventmatch.models.base import db, write_transaction
from eventmatch.models.device import Device
from eventmatch.models.scan import Scan
from eventmatch.services import tickets
from tests.cast import AttendeeRef, MeetupRef, add_attendee, add_device, add_meetup

TODAY = datetime.now(UTC)
Send = Callable[..., TestResponse]


@pytest.fixture
def meetup(app: Flask) -> MeetupRef:
    """Return an event that is on right now, because the API asks the clock."""
    hour = timedelta(hours=1)
    return add_meetup(opens_at=TODAY - hour, starts_at=TODAY - hour, ends_at=TODAY + 8 * hour)


@pytest.fixture
def send(client: FlaskClient, meetup: MeetupRef) -> Send:
    """Return a way to post to the front door as a paired tablet."""
    add_device(meetup)

    def post(
        body: Any, *, path: str = "scans", token: str = "emd_Tablet", door: int = 0, **options: Any
    ) -> TestResponse:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        options = {"content_type": "application/json", "headers": {"Authorization": f"Bearer {token}"}} | options
        slug = options.pop("slug", meetup.slug)
        return client.post(f"/api/v1/events/{slug}/doors/{door or meetup.front_door}/{path}", data=data, **options)

    return post


def refusal(answer: TestResponse) -> tuple[int, str, str | None]:
    """Return status, code and field of a refusal."""
    error = answer.get_json()["error"]
    assert error["message"]
    return answer.status_code, error["code"], error.get("field")


def test_admits_once_and_repeats_the_same_bytes(send: Send, ada: AttendeeRef) -> None:
    body = {"code": ada.code, "nonce": "n-1"}
    first = send(body)
    with write_transaction():
        tickets.revoke(ada.id, now=TODAY)

    again = send(body)

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.data == again.data
    assert first.content_type == "application/json"
    assert list(first.get_json()) == ["verdict", "reason", "attendee", "first_scan", "room", "scan_id"]
    assert first.get_json()["verdict"] == "admitted"


def test_refusing_verdicts_are_answers_too(send: Send) -> None:
    answer = send({"code": "nothing", "nonce": "1"})

    assert (answer.status_code, answer.get_json()["verdict"], answer.get_json()["attendee"]) == (201, "unknown", None)


def test_known_nonce_with_another_code_conflicts(send: Send, ada: AttendeeRef, ben: AttendeeRef) -> None:
    send({"code": ada.code, "nonce": "1"})

    assert refusal(send({"code": ben.code, "nonce": "1"})) == (409, "conflict", "nonce")


def test_past_scans_count_at_their_own_time(send: Send, ada: AttendeeRef, ben: AttendeeRef) -> None:
    yesterday = (TODAY - timedelta(days=1)).isoformat()

    answers = [send({"code": p.code, "nonce": p.name, "scanned_at": at}) for p, at in ((ada, yesterday), (ben, None))]

    assert [answer.get_json()["verdict"] for answer in answers] == ["not_yet_open", "admitted"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"nonce": "1"}, "code"),
        ({"code": "A"}, "nonce"),
        ({"code": "x" * 201, "nonce": "1"}, "code"),
        ({"code": {"a": 1}, "nonce": "1"}, "code"),
        ({"code": "A", "nonce": "x" * 65}, "nonce"),
        ({"code": "A", "nonce": 1}, "nonce"),
        ({"code": "A", "nonce": "1", "direction": "up"}, "direction"),
        ({"code": "A", "nonce": "1", "scanned_at": "noon"}, "scanned_at"),
        ({"code": "A", "nonce": "1", "scanned_at": "0001-01-01T00:00:00+14:00"}, "scanned_at"),
        ({"code": "A", "nonce": "1", "answers": "yes"}, "answers"),
        ([], None),
        ("text", None),
        (None, None),
        (7, None),
    ],
)
def test_wrong_values_are_refused_by_field(body: Any, field: str | None, send: Send) -> None:
    assert refusal(send(body)) == (422, "invalid", field)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff",
        b"\xef\xbb\xbf{}",
        b'{"code": "A", "nonce": "1", "code": "B"}',
        b'{"code": "A", "nonce": "1", "answers": {"x": NaN}}',
        b'{"code": "A", "nonce": "1", "answers": {"x": Infinity}}',
        b'{"code": "A", "nonce": "1", "answers": {"x": 1e999}}',
        b'{"code": "A", "nonce": "1", "answers": {"x": 9007199254740993}}',
        b'{"code": "A", "nonce": "1", "answers": {"x": ' + b"9" * 5000 + b"}}",
        b'{"code": "A\\u0000", "nonce": "1"}',
        b'{"code": "\\ud800", "nonce": "1"}',
        b'{"code": "A", "nonce": "1", "answers": {"\\ud800": 1}}',
        b'{"code": "A", "nonce": "1", "answers": ' + b'{"a":' * 20 + b"1" + b"}" * 21,
        b"[" * 30000,
        b'{"a":' * 10000,
    ],
)
def test_what_is_no_strict_json_is_refused(body: bytes, send: Send) -> None:
    assert refusal(send(body)) == (400, "malformed", None)


def test_twenty_levels_and_the_largest_integer_are_fine(send: Send) -> None:
    deep = b'{"code": "A", "nonce": "1", "answers": ' + b'{"a":' * 19 + b"9007199254740992" + b"}" * 20

    assert send(deep).status_code == 201


@pytest.mark.parametrize("token", ["", "emd_other", "x" * 10000, "ä"])
def test_unknown_token_is_nobody(token: str, send: Send, ada: AttendeeRef) -> None:
    answer = send({"code": ada.code, "nonce": "1"}, token=token)

    assert refusal(answer) == (401, "unauthorised", None)
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_missing_header_and_cookie_are_no_token(client: FlaskClient, meetup: MeetupRef, ada: AttendeeRef) -> None:
    add_device(meetup)
    with client.session_transaction() as cookie:
        cookie["device"] = "emd_Tablet"

    answer = client.post(
        f"/api/v1/events/meetup/doors/{meetup.front_door}/scans", json={"code": ada.code, "nonce": "1"}
    )

    assert refusal(answer)[0] == 401


def test_revoked_token_is_nobody(send: Send, ada: AttendeeRef) -> None:
    with write_transaction() as session:
        session.execute(update(Device).values(revoked_at=TODAY))

    assert refusal(send({"code": ada.code, "nonce": "1"}))[0] == 401


def test_foreign_and_missing_doors_and_events_answer_alike(send: Send, meetup: MeetupRef, ada: AttendeeRef) -> None:
    foreign = add_meetup("foreign")
    add_device(meetup, "Front", doors=[meetup.front_door])
    body = {"code": ada.code, "nonce": "1"}
    answers = [
        send(body, door=foreign.front_door),
        send(body, door=foreign.front_door, slug="foreign"),
        send(body, slug="foreign"),
        send(body, door=999),
        send(body, slug="nowhere"),
        send(body, door=meetup.session_door, token="emd_Front"),
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.data for answer in answers}) == 1


@pytest.mark.parametrize(
    "path",
    ["/api/v1/nothing", f"/api/v1/events/meetup/doors/{10**30}/scans", "/api/", "/api/v1/events/a%00b/doors/1/scans"],
)
def test_missing_addresses_answer_in_json(path: str, client: FlaskClient) -> None:
    assert refusal(client.post(path)) == (404, "not_found", None)


def test_wrong_method_answers_in_json(client: FlaskClient) -> None:
    answer = client.get("/api/v1/events/meetup/doors/1/scans")

    assert refusal(answer) == (405, "method_not_allowed", None)
    assert "POST" in answer.headers["Allow"]


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_other_content_types_are_refused(content_type: str, send: Send) -> None:
    assert refusal(send({"code": "A", "nonce": "1"}, content_type=content_type)) == (415, "not_json", None)


def test_bodies_have_a_limit(send: Send) -> None:
    padding = {"code": "A", "nonce": "1", "answers": {"x": "y" * 70_000}}

    assert refusal(send(padding)) == (413, "too_large", None)
    assert send({"scans": [padding]}, path="scans/batch").status_code == 200
    assert refusal(send({"scans": [padding] * 8}, path="scans/batch")) == (413, "too_large", None)


def test_fault_of_ours_is_json_and_no_admission(
    send: Send, ada: AttendeeRef, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError

    app.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setattr("eventmatch.services.presence.enter", fail)

    answer = send({"code": ada.code, "nonce": "1"})

    assert refusal(answer) == (500, "fault", None)
    assert db.session.scalar(select(func.count()).select_from(Scan)) == 0


def test_too_many_wrong_numbers_are_refused(send: Send) -> None:
    answers = [send({"code": "000000", "nonce": str(number)}) for number in range(21)]

    assert {answer.status_code for answer in answers[:20]} == {201}
    assert refusal(answers[20]) == (429, "too_many", "code")


def test_batch_answers_each_in_order(send: Send, ada: AttendeeRef, ben: AttendeeRef) -> None:
    scans = [
        {"code": ada.code, "nonce": "1"},
        {"code": ada.code, "nonce": "2"},
        {"code": ada.code, "nonce": "1"},
        {"code": ben.code, "nonce": "1"},
        {"code": "", "nonce": "3"},
        "no reading",
    ]

    answer = send({"scans": scans}, path="scans/batch")

    answers = answer.get_json()["answers"]
    assert answer.status_code == 200
    assert [one["status"] for one in answers] == [201, 201, 200, 409, 422, 422]
    assert [one.get("verdict") for one in answers[:3]] == ["admitted", "already_in", "admitted"]
    assert answers[0]["scan_id"] == answers[2]["scan_id"]
    assert answers[4]["error"]["field"] == "code"


def test_batch_has_at_most_500_readings(send: Send, ada: AttendeeRef) -> None:
    assert refusal(send({"scans": [{}] * 501}, path="scans/batch")) == (422, "invalid", "scans")
    assert refusal(send({"scans": {}}, path="scans/batch")) == (422, "invalid", "scans")
    assert send({"scans": []}, path="scans/batch").get_json() == {"answers": []}
    assert refusal(send({"scans": []}, path="scans/batch", door=999))[0] == 404


def test_api_needs_no_form_token_and_gets_none(app: Flask, send: Send, ada: AttendeeRef) -> None:
    app.config["WTF_CSRF_ENABLED"] = True

    assert send({"code": ada.code, "nonce": "1"}).status_code == 201


def test_people_still_get_pages(client: FlaskClient) -> None:
    assert client.get("/nothing").content_type.startswith("text/html")


def test_speaker_is_named_by_kind(send: Send, meetup: MeetupRef) -> None:
    from eventmatch.domain.states import TicketKind

    grace = add_attendee(meetup, "Grace", kind=TicketKind.SPEAKER, organisation="Lumen")

    assert send({"code": grace.code, "nonce": "1"}).get_json()["attendee"] == {
        "name": "Grace",
        "organisation": "Lumen",
        "kind": "speaker",
    }
