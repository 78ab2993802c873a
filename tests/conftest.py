"""What every test may ask for: an application on a fresh database, and people from the cast."""

import contextlib
import contextvars
import gc
import os
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings
from jinja2.bccache import Bucket, BytecodeCache
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

if TYPE_CHECKING:
    from types import CodeType

settings.register_profile("house", deadline=None)  # a busy machine is no fault of the code
settings.load_profile("house")


class Compiled(BytecodeCache):
    """What templates become, kept for all applications of this process."""

    def __init__(self) -> None:
        """Keep nothing yet."""
        self.kept: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill in what is kept."""
        bucket.code = self.kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        if bucket.code is not None:
            self.kept[bucket.key, bucket.checksum] = bucket.code


COMPILED = Compiled()
POSTGRES = "postgresql://postgres@127.0.0.1:5432"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin the equal stretches of all workers but one with stories: these wait, while that one computes."""
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    tellers = max(workers - 1, 1)
    stories = [list(of_file) for _, of_file in groupby(filter(_is_story, items), lambda item: item.path)]
    others = [item for item in items if not _is_story(item)]
    stretch = len(others) // workers + 1
    items[:] = [
        item
        for worker in range(workers)
        for part in (*_told_by(worker, tellers, stories), others[worker * stretch : (worker + 1) * stretch])
        for item in part
    ]


def _told_by(worker: int, tellers: int, stories: list[list[pytest.Item]]) -> list[list[pytest.Item]]:
    """Return one worker's share of the stories, file by file."""
    return stories[worker::tellers] if worker < tellers else []


def _is_story(item: pytest.Item) -> bool:
    """Tell whether a test drives a browser."""
    return item.get_closest_marker("browser") is not None


def pytest_collection_finish() -> None:
    """Spare what is there for good from every look for garbage: that took an eighth of the time."""
    gc.collect()
    gc.freeze()


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


@pytest.fixture(scope="session")
def postgres_template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the name of a PostgreSQL database with all tables, to be copied: quicker than migrating each."""
    name = f"eventmatch_{uuid.uuid4().hex}"
    try:
        server = psycopg.connect(f"{POSTGRES}/postgres", autocommit=True, connect_timeout=2)
    except psycopg.OperationalError:
        pytest.skip("no PostgreSQL answers at 127.0.0.1:5432")
    environ = {"EVENTMATCH_INSTANCE": str(tmp_path_factory.mktemp("template"))}
    with server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        shape(environ | {"EVENTMATCH_DATABASE_URL": f"{POSTGRES}/{name}"})
        yield name
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def postgres_url(postgres_template: str) -> Iterator[str]:
    """Return the address of a PostgreSQL database with all tables and nothing in them, dropped afterwards."""
    name, template = sql.Identifier(made := f"eventmatch_{uuid.uuid4().hex}"), sql.Identifier(postgres_template)
    with psycopg.connect(f"{POSTGRES}/postgres", autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(name, template))
        yield f"{POSTGRES}/{made}"
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


@cache
def tables() -> bytes:
    """Return a SQLite file with all tables, made once: migrations take longer than most tests."""
    with TemporaryDirectory() as folder:
        shape({"EVENTMATCH_INSTANCE": folder})
        return (Path(folder) / "eventmatch.db").read_bytes()


def shape(environ: dict[str, str]) -> None:
    """Migrate a database, and leave it."""
    with create_app(read_settings(environ), embedded_queue=False).app_context():
        schema.upgrade()
        db.session.remove()
        db.engine.dispose()


@contextlib.contextmanager
def opened(environ: dict[str, str]) -> Iterator[Flask]:
    """Make an application with all tables for one test; a database that is there already is taken as it is."""
    file = Path(environ["EVENTMATCH_INSTANCE"]) / "eventmatch.db"
    if "EVENTMATCH_DATABASE_URL" not in environ and not file.exists():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.write_bytes(tables())
    made = create_app(read_settings(environ), embedded_queue=False)
    made.test_client_class = Browser
    made.jinja_env.bytecode_cache = COMPILED
    made.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    with made.app_context():
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
