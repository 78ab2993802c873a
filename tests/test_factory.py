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
