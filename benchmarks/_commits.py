"""The floor under every durable answer: how many small transactions a database stores in a second, and nothing else."""

import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg

ROW = "x" * 100


def commits_to_sqlite(folder: Path, seconds: float) -> float:
    """Insert rows one by one, each safe on disk, into a file of its own."""
    connection = sqlite3.connect(folder / "commits.db", isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("CREATE TABLE IF NOT EXISTS note (id INTEGER PRIMARY KEY, text TEXT)")
    rate = repeated(lambda: connection.execute("INSERT INTO note (text) VALUES (?)", (ROW,)), seconds)
    connection.close()
    return rate


def commits_to_postgresql(url: str, clients: int, seconds: float) -> float:
    """Insert rows over several connections at once."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS note (id SERIAL PRIMARY KEY, text TEXT)")
    ready = threading.Barrier(clients)

    def insert() -> float:
        with psycopg.connect(url, autocommit=True) as connection:
            ready.wait()
            return repeated(lambda: connection.execute("INSERT INTO note (text) VALUES (%s)", (ROW,)), seconds)

    with ThreadPoolExecutor(clients) as pool:
        return sum(future.result() for future in [pool.submit(insert) for _ in range(clients)])


def repeated(act: Callable[[], object], seconds: float) -> float:
    """Do something for a while; return how often it was done in a second."""
    began, count = time.perf_counter(), 0
    while (passed := time.perf_counter() - began) < seconds:
        act()
        count += 1
    return count / passed
