"""Waiting for something to come true."""

import subprocess
import time
from collections.abc import Callable

from eventmatch.models.base import db
from eventmatch.models.together import lines

PATIENCE = 20  # seconds


def until(true: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def alive(pid: int) -> bool:
    """Tell whether a process is there and no zombie."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return bool(state.strip()) and not state.startswith("Z")


def in_line() -> int:
    """Count who waits for a transaction to end."""
    return sum(len(line.waiting) for line in lines[db.engine].values())
