"""Real events for judging, read from a folder that is given: people, who belonged together, who must not be listed.

NAME.csv.gz holds people, NAME-met.csv.gz or NAME-friends.csv.gz the pairs who belonged together (columns a, b) and
NAME-coauthors.csv.gz, where there is one, pairs who know each other and must not be listed.
"""

import csv
import gzip
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

Record = dict[str, str]
Pair = tuple[str, str]


@dataclass(frozen=True)
class Event:
    """One event: records of people, and pairs of their ids."""

    name: str
    people: Sequence[Record]
    together: Sequence[Pair]
    known: Sequence[Pair] = ()

    @property
    def ids(self) -> list[str]:
        """Everybody's id, in the order of the file."""
        return [record["id"] for record in self.people]

    def belonging(self) -> dict[str, set[str]]:
        """Everybody's others who belong to them and may be listed."""
        found: dict[str, set[str]] = {name: set() for name in self.ids}
        barred = {*self.known, *((b, a) for a, b in self.known)}
        for a, b in self.together:
            if a != b and {a, b} <= found.keys() and (a, b) not in barred:
                found[a].add(b)
                found[b].add(a)
        return found

    def only(self, *columns: str) -> "Event":
        """The same with fewer columns."""
        return replace(self, people=[{name: record[name] for name in ("id", *columns)} for record in self.people])

    def without(self, some: set[str]) -> "Event":
        """The same without some people, and without the pairs they are in."""
        people = [record for record in self.people if record["id"] not in some]
        return replace(self, people=people, together=[pair for pair in self.together if some.isdisjoint(pair)])

    def shuffled(self, seed: int) -> "Event":
        """The same people with each other's words: what they wrote says nothing about them any more."""
        places = np.random.default_rng(seed).permutation(len(self.people))
        people = [self.people[place] | {"id": name} for place, name in zip(places, self.ids, strict=True)]
        return replace(self, people=people)

    def mislabelled(self, seed: int) -> "Event":
        """The same people, with pairs drawn by lot in the place of those who belonged together."""
        names = dict(zip(self.ids, np.random.default_rng(seed).permutation(self.ids).tolist(), strict=True))
        return replace(self, together=[(names[a], names[b]) for a, b in self.together if {a, b} <= names.keys()])

    def write(self, folder: Path) -> tuple[Path, Path, Path]:
        """Write people, pairs together and pairs known to files of a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        files = tuple(folder / f"{name}.csv" for name in ("people", "together", "known"))
        write_table(files[0], list(self.people[0]), (record.values() for record in self.people))
        write_table(files[1], ["a", "b"], self.together)
        write_table(files[2], ["a", "b"], self.known)
        return files[0], files[1], files[2]


def read_event(folder: Path, name: str) -> Event:
    """Read an event; pairs of people who are not in its file are left out."""
    people = records(folder / f"{name}.csv.gz")
    ids = {record["id"] for record in people}
    together = next(path for kind in ("met", "friends") if (path := folder / f"{name}-{kind}.csv.gz").exists())
    known = folder / f"{name}-coauthors.csv.gz"
    return Event(name, people, pairs(together, ids), pairs(known, ids) if known.exists() else ())


def records(path: Path) -> list[Record]:
    """Read a gzipped table."""
    with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def pairs(path: Path, ids: set[str]) -> list[Pair]:
    """Read pairs of two of these."""
    return [(record["a"], record["b"]) for record in records(path) if {record["a"], record["b"]} <= ids]


def write_table(path: Path, columns: Sequence[str], rows: Iterable[Iterable[str]]) -> None:
    """Write a table."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([columns, *rows])
