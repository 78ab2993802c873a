"""What everybody's twenty nearest take as crowds grow, beside scikit-learn: CPU, two threads, memory, recall.

People are described in _crowd.py. Every figure comes from a process of its own, with linear algebra on one thread: CPU
seconds and peak memory from one thread, wall time from two; medians of warm rounds up to 20,000 people, above that one
cold round. NearestNeighbors is asked for 4,096 of a crowd that is greater than that, and its time is multiplied (≈).
Recall counts the first 1,000 lists against products in double precision; who is as near as the last counts as right.
sp_matmul_rs and Dask are extras, measured where installed.
"""

import argparse
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import scipy.sparse as sp
from _apart import apart
from _crowd import crowd
from _report import keep, machine, table

SIZES = (1_000, 5_000, 20_000)
LARGE = 20_000  # above it, one round and no n × n
SEED = 20260101
NAMES = {
    "similarity": "cosine_similarity + argpartition",
    "neighbors": "NearestNeighbors(metric='cosine')",
    "plain": "eventmatch",
    "compiled": "eventmatch with sp_matmul_rs",
    "cluster": "eventmatch on a Dask cluster of two",
}
EXTRAS = {"compiled": "sp_matmul_rs", "cluster": "distributed"}
NEAREST = ("people", "method", "CPU s", "× less than similarity", "than neighbors", "wall s, two", "peak MB", "recall")
CLUSTER = ("people", "start s", "ms per block", "wall s", "equal lists")
COMING = ("people", "newcomer added", "of CPU", "nearest of those present", "of CPU")


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", nargs="+", type=int, default=SIZES)
    arguments = parser.parse_args()
    report = {**machine(), "nearest": [], "newcomers": []}
    for size in arguments.sizes:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "people.npz"
            sp.save_npz(file, crowd(size, SEED), compressed=False)
            report["nearest"] += [{"people": size, **row} for row in ways(file, size)]
            report["newcomers"].append({"people": size, **apart("_one_scale.py", method="newcomers", file=str(file))})
    print("{cores} cores, load {load} before, Python {python}\n".format(**report))
    print(table(NEAREST, [nearest_row(row, report["nearest"]) for row in report["nearest"]]))
    print("", table(COMING, [coming_row(row) for row in report["newcomers"]]), sep="\n")
    if clusters := [row for row in report["nearest"] if row["method"] == "cluster"]:
        print("", table(CLUSTER, [cluster_row(row) for row in clusters]), sep="\n")
    keep("scale", report)


def ways(file: Path, size: int) -> Iterator[dict]:
    """Measure every way there is for a crowd."""
    rounds = 0 if size > LARGE else 3
    for method in NAMES:
        if (method == "similarity" and size > LARGE) or (method in EXTRAS and not find_spec(EXTRAS[method])):
            continue
        result = apart("_one_scale.py", method=method, file=str(file), threads=1, rounds=rounds)
        if method in {"neighbors", "plain", "compiled"}:
            result["wall"] = apart("_one_scale.py", method=method, file=str(file), threads=2, rounds=rounds)["wall"]
        yield {"method": method, **result}


def nearest_row(row: dict, rows: list[dict]) -> list[object]:
    """Write one line about everybody's nearest."""
    about = "≈ " if row["method"] == "neighbors" and row["people"] > LARGE else ""
    peers = {other["method"]: other["cpu"] for other in rows if other["people"] == row["people"]}
    less = [f"{peers[peer] / row['cpu']:.1f}" if peer in peers else "" for peer in ("similarity", "neighbors")]
    seconds = [f"{about}{row['cpu']:.2f}", *less, f"{about}{row['wall']:.2f}"]
    return [row["people"], NAMES[row["method"]], *seconds, f"{row['peak_mb']:.0f}", f"{row['recall']:.4f}"]


def coming_row(row: dict) -> list[object]:
    """Write one line about newcomers."""
    times = [row[name][kind] for name in ("added", "present") for kind in (0, 1)]
    return [row["people"], *(f"{middle:.2f}, 95 % {most:.2f} ms" for middle, most in times)]


def cluster_row(row: dict) -> list[object]:
    """Write one line about a cluster."""
    return [row["people"], *(f"{row[name]:.2f}" for name in ("start", "block_ms", "wall")), row["equal"]]


if __name__ == "__main__":
    main()
