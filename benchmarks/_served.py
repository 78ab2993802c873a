"""A server under measurement: started, timed until its first answer, watched through /proc, ended."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 30  # seconds to the first answer, and to the end
OTHERS = re.compile("work --beside|resource_tracker|forkserver")  # what a server starts that answers no requests
TICKS = os.sysconf("SC_CLK_TCK")


class Served:
    """A started server and its processes."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, start_seconds: float) -> None:
        """Keep what is needed to measure it."""
        self.process, self.port, self.start_seconds = process, port, start_seconds

    @property
    def everybody(self) -> list[int]:
        """All its processes; some start only once pages answer."""
        return [self.process.pid, *children(self.process.pid)]

    @property
    def workers(self) -> list[int]:
        """The processes that answer requests."""
        return [pid for pid in self.everybody[1:] if not OTHERS.search(command_line(pid))]

    def cpu_seconds(self) -> float:
        """CPU time used so far for answers; what works beside them, such as on lists of names, is not counted."""
        return sum(cpu_seconds(pid) for pid in (self.process.pid, *self.workers))

    def worker_mb(self) -> float:
        """Memory of the largest worker alone, shared libraries included."""
        return max(memory_mb(pid, "Rss") for pid in self.workers)

    def all_mb(self) -> float:
        """Memory of the server and everything it started, what they share counted once."""
        return sum(memory_mb(pid, "Pss") for pid in self.everybody)


@contextmanager
def served(command: list[str], port: int, environment: Mapping[str, str] = os.environ) -> Iterator[Served]:
    """Start a server as an installed one is, wait for its first answer, and end it afterwards."""
    began = time.perf_counter()
    usual = {name: value for name, value in environment.items() if name != "PYTHONDONTWRITEBYTECODE"}
    process = subprocess.Popen(  # noqa: S603 - the program measured
        [sys.executable, "-m", *command], cwd=ROOT, env=usual, stdout=subprocess.DEVNULL, start_new_session=True
    )
    try:
        wait_for_answer(process, port)
        yield Served(process, port, time.perf_counter() - began)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()


def on_cores_of_their_own(server: Served, workers: int) -> None:
    """Keep each of so many workers, with all its threads, on one core: as ours keep themselves."""
    until = time.monotonic() + PATIENCE
    while len(server.workers) < workers:
        if time.monotonic() > until:
            raise SystemExit("Some workers did not start.")
        time.sleep(0.01)
    cores = sorted(os.sched_getaffinity(0))
    for number, worker in enumerate(server.workers, server.process.pid):
        for thread in Path(f"/proc/{worker}/task").iterdir():
            with suppress(ProcessLookupError):  # it has ended meanwhile
                os.sched_setaffinity(int(thread.name), {cores[number % len(cores)]})


def wait_for_answer(process: subprocess.Popen[bytes], port: int) -> None:
    """Ask until the front page is there."""
    until = time.monotonic() + PATIENCE
    while not answers(port):
        if process.poll() is not None or time.monotonic() > until:
            raise SystemExit("The server did not start.")
        time.sleep(0.01)


def answers(port: int) -> bool:
    """Tell whether a front page is there."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def children(parent: int) -> list[int]:
    """Return the processes a process has started."""
    found = []
    for task in Path(f"/proc/{parent}/task").iterdir():
        with suppress(FileNotFoundError):  # the thread has ended meanwhile
            found += [int(pid) for pid in (task / "children").read_text().split()]
    return found


def command_line(pid: int) -> str:
    """Return what a process was started as."""
    return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")


def cpu_seconds(pid: int) -> float:
    """User and system time of all threads of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def memory_mb(pid: int, kind: str) -> float:
    """Resident memory (Rss), or the share of it that is its own (Pss)."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{kind}:"))
