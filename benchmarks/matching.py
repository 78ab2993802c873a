"""What matching takes and how fair its lists are, beside plain TF-IDF: generated people, described in _people.py.

Every figure comes from a process of its own. How good lists are is judged in quality.py.
"""

import argparse

from _apart import apart
from _judge import fairness
from _report import keep, machine, table

METHODS = ("mutual", "ranked", "tfidf")
SIZES = (300, 1_000, 3_000)
SEED = 7
MADE_UP = ("people", "lists", "seconds", "peak MB", "mutual", "fill", "coverage", "Gini", "most shown")


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", nargs="+", type=int, default=SIZES)
    arguments = parser.parse_args()
    report = {**machine(), "made_up": [made_up(size, method) for size in arguments.sizes for method in METHODS]}
    print("{cores} cores, load {load} before, Python {python}; one run each, lists of ten\n".format(**report))
    print(table(MADE_UP, [made_up_row(row) for row in report["made_up"]]))
    keep("matching", report)


def made_up(size: int, method: str) -> dict:
    """Match generated people."""
    result = apart("_one_matching.py", method=method, people=size, exclude=None, seed=SEED)
    return {"people": size, "method": method, **result, **fairness(result.pop("lists"))}


def made_up_row(row: dict) -> list[object]:
    """Write one line about generated people."""
    return [row["people"], row["method"], f"{row['seconds']:.2f}", f"{row['peak_mb']:.0f}", *fair(row)]


def fair(row: dict) -> list[object]:
    """Write how fair lists are."""
    return [*(f"{row[name]:.3f}" for name in ("mutual", "fill", "coverage", "gini")), row["most_shown"]]


if __name__ == "__main__":
    main()
