"""Companions run again when they die, end when told to, and one lock keeps a second worker waiting."""

import os
import platform
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from pathlib import Path

import pytest

from eventmatch.commands import processes
from eventmatch.commands.processes import Companion, stay_on_one_core
from eventmatch.settings import ROOT
from tests.waiting import PATIENCE, alive, until

HOLD = """
import sys, time
from pathlib import Path
from eventmatch.commands.processes import alone

with alone(Path(sys.argv[1])):
    print("in", flush=True)
    sys.stdin.readline()
"""

STAY = """
import os, sys, threading
from eventmatch.commands.processes import stay_on_one_core

sys.stdin.readline()
stay_on_one_core()
found = []
thread = threading.Thread(target=lambda: found.extend(os.sched_getaffinity(0)))
thread.start()
thread.join()
print(*os.sched_getaffinity(0), *found, flush=True)
sys.stdin.readline()
"""

HEAPS = """
import ctypes, threading
from eventmatch.commands.processes import share_one_heap

{first}
threads = [threading.Thread(target=barrier.wait) for barrier in [threading.Barrier(4)] for _ in range(4)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
ctypes.CDLL(None).malloc_stats()
"""


def holder(lock: Path) -> "subprocess.Popen[str]":
    """Start a process that holds the lock until it reads a line."""
    return started(HOLD, str(lock))


def started(program: str, *words: str) -> "subprocess.Popen[str]":
    """Start a program that is talked to."""
    return subprocess.Popen(
        [sys.executable, "-c", program, *words],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_of_two_workers_the_second_says_so_and_waits_for_the_first(tmp_path: Path) -> None:
    first = holder(tmp_path / "work.lock")
    assert first.stdout is not None
    assert first.stdout.readline() == "in\n"
    second = holder(tmp_path / "work.lock")
    assert second.stderr is not None
    assert second.stdout is not None

    said = second.stderr.readline()
    time.sleep(0.2)
    waited = second.poll() is None
    first.kill()  # even this frees the lock
    entered = second.stdout.readline()
    second.communicate("\n", timeout=5)
    first.wait(5)

    assert "another process holds work.lock" in said
    assert waited
    assert entered == "in\n"


def test_a_companion_that_was_told_to_end_long_ago_is_not_waited_for_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deaf, began = tmp_path / "deaf", tmp_path / "began"
    deaf.write_text(f"#!/bin/sh\ntrap '' TERM\necho $$ > {began}.new && mv {began}.new {began}\nexec sleep 1000\n")
    deaf.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(deaf))
    monkeypatch.setattr(processes, "GRACE", 0)
    companion = Companion("work")
    companion.start()
    until(began.exists)
    number = int(began.read_text())

    companion.end()
    monkeypatch.setattr(processes, "GRACE", 10 * PATIENCE)
    went_on = alive(number)
    threading.Thread(target=companion.stop, daemon=True).start()

    assert went_on
    until(lambda: not alive(number))


@pytest.mark.skipif(sys.platform != "linux", reason="cores are chosen on Linux alone")
def test_siblings_stay_on_cores_of_their_own_with_the_threads_they_start() -> None:
    number = min(len(os.sched_getaffinity(0)), 4)
    everybody = [started(STAY) for _ in range(number**2)]
    siblings = everybody[::number]  # whose own numbers would lead them all to the same core

    told(siblings)  # all at the same moment
    chosen = [sibling.stdout.readline().split() for sibling in siblings if sibling.stdout is not None]
    told(siblings)

    assert all(process == thread for process, thread in chosen)
    assert len({core for core, _ in chosen}) == number
    assert [sibling.wait(PATIENCE) for sibling in siblings] == [0] * number
    for other in set(everybody) - set(siblings):
        other.kill()
        other.wait()


def told(everybody: Iterable[subprocess.Popen[str]]) -> None:
    """Send everybody a line."""
    for process in everybody:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()


def test_where_cores_cannot_be_chosen_all_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_pid: int, _cores: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "sched_setaffinity", refuse, raising=False)

    stay_on_one_core()


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only the GNU C library has a heap for each thread")
def test_threads_share_one_heap() -> None:
    def heaps(first: str) -> int:
        command = [sys.executable, "-c", HEAPS.format(first=first)]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stderr.count("Arena ")

    assert heaps("share_one_heap()") == 1
    assert heaps("pass") > 1, "this system shares it anyway, so the test above shows nothing"
