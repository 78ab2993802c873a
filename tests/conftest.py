"""What every test may ask for: an application on a fresh database, and people from the cast."""

import contextvars
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from eventmatch.domain.actor import Actor
from eventmatch.domain.states import MemberRole
from eventmatch.factory import create_app
from eventmatch.models import schema
from eventmatch.models.base import db, write_transaction
from eventmatch.services.sessions import add_session
from eventmatch.settings import read_settings
from tests.cast import AttendeeRef, MeetupRef, add_attendee, add_meetup, add_member


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """Return an application on an empty SQLite file; background work is done at once."""
    made = create_app(read_settings({"EVENTMATCH_INSTANCE": str(tmp_path / "instance")}), embedded_queue=False)
    made.test_client_class = Browser
    made.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    with made.app_context():
        schema.upgrade()
        yield made


class Browser(FlaskClient):
    """A browser without JavaScript whose requests share nothing with the test but the database."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send a request outside the test's own application context, and let the test see what it changed."""
        answer = contextvars.Context().run(super().open, *args, **kwargs)
        db.session.rollback()
        return answer


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Return a browser without JavaScript, signed in as nobody."""
    return app.test_client()


@pytest.fixture
def meetup(app: Flask) -> MeetupRef:
    """Return an event with a front door, a small room and nobody yet."""
    return add_meetup()


@pytest.fixture
def ada(meetup: MeetupRef) -> AttendeeRef:
    """Return Ada, a confirmed attendee who takes part in matching."""
    return add_attendee(
        meetup,
        "Ada Okafor",
        interests=["scrum"],
        asks=["vendor contracts"],
        offers=["hospital moves"],
        glad_to_help=True,
    )


@pytest.fixture
def ben(meetup: MeetupRef) -> AttendeeRef:
    """Return Ben, who can help Ada and whom Ada can help."""
    return add_attendee(
        meetup,
        "Ben Hartwig",
        interests=["scrum"],
        asks=["hospital moves"],
        offers=["vendor contracts"],
        glad_to_help=True,
    )


@pytest.fixture
def oona(meetup: MeetupRef) -> Actor:
    """Return Oona, who owns the organiser."""
    return add_member(meetup, "Oona", MemberRole.OWNER)


@pytest.fixture
def sign_in(client: FlaskClient) -> Callable[[Actor], FlaskClient]:
    """Return a way to sign the client in as somebody, through a real session."""

    def enter(actor: Actor) -> FlaskClient:
        with write_transaction():
            token = add_session(actor.person_id or 0, browser="test", now=datetime.now(UTC))
        with client.session_transaction() as cookie:
            cookie["token"] = token
        return client

    return enter
