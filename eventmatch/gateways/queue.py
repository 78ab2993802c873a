"""The wire to background work: services enqueue by name, the factory says what each name does.

Embedded, the queue is a SQLite file beside the database with one consumer process; tests do every task at once.
What lies in it only wakes the consumer: letters and jobs are rows of the database, so a lost task is no lost work.
"""

import json
import logging
import sqlite3
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from eventmatch.domain.faults import told

# Huey loads every driver it finds; we need SQLite's alone, and PostgreSQL's takes a tenth of a second and 9 MB.
_found = sys.modules.setdefault("psycopg", None)  # type: ignore[arg-type]  # None: not to be found

from huey import Huey, MemoryHuey, SqliteHuey, crontab  # noqa: E402 - see above
from huey.registry import Message  # noqa: E402 - as above
from huey.serializer import Serializer  # noqa: E402 - as above

if _found is None:
    del sys.modules["psycopg"]

log = logging.getLogger(__name__)

Perform = Callable[[str, dict[str, Any]], None]

WORKERS = 3  # so that a long job does not hold up the mail
LONGEST_WAIT = 0.5  # seconds between looks at an empty queue
SOON = 2  # seconds in which many who ask for the same sweep ask once
GRACE = 3  # seconds a task has to end when the consumer is told to


class JsonSerializer(Serializer):  # type: ignore[misc]  # huey ships no types
    """Writes tasks as JSON: the queue's own way, pickle, would run whatever lies in the file."""

    def _serialize(self, data: Any) -> bytes:
        """Write one message."""
        return json.dumps(data).encode()

    def _deserialize(self, data: bytes) -> Message:
        """Read one message."""
        return Message(*json.loads(data))


class Sweep:
    """A pass over everything that is due: never two at once; asked for during one, it is made once more."""

    def __init__(self, act: Callable[[], None]) -> None:
        """Remember what a pass does."""
        self.act = act
        self._asked = threading.Event()
        self._under_way = threading.Lock()

    def __call__(self) -> None:
        """Make a pass, or leave it to the one under way."""
        self._asked.set()
        while self._asked.is_set() and self._under_way.acquire(blocking=False):
            try:
                self._asked.clear()
                self.act()
            finally:
                self._under_way.release()


class Queue:
    """A queue of named tasks with JSON values; some of them are sweeps, also made every minute."""

    def __init__(self, huey: Huey, perform: Perform, every_minute: tuple[str, ...]) -> None:
        """Tell the consumer what to do with a task, and which ones to do every minute."""
        self.huey = huey
        self.perform = perform
        self.sweeps = {name: Sweep(partial(perform, name, {})) for name in every_minute}
        self.task = huey.task(name="perform")(self._perform)
        self._asked_for = set[str]()
        self._asking = threading.Lock()
        for name in every_minute:
            huey.periodic_task(crontab(), name=f"sweep {name}")(partial(self._perform, name, {}))

    def _perform(self, name: str, values: dict[str, Any]) -> None:
        """Do one task; what goes wrong is written down here, because the library would quote people's values."""
        try:
            self.sweeps.get(name, partial(self.perform, name, values))()
        except Exception as error:  # noqa: BLE001 - one task that fails must not hold back the others
            log.error("task %s failed: %s", name, told(error))

    def soon(self, name: str) -> None:
        """Ask for a sweep in a moment, once for everybody who asks until then; at once where tasks are done at once."""
        if self.huey.immediate:
            enqueue(name)
            return
        with self._asking:
            if name in self._asked_for:
                return
            self._asked_for.add(name)
        waiting = threading.Timer(SOON, self._ask, [name])
        waiting.daemon = True
        waiting.start()

    def _ask(self, name: str) -> None:
        """Ask for a sweep; whoever asks from now on may have come too late for it, and is a reason for another."""
        with self._asking:
            self._asked_for.discard(name)
        enqueue(name)

    def work(self) -> None:
        """Work on tasks until the process is told to stop; a second process doing so would do them twice."""
        for name in self.sweeps:
            enqueue(name)
        self.huey.create_consumer(
            workers=WORKERS, max_delay=LONGEST_WAIT, graceful_signal="TERM", shutdown_timeout=GRACE
        ).run()


_queue: Queue | None = None


def connect(file: Path | None, perform: Perform, every_minute: tuple[str, ...] = ()) -> Queue:
    """Open the queue in a file, or without one do every task at once."""
    global _queue  # noqa: PLW0603 - one process has one queue, opened by the factory
    _queue = Queue(_huey(file), perform, every_minute)
    return _queue


def _huey(file: Path | None) -> Huey:
    """Open the library's queue.

    The file keeps a rollback journal: with a write-ahead log, SQLite before 3.51.3 can spoil a file that two
    processes write, and here the server puts in what the consumer takes out.
    """
    if file is None:
        return MemoryHuey("eventmatch", immediate=True, results=False)
    options = {"journal_mode": "truncate", "serializer": JsonSerializer()}
    return SqliteHuey("eventmatch", filename=str(file), results=False, **options)


def enqueue(name: str, **values: Any) -> None:
    """Ask for a named task; call it after the commit it depends on, which has stored what is to be done."""
    try:
        _connected().task(name, values)
    except sqlite3.Error as error:
        log.error("the queue does not answer; the next sweep finds %r: %s", name, told(error))


def enqueue_soon(name: str) -> None:
    """Ask for a sweep within seconds, as cheaply as many may ask; what a crash forgets, the one of the minute finds."""
    _connected().soon(name)


def let_go() -> None:
    """Close the file of the queue in this thread; it opens again when something is asked for."""
    _connected().huey.storage.close()


def _connected() -> Queue:
    """Return this process's queue."""
    if _queue is None:
        message = "the queue is not connected"
        raise RuntimeError(message)
    return _queue
