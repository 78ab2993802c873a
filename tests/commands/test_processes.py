"""Companions run again when they die, end when told to, and one lock keeps a second worker waiting."""

import subprocess
import sys
import time
from pathlib import Path

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
