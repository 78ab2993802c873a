"""PostgreSQL through its own library: what psycopg's cursors do, in the few steps a scan has time for.

A statement is prepared once for a connection and then only named; values travel as texts, which psycopg writes and
reads, and never within a statement, which servers log. Only for connections that nothing else uses, and that are given
up after the first refusal: a rollback of psycopg's may drop what was prepared, and so may a changed table.
"""

import select
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.pq.abc import PGconn, PGresult

BOOL = 16  # PostgreSQL's number for the type
_LOST = "The connection to the server is lost."


class Libpq:
    """One connection, with what was prepared on it; a transaction begins with its first statement."""

    __slots__ = ("_fine", "_idle", "_news", "_prepared", "_psycopg", "_server", "_text", "_values")

    def __init__(self, connection: "Connection[Any]", psycopg: Any) -> None:
        """Take a connection over; the driver comes with it, as those who have no PostgreSQL need not load it."""
        self._server: PGconn = connection.pgconn
        self._psycopg = psycopg
        self._values = psycopg.adapt.Transformer(connection)
        self._prepared: dict[str, bytes] = {}
        self._text = psycopg.adapt.PyFormat.TEXT
        self._idle = psycopg.pq.TransactionStatus.IDLE
        self._fine = psycopg.pq.ExecStatus.TUPLES_OK, psycopg.pq.ExecStatus.COMMAND_OK
        self._news = select.poll()
        self._news.register(self._server.socket, select.POLLIN)

    def run(self, text: str, types: Sequence[int], values: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Run a statement whose values are $1, $2 and so on, and return what it returns.

        Types are PostgreSQL's numbers for those of the values; zero where the statement tells by itself.

        Raises
        ------
        psycopg.Error
            Whatever the server refuses, by its state; or if it is gone.
        """
        name = self._prepared.get(text) or self._prepare(text, types)
        written = self._values.dump_sequence(values, [self._text] * len(values))
        if self._server.transaction_status == self._idle:
            result = self._begin_with(name, written)
        else:
            result = self._done(self._server.exec_prepared(name, written))
        self._values.set_pgresult(result)
        rows: list[tuple[Any, ...]] = self._values.load_rows(0, result.ntuples, tuple)
        return rows

    def commit(self) -> None:
        """Store what was written since the transaction began, if one did."""
        if self._server.transaction_status != self._idle:
            self._done(self._server.exec_(b"COMMIT"))

    def _prepare(self, text: str, types: Sequence[int]) -> bytes:
        """Let the server read and plan a statement, and return the name it has from now on."""
        name = f"door_{len(self._prepared)}".encode()
        self._done(self._server.prepare(name, text.encode(), types))
        self._prepared[text] = name
        return name

    def _begin_with(self, name: bytes, written: Sequence[Any]) -> "PGresult":
        """Begin a transaction and run a statement in it, without waiting in between."""
        self._server.enter_pipeline_mode()
        self._server.send_query_params(b"BEGIN", None)
        self._server.send_query_prepared(name, written)
        self._server.pipeline_sync()
        self._server.flush()
        begun, result, _end = (self._next() for _ in range(3))
        self._server.exit_pipeline_mode()
        self._done(begun)
        return self._done(result)

    def _next(self) -> "PGresult":
        """Wait for the server's next answer; after each one comes a pause."""
        for _ in range(2):
            while self._server.is_busy():
                self._news.poll()
                self._server.consume_input()
            if (result := self._server.get_result()) is not None:
                return result
        raise self._psycopg.errors.OperationalError(_LOST)

    def _done(self, result: "PGresult") -> "PGresult":
        """Return what the server answered unless it is a refusal."""
        if result.status in self._fine:
            return result
        error = self._psycopg.errors.error_from_result(result)
        if error.sqlstate is None and self._server.status != self._psycopg.pq.ConnStatus.OK:
            error = self._psycopg.errors.OperationalError(_LOST)
        raise error
