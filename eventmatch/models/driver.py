"""The door's way to a database: its driver, on connections of the door's own."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Protocol
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, PoolProxiedConnection, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from eventmatch.models.libpq import Libpq

STEP_BY_STEP = ("plan_cache_mode = force_generic_plan", "enable_seqscan = off", "random_page_cost = 1")
Run = Callable[[str, Sequence[int], Sequence[Any]], list[tuple[Any, ...]]]  # a statement, types, values


class Transaction(Protocol):
    """Whatever ends a transaction by storing it."""

    def commit(self) -> None:
        """Store what was written."""


class Direct:
    """A connection of the driver's own, the way statements go through it, and what ends their transaction."""

    __slots__ = ("_run", "connection", "engine", "transaction")

    def __init__(self, connection: PoolProxiedConnection, engine: Engine, run: Run, transaction: Transaction) -> None:
        """Take the connection."""
        self.connection, self.engine, self._run, self.transaction = connection, engine, run, transaction

    def run(self, text: str, types: Sequence[int] = (), values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run a statement in the database's own words, and return what it returns.

        Raises
        ------
        DBAPIError
            Whatever the driver raises, in SQLAlchemy's words, as everywhere else.
        """
        try:
            return self._run(text, types, values)
        except self.engine.dialect.loaded_dbapi.Error as error:
            raise _in_other_words(self.engine, text, error) from error


def of_session(session: Session) -> Direct:
    """Use the driver within a session's own transaction."""
    connection = session.connection()
    driver, own = connection.dialect.loaded_dbapi, connection.connection
    plain = own.cursor() if connection.dialect.name == "sqlite" else driver.RawCursor(own.driver_connection)
    return Direct(own, connection.engine, _through(plain), own)


def _through(cursor: Any) -> Run:
    """Run statements through a cursor, which sees types by itself."""

    def run(text: str, _types: Sequence[int], values: Sequence[Any]) -> list[tuple[Any, ...]]:
        cursor.execute(text, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall() if cursor.description else []
        return rows

    return run


_kept: WeakKeyDictionary[Engine, list[Direct]] = WeakKeyDictionary()


def keep_connections(engine: Engine) -> None:
    """Keep connections between transactions, until the engine lets go of its own: a pool takes longer than a scan."""
    _kept[engine] = []
    event.listen(engine, "engine_disposed", close_kept)


def forget_kept(engine: Engine) -> None:
    """Leave the connections to the process this one was forked from."""
    _kept[engine] = []


def close_kept(engine: Engine) -> None:
    """Close the connections that nobody uses now."""
    kept = _kept[engine]
    while kept:
        kept.pop().connection.close()


class Lent:
    """A connection for one transaction: kept for the next once that is committed, given up where something was raised.

    Raises
    ------
    DBAPIError
        Whatever the driver raises, in SQLAlchemy's words, as everywhere else.
    """

    __slots__ = ("_direct", "_engine")

    def __init__(self, engine: Engine) -> None:
        """Prepare for a database."""
        self._engine = engine

    def __enter__(self) -> Direct:
        """Begin."""
        kept = _kept[self._engine]
        try:
            self._direct = kept.pop()
        except IndexError:
            self._direct = _opened(self._engine)
        try:
            if self._engine.dialect.name == "sqlite":
                self._direct.run("BEGIN IMMEDIATE")  # as in models/base.py; PostgreSQL begins by itself
        except BaseException as error:
            self.__exit__(type(error), error, None)
            raise
        return self._direct

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        """Keep the connection, or undo what was written."""
        if error is None:
            _kept[self._engine].append(self._direct)
            return
        _give_up(self._direct.connection, self._engine, getattr(error, "orig", error))
        if isinstance(error, self._engine.dialect.loaded_dbapi.Error):
            raise _in_other_words(self._engine, "COMMIT", error) from error


def _give_up(connection: PoolProxiedConnection, engine: Engine, error: Any) -> None:
    """Take back what was written, and close a connection; if the database went away, all of them."""
    lost = engine.dialect.is_disconnect(error, connection.dbapi_connection, None)
    with suppress(engine.dialect.loaded_dbapi.Error):
        connection.rollback()
    with suppress(engine.dialect.loaded_dbapi.Error):
        connection.close()
    if lost:
        engine.dispose()


def _opened(engine: Engine) -> Direct:
    """Open a connection that belongs to no pool.

    PostgreSQL plans each statement once for it, with a step into an index for everything: to find that out took longer
    than to do it, and before it knows how many will come it would rather read all who are there.
    """
    connection = engine.raw_connection()
    connection.detach()
    if engine.dialect.name == "sqlite":
        return Direct(connection, engine, _through(connection.cursor()), connection)
    ours: Any = connection.dbapi_connection
    psycopg: Any = engine.dialect.loaded_dbapi
    try:
        ours.autocommit = True
        for setting in STEP_BY_STEP:
            ours.execute(f"SET {setting}")
        ours.autocommit = False
    except psycopg.Error as error:  # it lay in the pool while the server went away
        _give_up(connection, engine, error)
        raise _in_other_words(engine, "SET", error) from error
    libpq = Libpq(ours, psycopg)
    return Direct(connection, engine, libpq.run, libpq)


def _in_other_words(engine: Engine, said: str, error: Any) -> BaseException:
    """Return a driver's error as SQLAlchemy's, without the values."""
    base = engine.dialect.loaded_dbapi.Error
    told: BaseException = DBAPIError.instance(said, None, error, base, hide_parameters=True, dialect=engine.dialect)
    return told
