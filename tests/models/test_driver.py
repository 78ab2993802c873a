"""The door's own connections: kept from scan to scan, given up with what they were connected to."""

import pytest
from flask import Flask
from sqlalchemy import func, literal, select
from sqlalchemy.exc import DBAPIError

from eventmatch.domain.errors import Busy
from eventmatch.models.base import db, direct_transaction
from eventmatch.models.driver import Direct
from eventmatch.models.organiser import Organiser
from eventmatch.models.statement import Statement

_ONE = Statement(lambda _: select(literal(1)))


def connection_of_one() -> object:
    """Use a connection, and return it."""
    with direct_transaction() as direct:
        assert _ONE.rows(direct, {}) == [(1,)]
    return direct.connection.dbapi_connection


def fail_after(act: str) -> None:
    """Add somebody, do what fails, and raise."""
    with direct_transaction() as direct:
        direct.run("INSERT INTO organiser (name, created_at) VALUES ('x', '2027-01-01 00:00:00')")
        direct.run(act)


def organisers() -> int:
    """Count what was stored."""
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Organiser)) or 0


def test_the_next_scan_takes_the_same_connection(either_app: Flask) -> None:
    assert connection_of_one() is connection_of_one()


def test_a_statement_that_fails_undoes_all_and_spoils_nothing(either_app: Flask) -> None:
    before = connection_of_one()

    with pytest.raises(DBAPIError):
        fail_after("SELECT nothing FROM nowhere")

    assert organisers() == 0
    assert connection_of_one() is before


def test_two_in_one_thread_cannot_be(app: Flask) -> None:
    with direct_transaction(), pytest.raises(RuntimeError), direct_transaction():
        pass


def test_connections_go_with_the_engine(either_app: Flask) -> None:
    with direct_transaction() as direct:
        pass

    db.engine.dispose()

    assert_closed(direct)
    connection_of_one()


def assert_closed(direct: Direct) -> None:
    """Assert that nothing can be asked any more."""
    with pytest.raises(Exception, match=r"(?i)closed|None"):
        direct.run("SELECT 1")


@pytest.mark.postgres
def test_a_lost_server_is_busy_and_then_back(either_app: Flask) -> None:
    if db.engine.dialect.name != "postgresql":
        pytest.skip("SQLite has no server")
    connection_of_one()

    with pytest.raises(Busy):
        fail_after("SELECT pg_terminate_backend(pg_backend_pid())")

    assert organisers() == 0
    connection_of_one()
