"""How fast the door is: real scans against the real server, beside the smallest Flask page on the same server.

Everything is made in a temporary folder: the demo event, a few thousand generated guests, one paired device. Then,
round after round, the same clients ask for the page, scan codes for the first time, and scan them again. A figure is
the median over the rounds. Clients run on the same machine and share its cores with the server. Needs Linux (/proc).
"""

import argparse
import csv
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from itertools import cycle, islice, repeat, takewhile
from pathlib import Path

from _clients import Answer, drive
from _report import keep, machine, table
from _served import ROOT, Served, free_port, served

CLIENTS = (1, 8)
SECONDS = 1.2  # for each kind of work in each round
MOST = {1: 400, 8: 800}  # codes in that time
WARM_UP = 100
FEWEST, ENOUGH = 3, 60  # rounds on a slow day, and the seconds after which it is one
STARTS = 3
THREADS = 12  # as in eventmatch/commands/server.py
BEGAN = time.monotonic()
KINDS = ("eventmatch", "hello")
COLUMNS = ("work", "clients", "answers", "per second", "of hello", "p50 ms", "p95 ms", "p99 ms", "CPU ms each")
SIZES = (("start_seconds", 2), ("worker_mb", 0), ("all_mb", 0))


@dataclass(frozen=True, slots=True)
class House:
    """An instance to scan at."""

    environment: Mapping[str, str]
    slug: str
    door: int
    token: str
    codes: Iterator[str]


@dataclass(frozen=True, slots=True)
class Figure:
    """What one kind of work cost with one number of clients."""

    work: str
    clients: int
    answers: int
    per_second: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    cpu_ms: float


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--database-url", help="an empty PostgreSQL database; a SQLite file if left out")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        house = furnish(Path(folder), arguments.database_url, arguments.rounds)
        report = {**machine(), **measure(house, arguments.rounds)}
    report["database"] = "PostgreSQL" if arguments.database_url else "SQLite"
    show(report)
    keep("door", report)


def furnish(folder: Path, database_url: str | None, rounds: int) -> House:
    """Load the demo, import guests enough for all rounds, pair a device."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("EVENTMATCH_", "FLASK_"))}
    environment = kept | {"EVENTMATCH_INSTANCE": str(folder)}
    if database_url:
        environment["EVENTMATCH_DATABASE_URL"] = database_url
    flask(environment, "demo")
    slug = flask(environment, "events")[0]["slug"]
    write_guests(folder / "guests.csv", WARM_UP + rounds * sum(MOST.values()))
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


def write_guests(path: Path, count: int) -> None:
    """Write a file of people to import."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["name", "email"])
        writer.writerows([f"Guest {number}", f"guest{number}@example.org"] for number in range(count))


def measure(house: House, rounds: int) -> dict:
    """Start both servers a few times, then let them work in turns."""
    starts = {kind: statistics.median(start_seconds(house, kind) for _ in range(STARTS)) for kind in KINDS}
    with serving(house, "eventmatch") as door, serving(house, "hello") as hello:
        drive(hello.port, [page(hello)] * WARM_UP, max(CLIENTS))
        drive(door.port, scans(house, door, islice(house.codes, WARM_UP), "warm"), max(CLIENTS))
        turns = [turn(house, door, hello, number) for number in range(rounds) if number < FEWEST or in_time()]
        servers = dict(zip(KINDS, (door, hello), strict=True))
        return {
            "rounds": len(turns),
            "figures": [asdict(median(row)) for row in zip(*turns, strict=True)],
            "start_seconds": starts,
            "worker_mb": {kind: server.worker_mb() for kind, server in servers.items()},
            "all_mb": {kind: server.all_mb() for kind, server in servers.items()},
        }


def serving(house: House, kind: str) -> AbstractContextManager[Served]:
    """Serve eventmatch as in production, or the floor under it with the same settings."""
    port = free_port()
    if kind == "eventmatch":
        return served(["flask", "--app", "app", "serve", "--port", str(port)], port, house.environment)
    settings = f"--interface wsgi --workers 1 --blocking-threads {THREADS} --no-ws --no-access-log --log-level error"
    where = ["--port", str(port), "--working-dir", str(Path(__file__).parent)]
    return served(["granian", *settings.split(), *where, "_hello:app"], port)


def start_seconds(house: House, kind: str) -> float:
    """Start a server, and end it after its first answer."""
    with serving(house, kind) as server:
        return server.start_seconds


def turn(house: House, door: Served, hello: Served, number: int) -> list[Figure]:
    """Let everybody do everything once."""
    figures = []
    for clients in CLIENTS:
        codes, name = list(islice(house.codes, MOST[clients])), f"{number} {clients}"
        pages = timed("hello", hello, repeat(page(hello)), clients, b"Hello")
        first = timed("first scan", door, scans(house, door, codes, name), clients, b'"verdict": "admitted"')
        seen = cycle(codes[: first.answers])
        again = timed(
            "scan again", door, scans(house, door, seen, f"{name} again"), clients, b'"verdict": "already_in"'
        )
        figures += [pages, first, again]
    return figures


def timed(work: str, server: Served, requests: Iterable[bytes], clients: int, expected: bytes) -> Figure:
    """Do some work for a while; anything but the expected answer spoils the measurement."""
    cpu = server.cpu_seconds()
    answers, seconds = drive(server.port, for_a_while(requests), clients)
    cpu = server.cpu_seconds() - cpu
    if wrong := [answer for answer in answers if expected not in answer.body]:
        raise SystemExit(f"{work}: {len(wrong)} unexpected answers, such as {wrong[0].status} {wrong[0].body[:200]!r}")
    p50, p95, p99 = percentiles(answers)
    return Figure(work, clients, len(answers), len(answers) / seconds, p50, p95, p99, 1000 * cpu / len(answers))


def in_time() -> bool:
    """Tell whether there is time for more than the fewest rounds."""
    return time.monotonic() - BEGAN < ENOUGH


def for_a_while(requests: Iterable[bytes]) -> Iterator[bytes]:
    """Hand out requests until the time is over."""
    until = time.monotonic() + SECONDS
    return takewhile(lambda _: time.monotonic() < until, requests)


def percentiles(answers: Sequence[Answer]) -> tuple[float, float, float]:
    """Milliseconds within which half, 95 % and 99 % of the answers came."""
    cuts = statistics.quantiles([1000 * answer.seconds for answer in answers], n=100)
    return cuts[49], cuts[94], cuts[98]


def page(server: Served) -> bytes:
    """Ask for the front page."""
    return f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n\r\n".encode()


def scans(house: House, server: Served, codes: Iterable[str], name: str) -> Iterator[bytes]:
    """Ask to admit each of these codes, every time with a nonce of its own."""
    head = (
        f"POST /api/v1/events/{house.slug}/doors/{house.door}/scans HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
        f"Authorization: Bearer {house.token}\r\nContent-Type: application/json\r\nContent-Length: "
    )
    for place, code in enumerate(codes):
        body = json.dumps({"code": code, "nonce": f"{name} {place}"})
        yield f"{head}{len(body)}\r\n\r\n{body}".encode()


def median(row: Sequence[Figure]) -> Figure:
    """Return the middle of several rounds, figure by figure."""
    names = ("per_second", "p50_ms", "p95_ms", "p99_ms", "cpu_ms")
    middles = {name: round(statistics.median(getattr(figure, name) for figure in row), 2) for name in names}
    return Figure(row[0].work, row[0].clients, sum(figure.answers for figure in row), **middles)


def show(report: dict) -> None:
    """Print the figures for people."""
    said = "{database}, {cores} cores, load {load} before, Python {python}; medians of {rounds} rounds"
    print(said.format(**report), table(COLUMNS, rows(report["figures"])), sep="\n\n", end="\n\n")
    sizes = [[kind, *(f"{report[name][kind]:.{digits}f}" for name, digits in SIZES)] for kind in KINDS]
    print(table(["server", "start to first answer, s", "worker, MB", "with its other processes, MB"], sizes))


def rows(figures: Sequence[dict]) -> list[list[str]]:
    """Write each figure beside its share of the floor's rate."""
    floor = {figure["clients"]: figure["per_second"] for figure in figures if figure["work"] == "hello"}
    return [
        [
            f["work"],
            f["clients"],
            f["answers"],
            f"{f['per_second']:.0f}",
            f"{f['per_second'] / floor[f['clients']]:.1%}",
        ]
        + [f"{f[name]:.2f}" for name in ("p50_ms", "p95_ms", "p99_ms", "cpu_ms")]
        for f in figures
    ]


if __name__ == "__main__":
    main()
