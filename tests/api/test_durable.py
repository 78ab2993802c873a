"""What a door has answered is on the disk: seen by strace, which hears every call of the serving process."""

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.api.crowd_at_door import Devices, serving
from tests.api.test_races import meetup_now
from tests.commands.test_serve import processes
from tests.conftest import opened
from tests.services.test_checkin_race import guests

SCANS = 100
CALLS = "trace=fsync,fdatasync,write,writev,sendto,sendmsg"
SYNC = re.compile(r"^(\d+) +(?:<\.\.\. )?(fdatasync|fsync)(?:\(\d+<(?P<file>[^>]+)>| resumed>)(?P<rest>.*)$")
ANSWER = '"HTTP/1.1 201'


@contextmanager
def overheard(process: int, log: Path) -> Iterator[None]:
    """Write every sync and every answer of a process down, in the order in which they happen."""
    command = ["strace", "-f", "-y", "-s", "16", "-e", CALLS, "-o", str(log), "-p", str(process)]
    strace = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert strace.stderr is not None
    assert "attached" in strace.stderr.readline()
    time.sleep(1)  # until it hears all threads
    try:
        yield
    finally:
        strace.send_signal(signal.SIGINT)
        strace.wait(20)


def answers_after_a_sync(log: Path) -> list[bool]:
    """Tell of each answer whether the write-ahead log was synced since the answer before."""
    found, synced, under_way = [], False, dict[str, str]()
    for line in log.read_text().splitlines():
        if (sync := SYNC.match(line)) is not None:
            file = sync["file"] or under_way.get(sync[1], "")
            under_way[sync[1]] = file
            synced |= file.endswith("eventmatch.db-wal") and sync["rest"].endswith("= 0")
        elif ANSWER in line:
            found.append(synced)
            synced = False
    return found


def worker_of(server: int) -> int:
    """Return the process that answers requests."""
    [worker] = [pid for pid, parent, args in processes() if parent == server and "resource_tracker" not in args]
    return worker


@pytest.mark.proof
@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is missing: apt-get install strace")
@pytest.mark.parametrize(("application", "safe"), [("app:app", True), ("tests.api.unsafe_door:app", False)])
def test_every_answer_comes_after_the_sync_of_what_it_says(application: str, tmp_path: Path, *, safe: bool) -> None:
    environ = {"EVENTMATCH_INSTANCE": str(tmp_path / "instance")}
    with opened(environ):
        meetup = meetup_now()
        codes = guests(meetup, SCANS)
        with serving(environ, application, workers=1) as (port, server):
            devices = Devices(port, meetup.slug, 1)
            with overheard(worker_of(server), tmp_path / "calls"):
                for code in codes:
                    assert devices.at_once(meetup.front_door, [code], code) == {"admitted": 1}
            devices.close()

    answered = answers_after_a_sync(tmp_path / "calls")
    print(f"{application}: {sum(answered)} of {len(answered)} answers after a sync")
    assert len(answered) == SCANS
    assert all(answered) is safe


def test_a_sync_is_told_from_an_answer_that_came_too_early(tmp_path: Path) -> None:
    log = tmp_path / "calls"
    wal, own, other = "9</i/eventmatch.db-wal>", '7<socket:[1]>, "HTTP/1.1 201 C"', "5</i/queue.db>"
    calls = [
        f"11 fdatasync({wal}) = 0",
        f"12 sendto({own}..., 200, 0) = 200",
        f"12 fdatasync({other}) = 0",
        f"12 sendto({own}..., 200, 0) = 200",
        f"11 fdatasync({wal} <unfinished ...>",
        f"12 sendto({own}..., 200, 0) = 200",
        "11 <... fdatasync resumed>) = 0",
        f"12 sendto({own}..., 200, 0) = 200",
    ]
    log.write_text(os.linesep.join(calls))

    assert answers_after_a_sync(log) == [True, False, False, True]
