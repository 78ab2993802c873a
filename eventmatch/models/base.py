"""The database: one typed base, one way to write, and UTC in and out."""

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import BigInteger, Connection, DateTime, Dialect, Engine, Enum, MetaData, TypeDecorator, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Session, registry

from eventmatch.models.driver import Direct, Lent, forget_kept, keep_connections
from eventmatch.models.refusals import as_busy
from eventmatch.models.writer_lock import WriterLock

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


# Closed sets are kept as their words, with a CHECK that names them.
WORDS = Enum(
    StrEnum,
    native_enum=False,
    length=30,
    create_constraint=True,
    values_callable=lambda kind: [word.value for word in kind],
)
MILLISECONDS = BigInteger()  # a month of them is more than four bytes hold


PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "busy_timeout=5000",
    "secure_delete=ON",
    "wal_autocheckpoint=4000",  # pages; the same few are written by every scan, and moved over more rarely this way
)


class UTCDateTime(TypeDecorator[datetime]):
    """A moment in UTC: aware in Python, whatever the database can keep."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware moment into UTC; a naive one is a mistake of ours."""
        if value is not None and value.tzinfo is None:
            message = "a moment without a time zone cannot be stored"
            raise ValueError(message)
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the zone back to databases that forget it."""
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """Our tables; typed columns, named constraints, UTC moments."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMING), type_annotation_map={datetime: UTCDateTime, StrEnum: WORDS}
    )


db = SQLAlchemy(model_class=Base)


_writers: WeakKeyDictionary[Engine, AbstractContextManager[None]] = WeakKeyDictionary()
_changes: WeakKeyDictionary[Engine, int] = WeakKeyDictionary()


def changes(engine: Engine) -> int:
    """Count what this process has written beside scans: what is remembered for a while is remembered until then."""
    return _changes.get(engine, 0)


def note_change(engine: Engine) -> None:
    """Let everything be looked up anew: something else than one scan was written, or a scan undone."""
    _changes[engine] = changes(engine) + 1


def _begin_anew() -> None:
    """Leave all connections to the process this one was forked from."""
    for engine in list(_writers):
        forget_kept(engine)
        engine.dispose(close=False)


os.register_at_fork(after_in_child=_begin_anew)


def prepare(engine: Engine) -> None:
    """Set an engine up for us: on SQLite durable commits, foreign keys and the one-writer lock."""
    if engine in _writers:
        return
    keep_connections(engine)
    if engine.dialect.name != "sqlite":
        _writers[engine] = nullcontext()  # locks rows, not everything
        return
    _writers[engine] = WriterLock(Path(f"{engine.url.database}.lock"))
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)


def _on_connect(connection: sqlite3.Connection, _record: object) -> None:
    """Leave BEGIN to us, and acknowledge only what survives a power cut."""
    connection.isolation_level = None
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _on_begin(connection: Connection) -> None:
    """Begin as a writer where a write was announced: upgrading a read later fails at once, whatever the timeout."""
    immediate = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


class _Open(threading.local):
    """The write transaction open in this thread: what waits for its commit, or nothing where none is open."""

    afterwards: list[Callable[[], Any]] | None = None


_open = _Open()


@contextmanager
def write_transaction() -> Iterator[Session]:
    """Write, all or nothing: the one way to change anything.

    Ends any read transaction of this session first, so objects loaded before are read again when touched.
    Cannot be nested: one verb, one transaction.

    Raises
    ------
    Busy
        If the database is locked, full or restarting; nothing was written.
    """
    session = db.session()
    end_reading()
    with _alone(session), _writers[db.engine], _refusals_as_busy:
        session.connection(execution_options={"writes": True})  # begins at once: the first statement holds the lock
        try:
            yield session
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            note_change(db.engine)


@contextmanager
def direct_transaction() -> Iterator[Direct]:
    """Write as in write_transaction, with all it promises, but through the driver: for the door, where time counts."""
    engine = db.engine
    with _alone(end_reading()), _writers[engine], _refusals_as_busy:
        try:
            with Lent(engine) as direct:
                yield direct
                direct.transaction.commit()
        except BaseException:
            note_change(engine)
            raise


def end_reading() -> Session | None:
    """End what this thread has been reading, and return its session if it has one; a write must not be open."""
    if _open.afterwards is not None:
        message = "a write transaction is already open"
        raise RuntimeError(message)
    if not db.session.registry.has():
        return None
    session = db.session()
    session.rollback()
    return session


@contextmanager
def _alone(session: Session | None) -> Iterator[None]:
    """Count as the one write transaction of this thread; then do what waited for it to be stored."""
    afterwards = _open.afterwards = []
    if session is not None:
        session.info["after_commit"] = afterwards
    try:
        yield
    finally:
        _open.afterwards = None
    for act in afterwards:
        act()


class _RefusalsAsBusy:
    """Says in our words that the database refused for now; what is broken goes on as the fault it is."""

    def __enter__(self) -> None:
        """Listen."""

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        """Word what was raised."""
        if isinstance(error, OperationalError) and (busy := as_busy(error)) is not None:
            raise busy from error


_refusals_as_busy = _RefusalsAsBusy()


def after_commit(act: Callable[[], Any]) -> None:
    """Do something once the open write transaction is safely stored, and not at all if it is not."""
    if _open.afterwards is None:
        message = "no write transaction is open"
        raise RuntimeError(message)
    _open.afterwards.append(act)
