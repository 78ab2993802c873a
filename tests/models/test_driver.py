"""The door's own connections: kept from scan to scan, given up with what they were connected to."""

import pytest
from flask import Flask
from sqlalchemy import Engine, String, bindparam, func, literal, select, text
from sqlalchemy.exc import DBAPIError

from eventmatch.domain.errors import Busy
from eventmatch.domain.faults import named
from eventmatch.models.base import db, direct_transaction, write_transaction
from eventmatch.models.driver import Direct, of_session
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


def test_a_statement_that_fails_undoes_all_and_gives_its_connection_up(either_app: Flask) -> None:
    before = connection_of_one()

    with pytest.raises(DBAPIError):
        fail_after("SELECT nothing FROM nowhere")

    assert organisers() == 0
    assert connection_of_one() is not before


def test_within_a_session_errors_have_the_same_words(either_app: Flask) -> None:
    with pytest.raises(DBAPIError), write_transaction() as session:
        of_session(session).run("SELECT nothing FROM nowhere")


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


@pytest.fixture
def server(either_app: Flask) -> Engine:
    """Return the engine of an application on PostgreSQL."""
    engine = db.engine
    if engine.dialect.name != "postgresql":
        pytest.skip("SQLite has no server")
    return engine


@pytest.mark.postgres
@pytest.mark.usefixtures("server")
def test_what_a_session_left_prepared_is_no_trouble() -> None:
    for _ in range(10):  # as often as psycopg wants to see a statement before it prepares it
        db.session.scalars(select(Organiser.name)).all()
    db.session.commit()
    db.session.remove()
    connection_of_one()

    with pytest.raises(DBAPIError):
        fail_after("SELECT nothing FROM nowhere")

    connection_of_one()


@pytest.mark.postgres
@pytest.mark.usefixtures("server")
def test_a_changed_table_fails_one_scan_at_most() -> None:
    names = Statement(lambda _: select(Organiser.name))
    with direct_transaction() as direct:
        names.rows(direct, {})
    with write_transaction() as session:
        session.execute(text("ALTER TABLE organiser ALTER name TYPE varchar(400)"))

    with pytest.raises(DBAPIError), direct_transaction() as direct:
        names.rows(direct, {})

    with direct_transaction() as direct:
        assert names.rows(direct, {}) == []


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("refused", "said"),
    [
        ("INSERT INTO device_door (device_id, door_id) VALUES (1, 1)", "23503 at fk_device_door"),
        ("DO $$ BEGIN RAISE EXCEPTION 'ours' USING ERRCODE = 'EM001'; END $$", "EM001"),
    ],
)
@pytest.mark.usefixtures("server")
def test_a_refusal_keeps_its_state_and_what_it_is_about(refused: str, said: str) -> None:
    with pytest.raises(DBAPIError) as raised:
        fail_after(refused)

    assert said in named(raised.value)


@pytest.mark.postgres
@pytest.mark.usefixtures("server")
def test_no_value_stands_in_a_statement_that_servers_log() -> None:
    echo = Statement(lambda _: select(bindparam("code", type_=String)))
    at_work = text("SELECT query FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in %'")

    with direct_transaction() as direct:
        assert echo.rows(direct, {"code": "a private code"}) == [("a private code",)]
        [shown] = db.session.scalars(at_work)

    assert "SELECT $1" in shown
    assert "private" not in shown


@pytest.mark.postgres
def test_connections_that_died_in_the_pool_are_busy_and_then_back(server: Engine) -> None:
    db.session.remove()
    server.dispose()
    with server.connect() as first, server.connect() as second:
        number = second.scalar(text("SELECT pg_backend_pid()"))
        second.rollback()
        first.execute(text("SELECT pg_terminate_backend(:number)"), {"number": number})
        first.rollback()

    with pytest.raises(Busy):
        connection_of_one()

    connection_of_one()


@pytest.mark.postgres
@pytest.mark.usefixtures("server")
def test_a_lost_server_is_busy_and_then_back() -> None:
    connection_of_one()

    with pytest.raises(Busy):
        fail_after("SELECT pg_terminate_backend(pg_backend_pid())")

    assert organisers() == 0
    connection_of_one()
