"""Refusals are pages that lead on, whatever was asked."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from eventmatch.domain.actor import Actor
from eventmatch.models.base import write_transaction
from eventmatch.models.person import WebSession
from tests.cast import AttendeeRef


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
