"""Statements written in SQLAlchemy, put into a database's words once, and run by its driver: for the door alone.

Session, events and results of SQLAlchemy take several times as long as the four statements of a scan.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from itertools import starmap
from operator import itemgetter
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import (
    JSON,
    BindParameter,
    Boolean,
    ColumnElement,
    Dialect,
    FromClause,
    Select,
    Text,
    bindparam,
    cast,
    column,
    func,
    literal_column,
    select,
    true,
)
from sqlalchemy.sql import Executable
from sqlalchemy.types import TypeEngine

from eventmatch.models.base import UTCDateTime
from eventmatch.models.driver import Direct
from eventmatch.models.libpq import BOOL

REMEMBERED = 256  # values of one column
Row = tuple[Any, ...]
Values = Mapping[str, Any]
Turn = Callable[[Any], Any]  # how a value changes on its way


class Statement:
    """One statement, whatever the values and the database."""

    def __init__(self, build: Callable[[str], Executable]) -> None:
        """Remember how it is built for a kind of database; bind parameters take values when it runs."""
        self._build = build
        self._worded: dict[str, _Worded] = {}

    def rows(self, within: Direct, values: Values) -> list[Row]:
        """Run it and return what it returns."""
        dialect = within.engine.dialect
        worded = self._worded.get(dialect.name)
        if worded is None:
            worded = self._worded[dialect.name] = _Worded(self._build(dialect.name), dialect)
        return worded.run(within, values)


class Given:
    """The values a statement is run with once after the other: as parameters, or as rows of one JSON text."""

    def __init__(self, kinds: Mapping[str, TypeEngine[Any]], *, many: bool) -> None:
        """Name the values with their types."""
        self._rows = _rows_of(kinds) if many else None
        self._values: dict[str, ColumnElement[Any]] = {
            name: literal_column(f"given.{name}", kind) if many else bindparam(name, type_=kind)
            for name, kind in kinds.items()
        }

    def __getitem__(self, name: str) -> ColumnElement[Any]:
        """Return a value to be used in a statement."""
        return self._values[name]

    def each(self, query: Select[*Row]) -> Select[*Row]:
        """Ask a query that uses the values once for each row of them."""
        if self._rows is None:
            return query
        found = query.lateral("found")
        return select(*found.c).select_from(self._rows).join(found, true())


def _rows_of(kinds: Mapping[str, TypeEngine[Any]]) -> FromClause:
    """Return the rows that PostgreSQL reads from a text."""
    rows = func.json_to_recordset(cast(bindparam("rows", type_=Text), JSON))
    columns = starmap(column, kinds.items())
    return rows.table_valued(*columns).render_derived("given", with_types=True)


class ForEach:
    """A statement that is run for several sets of values: PostgreSQL takes them all at once, as the way there is long.

    What it returns tells by itself to which of them it belongs.
    """

    def __init__(self, build: Callable[[str, Given], Executable], kinds: Mapping[str, TypeEngine[Any]]) -> None:
        """Remember how it is built, and the types of the values that differ."""
        self._one = Statement(lambda dialect: build(dialect, Given(kinds, many=False)))
        self._many = Statement(lambda dialect: build(dialect, Given(kinds, many=True)))

    def rows(self, within: Direct, shared: Values, each: Sequence[Values]) -> list[Row]:
        """Run it with the values all of them share, and with each one's own."""
        if len(each) > 1 and within.engine.dialect.name == "postgresql":
            return self._many.rows(within, {**shared, "rows": _write_rows(each)})
        return [row for values in each for row in self._one.rows(within, {**shared, **values})]


@lru_cache(REMEMBERED)
def _moment(at: datetime) -> str:
    """Write a moment as every server reads it, whatever zone somebody's clock believes in."""
    return at.astimezone(UTC).isoformat()


_write_rows = json.JSONEncoder(check_circular=False, separators=(",", ":"), default=_moment).encode


class _Worded:
    """A statement in the words of one database."""

    def __init__(self, statement: Executable, dialect: Dialect) -> None:
        """Word it, and note which values and columns change on their way."""
        compiled: Any = statement.compile(dialect=_numbered(dialect))  # type: ignore[attr-defined]  # every one of ours
        self.text: str = compiled.string
        names: list[str] = compiled.positiontup
        self._types = [BOOL if isinstance(compiled.binds[name].type, Boolean) else 0 for name in names]
        turns = {name: _write(compiled.binds[name], dialect) for name in names}
        fixed = {name: bind.effective_value for name, bind in compiled.binds.items() if not bind.required}
        self._fixed = {name: _turned(turns[name], value) for name, value in fixed.items() if name in turns}
        self._writes = [(name, turn) for name, turn in turns.items() if turn is not None and name not in fixed]
        self._in_order = _picker(names)
        kinds = [column.type for column in getattr(statement, "exported_columns", ())]
        self._reads = [(place, turn) for place, kind in enumerate(kinds) if (turn := _read(kind, dialect)) is not None]

    def run(self, within: Direct, values: Values) -> list[Row]:
        """Run it with these values."""
        given: Any = {**self._fixed, **values}
        for name, turn in self._writes:
            given[name] = turn(given[name])
        rows = within.run(self.text, self._types, self._in_order(given))
        return [self._read_row(row) for row in rows] if self._reads else rows

    def _read_row(self, row: Sequence[Any]) -> Row:
        """Return a row as Python knows its values."""
        read = list(row)
        for place, turn in self._reads:
            if (value := read[place]) is not None:
                read[place] = turn(value)
        return tuple(read)


def _numbered(dialect: Dialect) -> Dialect:
    """Return a dialect whose values are known by their places, as the drivers themselves know them."""
    kind: Any = type(dialect)
    return kind(paramstyle="numeric_dollar") if dialect.name == "postgresql" else dialect


def _picker(names: list[str]) -> Callable[[Values], Sequence[Any]]:
    """Return how values are put in order."""
    if len(names) > 1:
        return itemgetter(*names)
    return lambda given: [given[name] for name in names]


def _turned(turn: Turn | None, value: Any) -> Any:
    """Return a value as the driver takes it."""
    return value if turn is None else turn(value)


def _write(bind: BindParameter[Any], dialect: Dialect) -> Turn | None:
    """Return how a value of a parameter is handed to the driver.

    SQLite gets moments as texts, and a scan names the same one several times: all parameters share what was written.
    """
    turn = bind.type.dialect_impl(dialect).bind_processor(dialect)
    if turn is None or dialect.name != "sqlite" or not isinstance(bind.type, UTCDateTime):
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
