"""Companions run again when they die, end when told to, and one lock keeps a second worker waiting."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from eventmatch.commands.processes import stay_on_one_core
from eventmatch.settings import ROOT

HOLD = """
import sys, time
from pathlib import Path
from eventmatch.commands.processes import alone

with alone(Path(sys.argv[1])):
    print("in", flush=True)
    sys.stdin.readline()
"""


def holder(lock: Path) -> "subprocess.Popen[str]":
    """Start a process that holds the lock until it reads a line."""
    return subprocess.Popen(
        [sys.executable, "-c", HOLD, str(lock)],
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


def test_a_process_stays_on_one_core_with_the_threads_it_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[tuple[int, set[int]]] = []
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: {3, 5, 7}, raising=False)
    monkeypatch.setattr(os, "sched_setaffinity", lambda pid, cores: kept.append((pid, set(cores))), raising=False)
    monkeypatch.setattr("sys.platform", "linux")

    for number in (30, 31, 32):
        monkeypatch.setattr(os, "getpid", lambda number=number: number)
        stay_on_one_core()

    assert kept == [(0, {3}), (0, {5}), (0, {7})]


def test_where_cores_cannot_be_chosen_all_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_pid: int, _cores: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "sched_setaffinity", refuse, raising=False)

    stay_on_one_core()
