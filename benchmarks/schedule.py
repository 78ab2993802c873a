"""Rounds for made-up pairs: how many are needed, how many promises are kept, and what it takes; beside first fit.

Pairs are drawn by chance, as many as everybody may have (matching/windows.py). Either all are there all the time and
there are as many rounds as needed, or there are nine rounds and 40 of 100 people miss four of them. First fit puts
one pair after the other into the first round open to both. Every figure comes from a process of its own.
"""

import argparse
import itertools

from _apart import apart
from _report import keep, machine, table

WAYS = ("eventmatch", "first fit")
SIZES = (1_000, 20_000)
MOST = (6, 8)
SEED = 7
COLUMNS = ("people", "meetings each", "presence", "pairs", "way", "rounds", "kept", "in two places", "CPU s")


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", nargs="+", type=int, default=SIZES)
    cases = itertools.product(parser.parse_args().sizes, MOST, (False, True), WAYS)
    orders = [dict(zip(("people", "most", "part_time", "way"), case, strict=True)) for case in cases]
    report = {**machine(), "schedules": [order | apart("_one_schedule.py", seed=SEED, **order) for order in orders]}
    print("{cores} cores, load {load} before, Python {python}; one run each\n".format(**report))
    print(table(COLUMNS, [shown(row) for row in report["schedules"]]))
    keep("schedule", report)


def shown(row: dict) -> list[object]:
    """Write one line."""
    there = "40 % miss 4 of 9" if row["part_time"] else "all"
    figures = [row["rounds"], f"{row['kept']:.2%}", row["double"], f"{row['cpu_seconds']:.2f}"]
    return [row["people"], row["most"], there, row["pairs"], row["way"], *figures]


if __name__ == "__main__":
    main()
