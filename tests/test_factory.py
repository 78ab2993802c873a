"""The application is put together so that what goes wrong tells nothing about people."""

from contextlib import nullcontext
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from eventmatch.factory import create_app
from eventmatch.models.base import db, write_transaction
from eventmatch.models.person import PersonEmail
from eventmatch.settings import read_settings
from tests.cast import NINE, AttendeeRef


def test_a_failed_statement_is_told_without_what_people_typed(app: Flask, ada: AttendeeRef) -> None:
    twice = PersonEmail(person_id=ada.person_id, address=ada.email, verified_at=NINE)

    with app.app_context(), pytest.raises(IntegrityError) as caught, write_transaction() as session:
        session.add(twice)
    assert "person_email" in str(caught.value)
    assert ada.email not in str(caught.value)


def test_the_second_of_two_who_write_the_same_is_told_so_and_the_log_names_nobody(
    app: Flask, ada: AttendeeRef, caplog: pytest.LogCaptureFixture
) -> None:
    @app.post("/twice")
    def twice() -> str:
        with write_transaction() as session:
            session.add(PersonEmail(person_id=ada.person_id, address=ada.email, verified_at=NINE))
        return "written"

    assert app.test_client().post("/twice").status_code == 409
    assert "person_email" in caplog.text
    assert ada.email not in caplog.text


@pytest.mark.parametrize("reads", [True, False])
def test_a_missing_table_is_a_fault_on_pages_and_logged_once(
    either_app: Flask, caplog: pytest.LogCaptureFixture, *, reads: bool
) -> None:
    @either_app.get("/broken")
    def broken() -> str:
        with nullcontext(db.session) if reads else write_transaction() as session:
            session.execute(text("SELECT 1 FROM no_such_table"))
        return "done"

    assert either_app.test_client().get("/broken").status_code == 500
    assert [record.levelname for record in caplog.records] == ["ERROR"]


@pytest.fixture
def unreachable(tmp_path: Path) -> Flask:
    """Return an application whose PostgreSQL does not answer: nobody listens on port 1."""
    address = "postgresql://oona@127.0.0.1:1/meet"
    settings = {"EVENTMATCH_INSTANCE": str(tmp_path), "EVENTMATCH_DATABASE_URL": address}
    return create_app(read_settings(settings), embedded_queue=False)


def test_a_database_out_of_reach_is_busy_on_pages_and_for_devices(
    unreachable: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    client = unreachable.test_client()

    page = client.get("/e/meetup")
    answer = client.post("/api/v1/events/meetup/doors/1/scans", json={}, headers={"Authorization": "Bearer x"})

    assert (page.status_code, page.headers["Retry-After"]) == (503, "2")
    assert (answer.status_code, answer.json["error"]["code"]) == (503, "busy")  # type: ignore[index]  # it is JSON
    assert [record.levelname for record in caplog.records] == ["WARNING"] * 2
    assert "127.0.0.1" not in caplog.text
