"""What goes to the database, heard at its driver: not what SQLAlchemy believes it asked for."""

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from psycopg.pq import Trace
from sqlalchemy import Engine, event

from eventmatch.models.driver import close_kept

_DONE = re.compile(r'^B\t\d+\tCommandComplete\t "(\w+)', re.MULTILINE)


@contextmanager
def heard(engine: Engine) -> Iterator[list[str]]:
    """Collect the first word of every statement that runs meanwhile, BEGIN and COMMIT included."""
    words: list[str] = []
    listen = _to_sqlite if engine.dialect.name == "sqlite" else _to_postgresql
    with listen(engine, words):
        yield words


@contextmanager
def _to_sqlite(engine: Engine, words: list[str]) -> Iterator[None]:
    """Listen to the library itself."""

    def begin(connection: Any, *_: object) -> None:
        connection.set_trace_callback(lambda statement: words.append(statement.split()[0]))

    def end(connection: Any, *_: object) -> None:
        connection.set_trace_callback(None)

    with _listening(engine, begin, end):
        yield


@contextmanager
def _to_postgresql(engine: Engine, words: list[str]) -> Iterator[None]:
    """Listen to the protocol: what the server says it has completed."""
    with tempfile.TemporaryFile() as file:

        def begin(connection: Any, *_: object) -> None:
            connection.pgconn.trace(file.fileno())
            connection.pgconn.set_trace_flags(Trace.SUPPRESS_TIMESTAMPS)

        def end(connection: Any, *_: object) -> None:
            connection.pgconn.untrace()

        with _listening(engine, begin, end):
            yield
        file.seek(0)
        done = _DONE.findall(file.read().decode(errors="replace"))
        words += [word for word in done if word != "SET"]  # how a new connection begins


@contextmanager
def _listening(engine: Engine, begin: Any, end: Any) -> Iterator[None]:
    """Begin with every connection that is lent, and end when it comes back; the door's own are opened for this."""
    close_kept(engine)
    event.listen(engine, "checkout", begin)
    event.listen(engine, "checkin", end)
    try:
        yield
    finally:
        close_kept(engine)
        event.remove(engine, "checkout", begin)
        event.remove(engine, "checkin", end)
