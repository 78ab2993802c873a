"""The queue brings every task to its consumer, one sweep at a time, and never stands in the way of a request."""

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from eventmatch.gateways import queue
from eventmatch.gateways.queue import Sweep

CONSUMER = """
import sys
from pathlib import Path
from eventmatch.gateways import queue

folder = Path(sys.argv[1])

def perform(name, values):
    (folder / f"{name}-{values.get('number', 0)}").touch()

queue.connect(folder / "jobs.db", perform, ("mail",)).work()
"""


@pytest.fixture(autouse=True)
def _own_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the process its queue back afterwards."""
    monkeypatch.setattr(queue, "_queue", None)


def wait_for(path: Path, seconds: float = 5) -> bool:
    """Wait for a file to appear."""
    until = time.monotonic() + seconds
    while not path.exists() and time.monotonic() < until:
        time.sleep(0.02)
    return path.exists()


def test_another_process_does_within_a_second_what_is_asked_here(tmp_path: Path) -> None:
    consumer = subprocess.Popen([sys.executable, "-c", CONSUMER, str(tmp_path)], cwd=Path(__file__).parents[2])
    try:
        assert wait_for(tmp_path / "mail-0"), "a consumer begins with a sweep"
        queue.connect(tmp_path / "jobs.db", lambda _name, _values: None)
        started = time.monotonic()
        for number in (1, 2, 3):
            queue.enqueue("job", number=number)
        assert wait_for(tmp_path / "job-3")
        seconds = time.monotonic() - started
    finally:
        consumer.terminate()
        consumer.wait(10)

    assert seconds < 2
    assert {path.name for path in tmp_path.glob("job-*")} == {"job-1", "job-2", "job-3"}


def test_tasks_lie_in_the_file_as_json_until_somebody_works(tmp_path: Path) -> None:
    made = queue.connect(tmp_path / "jobs.db", lambda _name, _values: None)

    queue.enqueue("job", job_id=7)

    [message] = made.huey.storage.enqueued_items()
    assert ["job", {"job_id": 7}] in json.loads(bytes(message))


def test_without_a_file_a_task_is_done_at_once() -> None:
    done: list[tuple[str, dict[str, Any]]] = []
    queue.connect(None, lambda name, values: done.append((name, values)), ("mail",))

    queue.enqueue("job", job_id=7)
    queue.enqueue("mail")

    assert done == [("job", {"job_id": 7}), ("mail", {})]


def test_a_spoilt_file_fails_no_request(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    queue.connect(tmp_path / "jobs.db", lambda _name, _values: None)
    for path in tmp_path.glob("jobs.db*"):
        path.unlink()
    (tmp_path / "jobs.db").write_bytes(os.urandom(4096))
    went_on = threading.Event()

    def request() -> None:
        queue.enqueue("mail")
        went_on.set()

    threading.Thread(target=request).start()  # with a connection of its own

    assert went_on.wait(5)
    assert "the queue does not answer" in caplog.text


class Passes:
    """Counts passes, and how many were under way at once; each waits until it may end."""

    def __init__(self) -> None:
        """Begin with none."""
        self.made = self.at_once = self.most_at_once = 0
        self.begun, self.may_end = threading.Semaphore(0), threading.Semaphore(0)

    def __call__(self) -> None:
        """Make one pass."""
        self.made += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        self.begun.release()
        self.may_end.acquire(timeout=5)
        self.at_once -= 1


@pytest.mark.parametrize("guarded", [True, False], ids=["as a sweep", "control without"])
def test_two_passes_never_overlap_and_what_came_meanwhile_is_not_left(*, guarded: bool) -> None:
    passes = Passes()
    sweep = Sweep(passes) if guarded else passes
    first, second = (threading.Thread(target=sweep) for _ in range(2))

    first.start()
    passes.begun.acquire()
    second.start()  # while the first is under way
    second.join(0.3)
    passes.may_end.release(5)
    first.join()
    second.join()

    assert passes.made == 2
    assert (passes.most_at_once == 1) is guarded


def test_a_pass_that_fails_leaves_the_way_free_for_the_next() -> None:
    made: list[int] = []

    def fail_once() -> None:
        made.append(1)
        if len(made) == 1:
            raise ConnectionError

    sweep = Sweep(fail_once)
    with pytest.raises(ConnectionError):
        sweep()
    sweep()

    assert len(made) == 2
