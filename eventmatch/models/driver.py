"""Statements written in SQLAlchemy, put into a database's words once, and run by its driver: for the door alone.

Session, events and results of SQLAlchemy take several times as long as the four statements of a scan.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import BindParameter, Dialect, Engine, PoolProxiedConnection, event
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.sql import Executable
from sqlalchemy.types import TypeEngine

STEP_BY_STEP = ("plan_cache_mode = force_generic_plan", "enable_seqscan = off", "random_page_cost = 1")
REMEMBERED = 256  # values of one column
Row = tuple[Any, ...]
Turn = Callable[[Any], Any]  # how a value changes on its way


class Direct:
    """A connection of the driver's own, with the one cursor all statements go through."""

    __slots__ = ("connection", "cursor", "engine", "said")

    def __init__(self, connection: PoolProxiedConnection, engine: Engine) -> None:
        """Open the cursor."""
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
        self._in_order = _picker(compiled.positiontup)
        kinds = [column.type for column in getattr(statement, "exported_columns", ())]
        self._reads = [(place, turn) for place, kind in enumerate(kinds) if (turn := _read(kind, dialect)) is not None]
        self._yields = bool(kinds)

    def run(self, cursor: DBAPICursor, values: Mapping[str, Any]) -> list[Row]:
        """Run it with these values."""
        given: Any = {**self._fixed, **values}
        for name, turn in self._writes:
            given[name] = turn(given[name])
        cursor.execute(self.text, self._in_order(given) if self._in_order else given)
        if not self._yields:
            return []
        rows: Any = cursor.fetchall()
        return [self._read_row(row) for row in rows] if self._reads else rows

    def _read_row(self, row: Sequence[Any]) -> Row:
        """Return a row as Python knows its values."""
        read = list(row)
        for place, turn in self._reads:
            if (value := read[place]) is not None:
                read[place] = turn(value)
        return tuple(read)


def _picker(names: list[str] | None) -> Callable[[Mapping[str, Any]], Sequence[Any]] | None:
    """Return how values are put in order, for drivers that know them by their places."""
    if not names:
        return None
    return itemgetter(*names) if len(names) > 1 else lambda given: [given[names[0]]]


def _turned(turn: Turn | None, value: Any) -> Any:
    """Return a value as the driver takes it."""
    return value if turn is None else turn(value)


def _write(bind: BindParameter[Any], dialect: Dialect) -> Turn | None:
    """Return how a value of a parameter is handed to the driver.

    SQLite gets moments as texts, and a scan names the same one several times: all parameters share what was written.
    """
    turn = bind.type.dialect_impl(dialect).bind_processor(dialect)
    if turn is None or dialect.name != "sqlite" or bind.type.python_type is not datetime:
        return turn
    return _moments.setdefault(dialect, lru_cache(REMEMBERED)(turn))


_moments: WeakKeyDictionary[Dialect, Turn] = WeakKeyDictionary()


def _read(kind: TypeEngine[Any], dialect: Dialect) -> Turn | None:
    """Return how a value of a column is taken from the driver; None is None in all of ours.

    SQLite tells texts where others tell moments and JSON. The same few come back with every scan at a door, so what
    they mean is remembered: nobody changes what is read here.
    """
    turn = kind.dialect_impl(dialect).result_processor(dialect, None)
    return turn and lru_cache(REMEMBERED)(turn) if dialect.name == "sqlite" else turn


def of_session(session: Session) -> Direct:
    """Use the driver within a session's own transaction."""
    connection = session.connection()
    return Direct(connection.connection, connection.engine)


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
    """A connection for one transaction: kept for the next once that is committed, undone where something was raised.

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
                self._direct.cursor.execute("BEGIN IMMEDIATE")  # as in models/base.py; psycopg begins by itself
        except BaseException as error:
            self.__exit__(type(error), error, None)
            raise
        return self._direct

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        """Keep the connection, or undo what was written."""
        if error is None:
            _kept[self._engine].append(self._direct)
            return
        self._undo(lost=self._is_lost(error))
        if isinstance(error, self._engine.dialect.loaded_dbapi.Error):
            raise _in_other_words(self._direct, error) from error

    def _is_lost(self, error: Any) -> bool:
        """Tell whether the database went away."""
        return self._engine.dialect.is_disconnect(error, self._direct.connection.dbapi_connection, None)

    def _undo(self, *, lost: bool) -> None:
        """Take back what was written; a connection that cannot is given up, and with a lost database all of them."""
        connection, fault = self._direct.connection, self._engine.dialect.loaded_dbapi.Error
        try:
            connection.rollback()
        except fault:
            with suppress(fault):
                connection.close()
        else:
            _kept[self._engine].append(self._direct)
        if lost:
            self._engine.dispose()


def _opened(engine: Engine) -> Direct:
    """Open a connection that belongs to no pool.

    PostgreSQL plans each statement once for it, with a step into an index for everything: to find that out took longer
    than to do it, and before it knows how many will come it would rather read all who are there.
    """
    connection = engine.raw_connection()
    connection.detach()
    direct = Direct(connection, engine)
    if engine.dialect.name == "postgresql":
        ours: Any = connection.dbapi_connection
        ours.prepare_threshold, ours.autocommit = 0, True
        for setting in STEP_BY_STEP:
            direct.cursor.execute(f"SET {setting}")
        ours.autocommit = False
    return direct


def _in_other_words(direct: Direct, error: Any) -> BaseException:
    """Return a driver's error as SQLAlchemy's, without the values."""
    dialect = direct.engine.dialect
    base = dialect.loaded_dbapi.Error
    said: BaseException = DBAPIError.instance(direct.said, None, error, base, hide_parameters=True, dialect=dialect)
    return said
