"""What every test may ask for: an application on a fresh database, and people from the cast."""

import contextlib
import contextvars
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings
from psycopg import sql
from werkzeug.test import TestResponse

from eventmatch.domain.actor import Actor
from eventmatch.domain.states import MemberRole
from eventmatch.factory import create_app
from eventmatch.models import schema
from eventmatch.models.base import db, write_transaction
from eventmatch.services.sessions import add_session
from eventmatch.settings import read_settings
from tests.cast import AttendeeRef, MeetupRef, add_attendee, add_meetup, add_member

settings.register_profile("house", deadline=None)  # a busy machine is no fault of the code
settings.load_profile("house")

POSTGRES = "postgresql://postgres@127.0.0.1:5432"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """Return an application on an empty SQLite file; background work is done at once."""
    with opened({"EVENTMATCH_INSTANCE": str(tmp_path / "instance")}) as made:
        yield made


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def either_app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """Return an application on an empty SQLite file, then one on a scratch PostgreSQL database."""
    environ = {"EVENTMATCH_INSTANCE": str(tmp_path / "instance")}
    if request.param == "postgres":
        environ["EVENTMATCH_DATABASE_URL"] = request.getfixturevalue("postgres_url")
    with opened(environ) as made:
        yield made


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """Return the address of a scratch PostgreSQL database, dropped afterwards."""
    name = f"eventmatch_{uuid.uuid4().hex}"
    try:
        server = psycopg.connect(f"{POSTGRES}/postgres", autocommit=True, connect_timeout=2)
    except psycopg.OperationalError:
        pytest.skip("no PostgreSQL answers at 127.0.0.1:5432")
    with server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield f"{POSTGRES}/{name}"
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextlib.contextmanager
def opened(environ: dict[str, str]) -> Iterator[Flask]:
    """Make an application with all tables for one test."""
    made = create_app(read_settings(environ), embedded_queue=False)
    made.test_client_class = Browser
    made.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    with made.app_context():
        schema.upgrade()
        yield made
        db.session.remove()
        db.engine.dispose()


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
