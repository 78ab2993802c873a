"""The short way of a plain scan and the long way through Flask say the same."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask, request_started
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from eventmatch.services import checkin
from tests.cast import AttendeeRef, MeetupRef, add_device, add_meetup

TODAY = datetime.now(UTC)
PLAIN, LONG = "application/json", "application/json; charset=utf-8"


@pytest.fixture
def meetup(app: Flask) -> MeetupRef:
    """Return an event that is on right now, with a device that may scan there."""
    hour = timedelta(hours=1)
    meetup = add_meetup(opens_at=TODAY - hour, starts_at=TODAY - hour, ends_at=TODAY + 8 * hour)
    add_device(meetup)
    return meetup


@pytest.fixture
def asked(app: Flask) -> Iterator[list[str]]:
    """Collect the content types of what Flask is asked."""
    heard: list[str] = []

    def hear(_app: Flask, **_values: Any) -> None:
        from flask import request

        heard.append(request.content_type or "")

    with request_started.connected_to(hear, app):
        yield heard


def send(client: FlaskClient, meetup: MeetupRef, body: Any, kind: str, **options: Any) -> TestResponse:
    """Send a scan with a content type that goes the short way, or the long one."""
    values = {"slug": meetup.slug, "door": meetup.front_door, "token": "emd_Tablet"} | options
    address = "/api/v1/events/{slug}/doors/{door}/scans".format(**values)
    headers = {"Authorization": f"Bearer {values['token']}"}
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post(address, data=data, content_type=kind, headers=headers, base_url=values.get("base_url"))


def told(answer: TestResponse) -> tuple[Any, ...]:
    """Return all of an answer that a device can see, but for the order of its headers."""
    return answer.status, sorted(answer.headers), answer.data


def test_a_plain_scan_never_reaches_flask(
    client: FlaskClient, meetup: MeetupRef, ada: AttendeeRef, asked: list[str]
) -> None:
    first = send(client, meetup, {"code": ada.code, "nonce": "1"}, PLAIN)
    assert (first.get_json()["verdict"], asked) == ("admitted", [])

    again = send(client, meetup, {"code": ada.code, "nonce": "1"}, LONG)
    assert (again.data, asked) == (first.data, [LONG])


def test_an_answer_is_the_same_on_both_ways(client: FlaskClient, meetup: MeetupRef, ada: AttendeeRef) -> None:
    body = {"code": ada.code, "nonce": "1"}
    assert send(client, meetup, body, PLAIN).status_code == 201

    assert told(send(client, meetup, body, PLAIN)) == told(send(client, meetup, body, LONG))


REFUSED: dict[str, tuple[Any, dict[str, Any], int]] = {
    "no reading": ({"nonce": "1"}, {}, 422),
    "no JSON": (b"{", {}, 400),
    "a list": ([], {}, 422),
    "nothing": (b"", {}, 400),
    "unknown token": ({"code": "A", "nonce": "1"}, {"token": "emd_Nobody"}, 401),
    "door that is not its own": ({"code": "A", "nonce": "1"}, {"door": 2**31 - 1}, 404),
    "door that is no row": ({"code": "A", "nonce": "1"}, {"door": 2**31}, 404),
    "other event": ({"code": "A", "nonce": "1"}, {"slug": "elsewhere"}, 404),
    "too large": ({"code": "A", "nonce": "1", "answers": {"why": "x" * 70_000}}, {}, 413),
    "other host": ({"code": "A", "nonce": "1"}, {"base_url": "http://elsewhere.example"}, 400),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_refusal_is_the_same_on_both_ways(name: str, client: FlaskClient, meetup: MeetupRef) -> None:
    body, options, status = REFUSED[name]
    short, long = (send(client, meetup, body, kind, **options) for kind in (PLAIN, LONG))

    assert short.status_code == status
    assert told(short) == told(long)


def test_a_fault_is_owned_up_to_once_and_not_tried_again(
    client: FlaskClient, meetup: MeetupRef, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    tries: list[object] = []

    def fail(*values: object, **_: object) -> None:
        tries.append(values)
        raise KeyError("not for anybody's eyes")

    monkeypatch.setattr(checkin, "scan", fail)

    answer = send(client, meetup, {"code": "A", "nonce": "1"}, PLAIN)

    assert (answer.status_code, len(tries), len(caplog.records)) == (500, 1, 1)
    assert b"eyes" not in answer.data
    assert "eyes" not in caplog.text
