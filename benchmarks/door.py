"""How fast the door is: real scans against the real server, beside the smallest Flask page on the same server.

Everything is made in a temporary folder, and in a PostgreSQL database of its own where a server answers: the demo
event, generated guests, one paired device. Then, round after round, the same clients ask for the page, scan codes for
the first time, and scan them again, and the bare database stores small transactions. A figure is the median over the
rounds. A scan is the whole of it: device, person, verdict, room, nonce, the written fact, safe on disk. Clients run on
the same machine and share its cores with server and database, so shares tell more than rates. Needs Linux (/proc).
"""

import argparse
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from itertools import count, cycle, islice, repeat
from pathlib import Path

from _clients import Answer, drive
from _commits import commits_to_postgresql, commits_to_sqlite
from _house import House, furnish, serving_bare
from _report import keep, machine, table
from _scratch import Scratch, scratch
from _served import Served

CLIENTS = (1, 8, 32)
SEVERAL = 2  # workers, in the extra lines on PostgreSQL
SECONDS = 1.0  # for each kind of work in each round
MOST = {1: 1200, 8: 2600, 32: 2600}  # codes in that time
WARM_UP = 200
ROUNDS, STARTS = 5, 5
COLUMNS = (
    "work",
    "clients",
    "per second",
    "of hello",
    "p50 ms",
    "p95 ms",
    "p99 ms",
    "of hello's",
    "CPU ms",
    "+ database",
)
NUMBERS = ("per_second", "p50_ms", "p95_ms", "p99_ms", "cpu_ms", "database_cpu_ms")


@dataclass(frozen=True, slots=True)
class Figure:
    """What one kind of work cost with one number of clients; the bare database has no server's figures."""

    work: str
    clients: int
    answers: int
    per_second: float
    p50_ms: float = 0
    p95_ms: float = 0
    p99_ms: float = 0
    cpu_ms: float = 0
    database_cpu_ms: float = 0


@dataclass(frozen=True, slots=True)
class Bench:
    """One database with the servers that are compared on it."""

    house: House
    door: Served
    hello: Served
    database: Scratch | None
    commits: Callable[[int], float]
    names: Iterator[str]  # for nonces

    def turn(self) -> list[Figure]:
        """Let everybody do everything once."""
        return [figure for clients in CLIENTS for figure in self.share(clients)]

    def share(self, clients: int) -> Iterator[Figure]:
        """Do everything with so many clients."""
        name, codes = next(self.names), list(islice(self.house.codes, MOST[clients]))
        yield Figure("bare commit", clients, 0, self.commits(clients))
        yield self.timed("hello", self.hello, repeat(page(self.hello)), clients, b"Hello")
        scans = list(self.house.scans(self.door, codes, name))
        yield (first := self.timed("first scan", self.door, scans, clients, b'"verdict": "admitted"'))
        seen = islice(cycle(codes[: first.answers]), 2 * MOST[clients])
        again = list(self.house.scans(self.door, seen, f"{name} again"))
        yield self.timed("scan again", self.door, again, clients, b'"verdict": "already_in"')

    def timed(self, work: str, server: Served, requests: Iterable[bytes], clients: int, expected: bytes) -> Figure:
        """Do some work for a while; anything but the expected answer spoils the measurement."""
        before = server.cpu_seconds(), self.database_cpu()
        answers, seconds = drive(server.port, requests, clients, SECONDS)
        spent = server.cpu_seconds() - before[0], self.database_cpu() - before[1]
        if wrong := [answer for answer in answers if expected not in answer.body]:
            said = f"{wrong[0].status} {wrong[0].body[:200]!r}"
            raise SystemExit(f"{work}: {len(wrong)} unexpected answers, such as {said}")
        cpu = [1000 * one / len(answers) for one in spent]
        return Figure(work, clients, len(answers), len(answers) / seconds, *percentiles(answers), *cpu)

    def database_cpu(self) -> float:
        """CPU time of the database's own processes, where it has any."""
        return self.database.cpu_seconds() if self.database is not None else 0


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    rounds = parser.parse_args().rounds
    report = {**machine(), "rounds": rounds, "databases": {}}
    print("{cores} cores, load {load} before, Python {python}; medians of {rounds} rounds".format(**report))
    with tempfile.TemporaryDirectory() as name, scratch() as database:
        folder = Path(name)
        report |= start_ups(furnish(made(folder / "starts"), None, 1), folder)
        report["databases"]["SQLite"] = compare(made(folder / "sqlite"), None, rounds)
        if database is None:
            print("No PostgreSQL server answers: only SQLite is measured.", file=sys.stderr)
        else:
            report["databases"][f"PostgreSQL {database.version()}"] = compare(made(folder / "pg"), database, rounds)
    print("\nstart to first answer, s:", ", ".join(f"{name} {s:.2f}" for name, s in report["start_seconds"].items()))
    keep("door", report)


def made(folder: Path) -> Path:
    """Make a folder."""
    folder.mkdir()
    return folder


def start_ups(house: House, folder: Path) -> dict:
    """Start everything a few times in turns: seconds to the first answer, and memory once it has answered."""
    starts = {
        "eventmatch": house.serving,
        "Flask with SQLAlchemy": lambda: serving_bare("_plain", folder),
        "Flask hello": lambda: serving_bare("_hello", folder),
    }
    seconds: dict[str, list[float]] = {name: [] for name in starts}
    for _ in range(STARTS):
        for name, start in starts.items():
            with start() as server:
                seconds[name].append(server.start_seconds)
    return {"start_seconds": {name: round(statistics.median(each), 3) for name, each in seconds.items()}}


def compare(folder: Path, database: Scratch | None, rounds: int) -> dict:
    """Let the servers work in turns on one database; on PostgreSQL several workers, too."""
    shares = {1: rounds} | ({SEVERAL: rounds} if database is not None else {})
    guests = sum(shares.values()) * sum(MOST.values()) + len(shares) * WARM_UP
    house = furnish(folder, database.url if database is not None else None, guests)
    measured = {}
    for workers, most in shares.items():
        measured[f"{workers} workers"] = one = with_workers(house, folder, database, workers, most)
        show(f"{f'PostgreSQL {database.version()}' if database else 'SQLite'}, {workers} workers", one)
    return measured


def with_workers(house: House, folder: Path, database: Scratch | None, workers: int, rounds: int) -> dict:
    """Serve the house and the smallest page with so many workers, and measure."""
    with ExitStack() as open_:
        door = open_.enter_context(house.serving(workers))
        hello = open_.enter_context(serving_bare("_hello", folder, workers))
        bench = Bench(house, door, hello, database, commits(folder, database), map(f"{workers} {{}}".format, count()))
        drive(hello.port, [page(hello)] * WARM_UP, max(CLIENTS))
        drive(door.port, list(house.scans(door, islice(house.codes, WARM_UP), f"{workers} warm")), max(CLIENTS))
        turns = [bench.turn() for _ in range(rounds)]
        memory = {"eventmatch": door.worker_mb(), "hello": hello.worker_mb(), "eventmatch, all": door.all_mb()}
    return {"figures": [asdict(median(row)) for row in zip(*turns, strict=True)], "worker_mb": memory}


def commits(folder: Path, database: Scratch | None) -> Callable[[int], float]:
    """Return how to measure what the bare database stores."""
    if database is None:
        return lambda _: commits_to_sqlite(folder, SECONDS / 2)  # a file has one writer, however many ask
    return lambda clients: commits_to_postgresql(database.url, clients, SECONDS / 2)


def percentiles(answers: Sequence[Answer]) -> tuple[float, float, float]:
    """Milliseconds within which half, 95 % and 99 % of the answers came."""
    cuts = statistics.quantiles([1000 * answer.seconds for answer in answers], n=100)
    return cuts[49], cuts[94], cuts[98]


def page(server: Served) -> bytes:
    """Ask for the front page."""
    return f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n\r\n".encode()


def median(row: Sequence[Figure]) -> Figure:
    """Return the middle of several rounds, figure by figure."""
    middles = {name: round(statistics.median(getattr(figure, name) for figure in row), 3) for name in NUMBERS}
    return Figure(row[0].work, row[0].clients, sum(figure.answers for figure in row), **middles)


def show(where: str, measured: dict) -> None:
    """Print the figures of one database and number of workers for people, as soon as they are there."""
    print(f"\n{where}\n", table(COLUMNS, rows(measured["figures"])), sep="\n")
    print("memory, MB:", ", ".join(f"{name} {size:.0f}" for name, size in measured["worker_mb"].items()), flush=True)


def rows(figures: Sequence[dict]) -> list[list[str]]:
    """Write each figure beside its share of the smallest page's."""
    floor = {figure["clients"]: figure for figure in figures if figure["work"] == "hello"}
    return [row(figure, floor[figure["clients"]]) for figure in figures]


def row(figure: dict, floor: dict) -> list[str]:
    """Write one figure; the bare database has a rate alone."""
    first = [figure["work"], figure["clients"], f"{figure['per_second']:.0f}"]
    first.append(f"{figure['per_second'] / floor['per_second']:.1%}")
    if not figure["p50_ms"]:
        return [*first, *["–"] * 6]
    times = [f"{figure[name]:.2f}" for name in ("p50_ms", "p95_ms", "p99_ms")]
    cpu = [f"{figure[name]:.2f}" for name in ("cpu_ms", "database_cpu_ms")]
    return [*first, *times, f"{figure['p99_ms'] / floor['p99_ms']:.1f}×", *cpu]


if __name__ == "__main__":
    main()
