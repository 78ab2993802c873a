"""PostgreSQL through its own library: what psycopg's cursors do, in the few steps a scan has time for.

A statement is prepared once for a connection and then only named; values travel as texts, which psycopg writes and
reads. Only for connections that nothing else uses: psycopg may drop what was prepared on others.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.pq.abc import PGconn, PGresult

BOOL = 16  # PostgreSQL's number for the type
_LOST = "The connection to the server is lost."


class Libpq:
    """One connection, with what was prepared on it; a transaction begins with its first statement."""

    __slots__ = ("_fine", "_idle", "_prepared", "_psycopg", "_server", "_text", "_values")

    def __init__(self, connection: "Connection[Any]", psycopg: Any) -> None:
        """Take a connection over; the driver comes with it, as those who have no PostgreSQL need not load it."""
        self._server: PGconn = connection.pgconn
        self._psycopg = psycopg
        self._values = psycopg.adapt.Transformer(connection)
        self._prepared: dict[str, bytes] = {}
        self._text = psycopg.adapt.PyFormat.TEXT
        self._idle = psycopg.pq.TransactionStatus.IDLE
        self._fine = psycopg.pq.ExecStatus.TUPLES_OK, psycopg.pq.ExecStatus.COMMAND_OK

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
            result = self._server.exec_prepared(name, written)
        self._values.set_pgresult(self._done(result))
        rows: list[tuple[Any, ...]] = self._values.load_rows(0, result.ntuples, tuple)
        return rows

    def _begin_with(self, name: bytes, written: Sequence[bytes | None]) -> "PGresult":
        """Begin a transaction and run a statement in it with one message: a way there and back less."""
        literal = self._psycopg.pq.Escaping(self._server).escape_literal
        values = b", ".join(b"NULL" if value is None else literal(value) for value in written)
        return self._server.exec_(b"BEGIN; EXECUTE %s%s" % (name, b"(%s)" % values if values else b""))

    def _prepare(self, text: str, types: Sequence[int]) -> bytes:
        """Let the server read and plan a statement, and return the name it has from now on."""
        name = f"door_{len(self._prepared)}".encode()
        self._done(self._server.prepare(name, text.encode(), types))
        self._prepared[text] = name
        return name

    def _done(self, result: "PGresult") -> "PGresult":
        """Return what the server answered unless it is a refusal."""
        if result.status in self._fine:
            return result
        errors = self._psycopg.errors
        if self._server.status != self._psycopg.pq.ConnStatus.OK:
            raise errors.OperationalError(_LOST)
        state = result.error_field(self._psycopg.pq.DiagnosticField.SQLSTATE) or b""
        raise errors.lookup(state.decode())(result.get_error_message())
