"""A PostgreSQL database to measure on: made, watched through /proc, dropped."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from _served import cpu_seconds
from psycopg import sql

SERVER = os.environ.get("EVENTMATCH_TEST_POSTGRESQL", "postgresql://postgres@127.0.0.1:5432")
PATIENCE = 2  # seconds


class Scratch:
    """One database and the processes that serve it."""

    def __init__(self, connection: psycopg.Connection, name: str) -> None:
        """Watch it over a connection to another one."""
        self.connection, self.name, self.url = connection, name, f"{SERVER}/{name}"

    def cpu_seconds(self) -> float:
        """CPU time that the processes behind its connections have used, where they run on this machine."""
        found = self.connection.execute("SELECT pid FROM pg_stat_activity WHERE datname = %s", (self.name,))
        return sum(cpu_seconds(pid) for [pid] in found if Path(f"/proc/{pid}").exists())

    def version(self) -> str:
        """Return the server's version."""
        [version] = self.connection.execute("SHOW server_version").fetchone()
        return version.split()[0]


@contextmanager
def scratch() -> Iterator[Scratch | None]:
    """Make a database and drop it afterwards; nothing where no server answers."""
    try:
        connection = psycopg.connect(f"{SERVER}/postgres", autocommit=True, connect_timeout=PATIENCE)
    except psycopg.OperationalError:
        yield None
        return
    name = f"benchmark_{secrets.token_hex(6)}"
    with connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield Scratch(connection, name)
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
