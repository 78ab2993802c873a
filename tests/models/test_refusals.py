"""What the database refuses for now is Busy and one line in the log; what is broken goes on as the fault it is."""

import logging
import sqlite3
from collections.abc import Iterator

import psycopg
import pytest
from flask import Flask
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError, OperationalError

from eventmatch.domain.errors import Busy
from eventmatch.models.base import db, write_transaction
from eventmatch.models.organiser import Organiser
from eventmatch.models.refusals import as_busy
from tests.cast import NINE

CANARY = "canary@example.org"


def sqlite_error(code: int | None) -> OperationalError:
    """Return an error as SQLite's driver raises it; one without a code is the driver's own."""
    error = sqlite3.OperationalError(CANARY)
    if code is not None:
        error.sqlite_errorcode = code
    return OperationalError(None, None, error)


def postgres_error(state: str | None) -> OperationalError:
    """Return an error as PostgreSQL's driver raises it; one without a state never reached the server."""
    kind = psycopg.errors.lookup(state) if state else psycopg.OperationalError
    return OperationalError(None, None, kind(CANARY))


WAIT = [
    *map(sqlite_error, [sqlite3.SQLITE_BUSY, sqlite3.SQLITE_BUSY_SNAPSHOT, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL]),
    *map(postgres_error, [None, "08006", "40001", "40P01", "53100", "53300", "55P03", "57014", "57P01", "57P03"]),
]
BROKEN = [
    *map(sqlite_error, [None, sqlite3.SQLITE_ERROR, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY]),
    *map(postgres_error, ["42P01", "55006", "55000", "58030", "F0000"]),
]


@pytest.mark.parametrize("error", WAIT, ids=lambda error: repr(error.orig)[:20])
def test_what_may_work_in_a_moment_is_busy_and_one_line_without_values(
    error: OperationalError, caplog: pytest.LogCaptureFixture
) -> None:
    assert isinstance(as_busy(error), Busy)

    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert CANARY not in caplog.text
    assert len(caplog.text.strip().splitlines()) == 1


@pytest.mark.parametrize("error", BROKEN)
def test_what_is_broken_is_not_busy(error: OperationalError, caplog: pytest.LogCaptureFixture) -> None:
    assert as_busy(error) is None
    assert caplog.text == ""


def write(statement: str) -> None:
    """Run a statement as a service would."""
    with write_transaction() as session:
        session.execute(text(statement))


def test_a_missing_table_is_a_fault(either_app: Flask) -> None:
    with pytest.raises(DBAPIError, match="no_such_table"):
        write("INSERT INTO no_such_table VALUES (1)")


def test_a_full_disk_is_busy(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    db.session.execute(text("PRAGMA max_page_count=1"))  # no page more than there are

    with pytest.raises(Busy), write_transaction() as session:
        session.execute(insert(Organiser).values(name="x" * 10**6, created_at=NINE))

    assert "SQLITE_FULL" in caplog.text


@pytest.fixture
def locked(either_app: Flask) -> Iterator[str]:
    """Hold what the next writer needs, and return what the database says of it."""
    postgres = db.engine.dialect.name == "postgresql"
    begin = "LOCK TABLE organiser" if postgres else "PRAGMA busy_timeout=0"
    with db.engine.connect() as other:
        other.execution_options(writes=True).execute(text(begin))
        db.session.execute(text("SET lock_timeout = 50" if postgres else "PRAGMA busy_timeout=50"))
        db.session.commit()
        yield "SQLSTATE 55P03" if postgres else "SQLITE_BUSY"


def test_a_lock_that_another_holds_is_busy(locked: str, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(Busy):
        write("DELETE FROM organiser")

    assert caplog.text.count(locked) == 1


@pytest.mark.postgres
def test_a_server_that_goes_down_is_busy_and_then_back(either_app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    if db.engine.dialect.name != "postgresql":
        pytest.skip("SQLite has no server")

    with pytest.raises(Busy):
        write("SELECT pg_terminate_backend(pg_backend_pid())")

    write("DELETE FROM organiser")
    assert len(caplog.records) == 1
