"""The wire to background work: services enqueue by name, the factory says what each name does.

Embedded, the queue is a SQLite file beside the database with one consumer process; tests do every task at once.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from huey import Huey, MemoryHuey, SqliteHuey, crontab
from huey.registry import Message
from huey.serializer import Serializer

Perform = Callable[[str, dict[str, Any]], None]


class JsonSerializer(Serializer):  # type: ignore[misc]  # huey ships no types
    """Writes tasks as JSON: the queue's own way, pickle, would run whatever lies in the file."""

    def _serialize(self, data: Any) -> bytes:
        """Write one message."""
        return json.dumps(data).encode()

    def _deserialize(self, data: bytes) -> Message:
        """Read one message."""
        return Message(*json.loads(data))


class Queue:
    """A queue of named tasks with JSON values."""

    def __init__(self, huey: Huey, perform: Perform, every_minute: tuple[str, ...]) -> None:
        """Tell the consumer what to do with a task, and which ones to do every minute."""
        self.huey = huey
        self.task = huey.task(name="perform")(perform)
        for name in every_minute:
            huey.periodic_task(crontab(), name=name)(lambda name=name: perform(name, {}))

    def work(self) -> None:
        """Work on tasks until the process is told to stop."""
        self.huey.create_consumer(workers=1, check_worker_health=False, max_delay=0.5).run()


_queue: Queue | None = None


def connect(file: Path | None, perform: Perform, every_minute: tuple[str, ...] = ()) -> Queue:
    """Open the queue in a file, or without one do every task at once."""
    global _queue  # noqa: PLW0603 - one process has one queue, opened by the factory
    if file is None:
        huey = MemoryHuey("eventmatch", immediate=True, results=False)
    else:
        huey = SqliteHuey("eventmatch", filename=str(file), results=False, serializer=JsonSerializer())
    _queue = Queue(huey, perform, every_minute)
    return _queue


def enqueue(name: str, **values: Any) -> None:
    """Ask for a named task; call it after the commit it depends on."""
    if _queue is None:
        message = "the queue is not connected"
        raise RuntimeError(message)
    _queue.task(name, values)
