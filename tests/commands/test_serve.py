"""`up` and `serve` as people start them: real processes on a real port, which end as one."""

import contextlib
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from flask import Flask

from eventmatch.commands import server
from eventmatch.settings import ROOT
from tests.ports import free_port
from tests.waiting import alive, until

FLASK = [sys.executable, "-m", "flask", "--app", "app"]


def environment(instance: Path, **given: str) -> dict[str, str]:
    """Return an environment without settings of whoever runs the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("EVENTMATCH_", "FLASK_"))}
    return kept | {"EVENTMATCH_INSTANCE": str(instance), "PORT": ""} | given


class Running:
    """A server somebody started in a terminal."""

    def __init__(self, instance: Path, *words: str) -> None:
        """Start it and read the four lines it prints."""
        self.words = words
        self.process = subprocess.Popen(
            [*FLASK, *words],
            cwd=ROOT,
            env=environment(instance),
            stdout=subprocess.PIPE,
            stderr=(instance.parent / "stderr.txt").open("a"),
            text=True,
            start_new_session=True,
        )
        assert self.process.stdout is not None
        self.lines = [self.process.stdout.readline().rstrip("\n") for _ in range(4)]
        self.addresses = [line.rsplit(maxsplit=1)[1] for line in self.lines]

    def family(self) -> dict[int, str]:
        """Return the processes the server started, and theirs, with what they were started as."""
        found, rows = {self.process.pid: ""}, processes()
        for _generation in range(3):
            found |= {pid: args for pid, parent, args in rows if parent in found and pid not in found}
        del found[self.process.pid]
        return found

    def consumer(self) -> int:
        """Return the process that works on the queue."""
        return self._child("work --beside")

    def worker(self) -> int:
        """Return the process that answers requests."""
        return self._child(f"--app app {self.words[0]}")  # forked: started as its parent was

    def _child(self, words: str) -> int:
        """Return the one direct child that was started so, as soon as there is one."""

        def found() -> list[int]:
            return [pid for pid, parent, args in processes() if parent == self.process.pid and words in args]

        until(lambda: len(found()) == 1)
        [pid] = found()
        return pid


def processes() -> list[tuple[int, int, str]]:
    """Return every process with its parent and what it was started as."""
    table = subprocess.run(["ps", "-A", "-ww", "-o", "pid=,ppid=,args="], capture_output=True, text=True, check=True)
    rows = (line.split(maxsplit=2) for line in table.stdout.splitlines())
    return [(int(pid), int(parent), args) for pid, parent, args in rows]


@contextmanager
def running(instance: Path, *words: str) -> Iterator[Running]:
    """Start a server, and leave nothing behind whatever happens."""
    made = Running(instance, *words)
    try:
        yield made
    finally:
        family = made.family()
        with contextlib.suppress(ProcessLookupError):
            made.process.kill()
        for pid in family:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        made.process.wait()


def status_of(address: str) -> int:
    """Open an address as a browser would."""
    with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310 - our own server
        return int(answer.status)


def asked(instance: Path, statement: str) -> list[tuple[object, ...]]:
    """Ask the database behind the server's back."""
    with closing(sqlite3.connect(instance / "eventmatch.db")) as connection, connection:
        return connection.execute(statement).fetchall()


def test_four_addresses_answer_and_a_second_start_keeps_the_data_and_prints_fresh_ones(tmp_path: Path) -> None:
    instance, port = tmp_path / "instance", str(free_port())
    with running(instance, "up", "--port", port) as first:
        assert [status_of(address) for address in first.addresses] == [200] * 4
        until(lambda: asked(instance, "SELECT status FROM job") == [("done",)], 30)
        assert "sklearn" not in Path(f"/proc/{first.worker()}/maps").read_text()
        family = first.family()
        first.process.terminate()
        printed, _ = first.process.communicate(timeout=15)
        until(lambda: not any(map(alive, family)))
    asked(instance, "UPDATE attendee SET headline = 'Changed by hand' WHERE name = 'Ada Okafor'")

    with running(instance, "up", "--port", port) as second:
        assert [status_of(address) for address in second.addresses] == [200] * 4

    assert printed == ""
    assert len(family) >= 2
    assert all(address.startswith(f"http://127.0.0.1:{port}/") for address in first.addresses)
    assert [line.split("  ")[0].strip() for line in first.lines] == ["organiser", "event", "Ada", "front door"]
    assert [a != b for a, b in zip(first.addresses, second.addresses, strict=True)] == [True, False, True, True]
    assert asked(instance, "SELECT headline FROM attendee WHERE name = 'Ada Okafor'") == [("Changed by hand",)]
    assert asked(instance, "SELECT count(*) FROM attendee") == [(120,)]


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an installation with the demo in it."""
    instance = tmp_path_factory.mktemp("serving") / "instance"
    subprocess.run([*FLASK, "demo"], cwd=ROOT, env=environment(instance), capture_output=True, check=True)
    return instance


def test_a_dead_consumer_or_worker_is_replaced_and_a_killed_server_leaves_nobody(loaded: Path) -> None:
    with running(loaded, "up", "--port", str(free_port())) as served:
        consumer, worker = served.consumer(), served.worker()

        os.kill(consumer, signal.SIGKILL)
        os.kill(worker, signal.SIGKILL)

        until(lambda: not alive(consumer) and served.consumer() != consumer)
        until(lambda: answers(served.addresses[1]))
        family = served.family()
        served.process.kill()
        until(lambda: not any(map(alive, family)))


def answers(address: str) -> bool:
    """Tell whether an address answers now."""
    try:
        return status_of(address) == 200
    except OSError:
        return False


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGHUP], ids=["Ctrl-C", "closing the terminal"])
def test_everything_ends_with(loaded: Path, how: signal.Signals) -> None:
    with running(loaded, "up", "--port", str(free_port())) as served:
        family = served.family()

        os.killpg(served.process.pid, how)  # as a terminal does

        assert served.process.wait(15) == 0
        until(lambda: not any(map(alive, family)))
        assert len(family) >= 2


def test_a_port_in_use_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])

        done = subprocess.run(
            [*FLASK, "up", "--port", port],
            cwd=ROOT,
            env=environment(tmp_path / "instance"),
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )

    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch(rf"Port {port} cannot be used \(.+\); .+\n", done.stderr)


def test_several_processes_on_sqlite_are_refused_with_the_way_out(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["serve", "--workers", "2"])

    assert (result.exit_code, result.stdout) == (2, "")
    assert "PostgreSQL" in result.stderr


def test_a_free_port_is_no_trouble_and_a_taken_one_is() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        assert server.trouble_with(server.Place("127.0.0.1", port, "")) is not None
        assert server.trouble_with(server.Place(server.EVERYWHERE, port, "")) is not None
    assert server.trouble_with(server.Place("127.0.0.1", port, "")) is None


def test_the_address_on_the_network_is_one(app: Flask) -> None:
    assert socket.inet_aton(server.lan_address())
