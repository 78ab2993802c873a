"""Refusals are pages that lead on, whatever was asked."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from eventmatch.domain.actor import Actor
from eventmatch.models.base import write_transaction
from eventmatch.models.person import WebSession
from tests.cast import AttendeeRef

CANARY = "canary@example.org"
log = logging.getLogger(__name__)


@pytest.mark.parametrize("path", ["/", "/sign-in", "/static/css/base.css", "/api/v1/nothing"])
def test_a_foreign_host_name_is_refused_without_a_fault(path: str, client: FlaskClient) -> None:
    answer = client.get(path, headers={"Host": "evil.example"})

    assert answer.status_code == 400
    assert "<" not in answer.text  # no page: none of its addresses could be made


def test_who_must_sign_in_for_an_act_is_led_to_a_page_that_exists(
    ada: AttendeeRef, sign_in: Callable[[Actor], FlaskClient]
) -> None:
    browser = sign_in(ada.actor)
    with write_transaction() as session:
        session.execute(update(WebSession).values(created_at=datetime.now(UTC) - timedelta(days=1)))

    answer = browser.post("/me/addresses", data={"email": "ada.private@example.net"})

    assert answer.headers["Location"] == "/sign-in?next=/me"


def failing_with(words: str) -> Callable[[], str]:
    """Return a view that fails with somebody's words."""

    def fail() -> str:
        raise RuntimeError(words)

    return fail


@pytest.mark.parametrize("path", ["/failing", "/api/v1/failing"])
def test_a_fault_is_logged_without_what_people_typed(path: str, app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    app.add_url_rule(path, view_func=failing_with(CANARY))

    answer = app.test_client().get(path)

    assert answer.status_code == 500
    assert "RuntimeError" in caplog.text
    assert CANARY not in caplog.text + answer.text


def test_a_fault_after_the_answer_is_logged_without_what_people_typed(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False  # as in production
    app.after_request(lambda _: failing_with(CANARY)())

    app.test_client().get("/sign-in")

    assert "RuntimeError" in caplog.text
    assert CANARY not in caplog.text


def test_control_a_fault_as_it_comes_would_tell_what_people_typed(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(RuntimeError) as caught:
        failing_with(CANARY)()

    log.error("a request failed", exc_info=caught.value)

    assert CANARY in caplog.text
