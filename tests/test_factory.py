"""The application is put together so that what goes wrong tells nothing about people."""

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from eventmatch.models.base import write_transaction
from eventmatch.models.person import PersonEmail
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
