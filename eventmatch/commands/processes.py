"""Processes that live and die together: the server, its worker, and the consumer of the queue."""

import fcntl
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from flask.logging import default_handler

from eventmatch.domain.faults import plainly
from eventmatch.settings import ROOT

log = logging.getLogger(__name__)

GRACE = 5  # seconds a process has to end by itself
LOOK_EVERY = 0.5  # seconds between looks at the parent
_M_ARENA_MAX = -8  # as in <malloc.h> of the GNU C library
REST = 1  # seconds between the end of a companion and its next start


def end_with(parent: int) -> None:
    """End this process soon after its parent, however that ended: nothing keeps a port or works on unseen."""
    threading.Thread(target=_follow, args=(parent,), name="follows its parent", daemon=True).start()


def _follow(parent: int) -> None:
    """Wait for the parent's end; then ask this process to end, and insist."""
    while os.getppid() == parent:
        time.sleep(LOOK_EVERY)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE)
    os._exit(1)


def stay_on_one_core() -> None:
    """Keep this process, and the threads it starts from now on, on the core that the fewest of its siblings stay on.

    Only one thread of Python runs at a time; when they hop between cores, handing over costs more than it brings.
    """
    if sys.platform == "linux":
        with suppress(OSError), Path(__file__).open() as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)  # one after the other, so that no two choose the same
            cores, taken = sorted(os.sched_getaffinity(0)), Counter(_taken_by_siblings())
            first = os.getpid() % len(cores)
            os.sched_setaffinity(0, {min(cores[first:] + cores[:first], key=taken.__getitem__)})


def _taken_by_siblings() -> Iterator[int]:
    """Yield the cores that other children of our parent stay on."""
    for thread in Path(f"/proc/{os.getppid()}/task").iterdir():
        with suppress(OSError):  # it has ended meanwhile, or this system does not tell
            for child in (thread / "children").read_text().split():
                cores = os.sched_getaffinity(int(child))
                if len(cores) == 1:
                    yield from cores


def share_one_heap() -> None:
    """Let the threads of this process share their memory instead of keeping some for each, where the system can.

    Only one thread of Python runs at a time, so heaps of their own would not make them faster.
    """
    import ctypes

    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)


class Companion:
    """A command of ours that runs beside this process, and again when it dies."""

    def __init__(self, *words: str) -> None:
        """Remember the command."""
        self.words = words
        self._process: subprocess.Popen[bytes] | None = None
        self._starting = threading.RLock()  # a signal may come while we are at it
        self._stopping = threading.Event()
        self._until = 0.0  # when it should have ended by itself

    def start(self) -> None:
        """Begin to keep the command running."""
        threading.Thread(target=self._keep, name="keeps a companion", daemon=True).start()

    def end(self) -> None:
        """Tell the command to end, and do not start it again."""
        with self._starting:
            if not self._stopping.is_set():
                self._until = time.monotonic() + GRACE
            self._stopping.set()
            if self._process is not None:
                self._process.terminate()

    def stop(self) -> None:
        """End the command, and insist once it has had its time, whoever told it first."""
        self.end()
        if self._process is None:
            return
        try:
            self._process.wait(max(self._until - time.monotonic(), 0))
        except subprocess.TimeoutExpired:
            self._process.kill()

    def _keep(self) -> None:
        """Start the command whenever it does not run."""
        while (process := self._start()) is not None:
            process.wait()
            if not self._stopping.wait(REST):
                log.warning("%s ended with %s; starting it again", " ".join(self.words), process.returncode)

    def _start(self) -> subprocess.Popen[bytes] | None:
        """Start the command in a session of its own, so that Ctrl-C reaches it through us alone."""
        with self._starting:
            if self._stopping.is_set():
                return None
            command = [sys.executable, "-m", "flask", "--app", "app", *self.words]
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                command, cwd=ROOT, start_new_session=True, stdin=subprocess.DEVNULL, stdout=sys.stderr
            )
            return self._process


def log_to_standard_error() -> None:
    """Write this process's log on standard error, in UTC."""
    handler = logging.StreamHandler(sys.stderr)
    line = logging.Formatter("%(asctime)sZ %(levelname)s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%S")
    line.converter = time.gmtime
    handler.setFormatter(line)
    handler.addFilter(plainly)
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.getLogger("eventmatch").removeHandler(default_handler)  # Flask's, where the application was loaded before


@contextmanager
def alone(lock: Path) -> Iterator[None]:
    """Do something while no other process of this installation does; wait for one that does."""
    with lock.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            log.warning("another process holds %s; waiting for its end", lock.name)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
