"""An instance to scan at: the demo event, generated guests, one paired device."""

import csv
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from _served import ROOT, Served, free_port, on_cores_of_their_own, served

AT_ONCE = 25_000  # people in one file; half of what an import takes
THREADS = 12  # as in eventmatch/commands/server.py


@dataclass(frozen=True, slots=True)
class House:
    """An event whose guests have not come yet."""

    environment: Mapping[str, str]
    slug: str
    door: int
    token: str
    codes: Iterator[str]

    def serving(self, workers: int = 1) -> AbstractContextManager[Served]:
        """Serve it as in production."""
        port = free_port()
        command = ["flask", "--app", "app", "serve", "--port", str(port), "--workers", str(workers)]
        return served(command, port, self.environment)

    def scans(self, server: Served, codes: Iterable[str], name: str) -> Iterator[bytes]:
        """Ask to admit each of these codes, every time with a nonce of its own."""
        head = (
            f"POST /api/v1/events/{self.slug}/doors/{self.door}/scans HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
            f"Authorization: Bearer {self.token}\r\nContent-Type: application/json\r\nContent-Length: "
        )
        for place, code in enumerate(codes):
            body = json.dumps({"code": code, "nonce": f"{name} {place}"})
            yield f"{head}{len(body)}\r\n\r\n{body}".encode()


@contextmanager
def serving_bare(name: str, folder: Path, workers: int = 1) -> Iterator[Served]:
    """Serve one of the small applications beside this file, with the settings of ours."""
    port = free_port()
    settings = f"--interface wsgi --workers {workers} --blocking-threads {THREADS}"
    quiet = "--no-ws --no-access-log --log-level error"
    where = ["--port", str(port), "--working-dir", str(Path(__file__).parent)]
    environment = {**os.environ, "PLAIN_DATABASE": f"sqlite:///{folder / 'plain.db'}"}
    command = ["granian", *settings.split(), *quiet.split(), *where, f"{name}:app"]
    with served(command, port, environment) as server:
        on_cores_of_their_own(server, workers)
        yield server


def furnish(folder: Path, database_url: str | None, guests: int) -> House:
    """Load the demo, import guests, pair a device."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("EVENTMATCH_", "FLASK_"))}
    environment = kept | {"EVENTMATCH_INSTANCE": str(folder)}
    if database_url:
        environment["EVENTMATCH_DATABASE_URL"] = database_url
    flask(environment, "demo")
    slug = flask(environment, "events")[0]["slug"]
    for start in range(0, guests, AT_ONCE):
        write_guests(folder / "guests.csv", range(start, min(start + AT_ONCE, guests)))
        flask(environment, "import-attendees", slug, str(folder / "guests.csv"))
    device = flask(environment, "pair-device", slug, "--name", "Benchmark")
    flask(environment, "tickets", slug, "--not-checked-in", "--output", str(folder / "tickets.csv"))
    with (folder / "tickets.csv").open(encoding="utf-8") as file:
        codes = [row["code"] for row in csv.DictReader(file) if row["name"].startswith("Guest ")]
    return House(environment, slug, device["door_id"], device["token"], iter(codes))


def flask(environment: Mapping[str, str], *words: str) -> list | dict:
    """Run one of our commands and return what it says."""
    command = [sys.executable, "-m", "flask", "--app", "app", *words, "--json"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False)  # noqa: S603 - our own
    if done.returncode:
        raise SystemExit(f"{words[0]} failed: {done.stderr.decode()}")
    return json.loads(done.stdout)


def write_guests(path: Path, numbers: Iterable[int]) -> None:
    """Write a file of people to import."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["name", "email"])
        writer.writerows([f"Guest {number}", f"guest{number}@example.org"] for number in numbers)
