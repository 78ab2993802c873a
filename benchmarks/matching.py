"""What matching takes and how fair its lists are, beside plain TF-IDF: generated people, and real ones where given.

Generated people are described in _people.py. With a folder of data, or EVENTMATCH_JUDGING naming one, lists are also
judged against people who really belonged together: NAME.csv.gz holds people, NAME-met.csv.gz the pairs (columns a, b)
and NAME-coauthors.csv.gz pairs who must not be listed, for every NAME that begins with conference-. Only profiles are
read to make lists. Every figure comes from a process of its own.
"""

import argparse
import csv
import gzip
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from _judge import fairness, ndcg, neighbours
from _report import keep, machine, table

ROOT = Path(__file__).resolve().parents[1]
METHODS = ("mutual", "ranked", "tfidf")
SIZES = (300, 1_000, 3_000)
SEED = 7
MADE_UP = ("people", "lists", "seconds", "peak MB", "mutual", "fill", "coverage", "Gini", "most shown")
REAL = ("event", "people", "lists", "NDCG@10", "of TF-IDF", "mutual", "fill", "coverage", "Gini", "most shown")


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=os.environ.get("EVENTMATCH_JUDGING"))
    parser.add_argument("--sizes", nargs="+", type=int, default=SIZES)
    arguments = parser.parse_args()
    report = {**machine(), "made_up": [made_up(size, method) for size in arguments.sizes for method in METHODS]}
    print("{cores} cores, load {load} before, Python {python}; one run each, lists of ten\n".format(**report))
    print(table(MADE_UP, [made_up_row(row) for row in report["made_up"]]))
    if arguments.folder:
        report["real"] = [row for name in events(Path(arguments.folder)) for row in real(Path(arguments.folder), name)]
        print("", table(REAL, [real_row(row) for row in report["real"]]), sep="\n")
    keep("matching", report)


def made_up(size: int, method: str) -> dict:
    """Match generated people."""
    result = one_matching(method=method, people=size, exclude=None, seed=SEED)
    return {"people": size, "method": method, **result, **fairness(result.pop("lists"))}


def events(folder: Path) -> Iterator[str]:
    """Find the events of a folder."""
    names = sorted(path.name.removesuffix(".csv.gz") for path in folder.glob("conference-*-met.csv.gz"))
    if not names:
        raise SystemExit(f"There is no conference-…-met.csv.gz in {folder}.")
    return (name.removesuffix("-met") for name in names)


def real(folder: Path, name: str) -> list[dict]:
    """Match the people of one event in every way and judge the lists."""
    people, exclude = folder / f"{name}.csv.gz", folder / f"{name}-coauthors.csv.gz"
    rows = {record["id"]: row for row, record in enumerate(records(people))}
    met, known = (pairs(path, rows) for path in (folder / f"{name}-met.csv.gz", exclude))
    belonging, judged = neighbours(met, known), []
    for method in METHODS:
        lists = one_matching(method=method, people=str(people), exclude=str(exclude), seed=None)["lists"]
        quality = {"ndcg": ndcg(lists, belonging), **fairness(lists)}
        judged.append({"event": name, "people": len(rows), "method": method, **quality})
    return [row | {"of_tfidf": row["ndcg"] / judged[-1]["ndcg"]} for row in judged]


def records(path: Path) -> list[dict[str, str]]:
    """Read a gzipped table."""
    with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def pairs(path: Path, rows: dict[str, int]) -> list[tuple[int, int]]:
    """Read pairs of people who are here."""
    return [(rows[r["a"]], rows[r["b"]]) for r in records(path) if r["a"] in rows and r["b"] in rows]


def one_matching(**order: object) -> dict:
    """Let another process match."""
    command = [sys.executable, str(Path(__file__).with_name("_one_matching.py")), json.dumps(order)]
    paths = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": paths}
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)  # noqa: S603 - our own program
    return json.loads(done.stdout)


def made_up_row(row: dict) -> list[object]:
    """Write one line about generated people."""
    return [row["people"], row["method"], f"{row['seconds']:.2f}", f"{row['peak_mb']:.0f}", *fair(row)]


def real_row(row: dict) -> list[object]:
    """Write one line about real people."""
    said = [f"{row['ndcg']:.4f}", f"{row['of_tfidf']:.1%}"]
    return [row["event"], row["people"], row["method"], *said, *fair(row)]


def fair(row: dict) -> list[object]:
    """Write how fair lists are."""
    return [*(f"{row[name]:.3f}" for name in ("mutual", "fill", "coverage", "gini")), row["most_shown"]]


if __name__ == "__main__":
    main()
