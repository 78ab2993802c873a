"""Statements written in SQLAlchemy, put into a database's words once, and run by its driver: for the door alone.

Session, events and results of SQLAlchemy take several times as long as the four statements of a scan.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import BindParameter, Dialect, Engine, PoolProxiedConnection
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.sql import Executable
from sqlalchemy.types import TypeEngine

Row = tuple[Any, ...]
Turn = Callable[[Any], Any]  # how a value changes on its way


class Direct:
    """A transaction on a connection of the driver's own."""

    __slots__ = ("connection", "cursor", "engine", "said")

    def __init__(self, connection: PoolProxiedConnection, engine: Engine) -> None:
        """Open a cursor for all its statements."""
        self.connection, self.engine = connection, engine
        self.cursor: DBAPICursor = connection.cursor()
        self.said = ""  # the latest statement, for whoever has to explain what went wrong


class Statement:
    """One statement, whatever the values and the database."""

    def __init__(self, build: Callable[[str], Executable]) -> None:
        """Remember how it is built for a kind of database; bind parameters take values when it runs."""
        self._build = build
        self._worded: dict[str, _Worded] = {}

    def rows(self, within: Direct, values: Mapping[str, Any]) -> list[Row]:
        """Run it and return what it returns."""
        dialect = within.engine.dialect
        worded = self._worded.get(dialect.name)
        if worded is None:
            worded = self._worded[dialect.name] = _Worded(self._build(dialect.name), dialect)
        within.said = worded.text
        return worded.run(within.cursor, values)

    def first(self, within: Direct, values: Mapping[str, Any]) -> Row | None:
        """Run it and return its first row, if there is any."""
        rows = self.rows(within, values)
        return rows[0] if rows else None


class _Worded:
    """A statement in the words of one database."""

    def __init__(self, statement: Executable, dialect: Dialect) -> None:
        """Word it, and note which values and columns change on their way."""
        compiled: Any = statement.compile(dialect=dialect)  # type: ignore[attr-defined]  # every one of ours can be
        self.text: str = compiled.string
        names: list[str] = compiled.positiontup or list(compiled.bind_names.values())
        turns = {name: _write(compiled.binds[name], dialect) for name in names}
        fixed = {name: bind.effective_value for name, bind in compiled.binds.items() if not bind.required}
        self._fixed = {name: _turned(turns[name], value) for name, value in fixed.items() if name in turns}
        self._writes = [(name, turn) for name, turn in turns.items() if turn is not None and name not in fixed]
        self._order = compiled.positiontup
        kinds = [column.type for column in getattr(statement, "exported_columns", ())]
        self._reads = [(place, turn) for place, kind in enumerate(kinds) if (turn := _read(kind, dialect)) is not None]
        self._yields = bool(kinds)

    def run(self, cursor: DBAPICursor, values: Mapping[str, Any]) -> list[Row]:
        """Run it with these values."""
        given: Any = {**self._fixed, **values}
        for name, turn in self._writes:
            given[name] = turn(given[name])
        if self._order is not None:
            given = [given[name] for name in self._order]
        cursor.execute(self.text, given)
        return [self._read_row(row) for row in cursor.fetchall()] if self._yields else []

    def _read_row(self, row: Sequence[Any]) -> Row:
        """Return a row as Python knows its values."""
        read = list(row)
        for place, turn in self._reads:
            read[place] = turn(read[place])
        return tuple(read)


def _turned(turn: Turn | None, value: Any) -> Any:
    """Return a value as the driver takes it."""
    return value if turn is None else turn(value)


def _write(bind: BindParameter[Any], dialect: Dialect) -> Turn | None:
    """Return how a value of a parameter is handed to the driver."""
    return bind.type.dialect_impl(dialect).bind_processor(dialect)


def _read(kind: TypeEngine[Any], dialect: Dialect) -> Turn | None:
    """Return how a value of a column is taken from the driver."""
    return kind.dialect_impl(dialect).result_processor(dialect, None)


def of_session(session: Session) -> Direct:
    """Use the driver within a session's own transaction."""
    connection = session.connection()
    return Direct(connection.connection, connection.engine)


@contextmanager
def lent(engine: Engine) -> Iterator[Direct]:
    """Lend a connection of the pool for one transaction, which is undone unless it was committed.

    Raises
    ------
    DBAPIError
        Whatever the driver raises, in SQLAlchemy's words, as everywhere else.
    """
    connection = engine.raw_connection()
    direct = Direct(connection, engine)
    try:
        if engine.dialect.name == "sqlite":
            direct.cursor.execute("BEGIN IMMEDIATE")  # as in models/base.py; psycopg begins by itself
        yield direct
    except engine.dialect.loaded_dbapi.Error as error:
        _drop_if_lost(engine, connection, error)
        raise _in_other_words(direct, error) from error
    finally:
        connection.close()  # gives it back, and undoes what is not committed


def _drop_if_lost(engine: Engine, connection: PoolProxiedConnection, error: Any) -> None:
    """Forget a connection whose database went away, and the others that were open then."""
    if engine.dialect.is_disconnect(error, connection.dbapi_connection, None):
        connection.invalidate(error)
        engine.dispose()


def _in_other_words(direct: Direct, error: Any) -> BaseException:
    """Return a driver's error as SQLAlchemy's, without the values."""
    dialect = direct.engine.dialect
    base = dialect.loaded_dbapi.Error
    said: BaseException = DBAPIError.instance(direct.said, None, error, base, hide_parameters=True, dialect=dialect)
    return said
