"""How often people are listed to those they really belonged with, beside plain TF-IDF: real events, where given.

Give a folder of data, or name one in EVENTMATCH_JUDGING: conference-…, with headline and about, and taste, with
interests, as _events.py reads them. Lists of ten are made by what the `match` command calls, from profiles alone.
Labels of an event never help that event: `learning` uses the other conferences, and of taste the four fifths of
people nobody of whom is judged (by SHA-256 of the id). `background` gives it the words of the other conferences.
NDCG@10 is judged by _judge.py; the gain over TF-IDF is a mean over people, with its 95 % bootstrap interval.

Below stand two controls. Words shuffled among people must fall to what random lists reach. What is learned from
shuffled labels must not beat what is not learned.
"""

import argparse
import csv
import hashlib
import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from _events import Event, read_event
from _judge import K, fairness, gain, interval
from _one_matching import tfidf
from _report import keep, machine, table

from eventmatch.services.match_files import match_files
from eventmatch.services.match_options import MatchOptions
from eventmatch.services.match_people import read_people

CAP = 15
FOLDS = 5
SHUFFLED, MISLED, LOTS = 8, 3, 100  # draws of each control
COLUMNS = (
    "event",
    "profile",
    "way",
    "NDCG@10",
    "of TF-IDF",
    "gain, 95 %",
    "mutual",
    "fill",
    "coverage",
    "Gini",
    "most shown",
)
CONTROLS = ("event", "control", "draws", "NDCG@10", "to compare", "is")

Lists = dict[str, list[str]]


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=os.environ.get("EVENTMATCH_JUDGING"))
    folder = parser.parse_args().folder
    if folder is None:
        print("No folder of real events was given, so quality is not judged: benchmarks/quality.py FOLDER")
        return
    conferences, taste = events(Path(folder))
    rows = [row for event in conferences for row in conference(event, [o for o in conferences if o is not event])]
    rows += [row for event in taste for row in friends(event)]
    report = {
        **machine(),
        "quality": rows,
        "controls": [row for event in conferences for row in controls(event, conferences)],
    }
    print("{cores} cores, load {load} before, Python {python}\n".format(**report))
    print(table(COLUMNS, [quality_row(row) for row in rows]))
    print("", table(CONTROLS, [control_row(row) for row in report["controls"]]), sep="\n")
    keep("quality", report)


def events(folder: Path) -> tuple[list[Event], list[Event]]:
    """Find the conferences of a folder, and taste if it is there."""
    names = sorted(path.name.removesuffix("-met.csv.gz") for path in folder.glob("conference-*-met.csv.gz"))
    taste = ["taste"] if (folder / "taste.csv.gz").exists() else []
    if not names:
        raise SystemExit(f"There is no conference-…-met.csv.gz in {folder}.")
    return [read_event(folder, name) for name in names], [read_event(folder, name) for name in taste]


def conference(event: Event, others: Sequence[Event]) -> Iterator[dict]:
    """Judge one conference: whole profiles and headlines only, in every way."""
    headline = event.only("organisation", "headline")
    yield from judged(event, "full", {"TF-IDF": reference(event, min_df=2), **ways(event, others)})
    beside = {"ranked": made(headline), "ranked, background": made(headline, background=others)}
    learning = {"ranked, learning": made(headline, learn_from=heads(others), background=others)}
    yield from judged(event, "headline", {"TF-IDF": reference(headline, min_df=1), **beside, **learning})


def heads(others: Sequence[Event]) -> list[Event]:
    """Other conferences as they would be known by their headlines, to learn from profiles of the same kind."""
    return [other.only("organisation", "headline") for other in others]


def ways(event: Event, others: Sequence[Event]) -> dict[str, Lists]:
    """Lists of whole profiles in every way."""
    return {
        "ranked": made(event),
        "ranked, background": made(event, background=others),
        "ranked, learning": made(event, learn_from=others),
        f"capped at {CAP}": made(event, mode="capped", cap=CAP),
        "mutual": made(event, mode="mutual"),
    }


def friends(event: Event) -> Iterator[dict]:
    """Judge lists by shared taste."""
    lists = {
        "TF-IDF": reference(event, min_df=1),
        "ranked": made(event),
        "ranked, learning": cross_fitted(event),
        f"capped at {CAP}": made(event, mode="capped", cap=CAP),
        "mutual": made(event, mode="mutual"),
    }
    yield from judged(event, "interests", lists)


def cross_fitted(event: Event) -> Lists:
    """Lists of each fifth of people as learned from pairs none of whom is in it."""
    lists: Lists = {}
    for fold in range(FOLDS):
        fifth = {name for name in event.ids if int(hashlib.sha256(name.encode()).hexdigest(), 16) % FOLDS == fold}
        lists |= {name: own for name, own in made(event, learn_from=[event.without(fifth)]).items() if name in fifth}
    return lists


def controls(event: Event, others: Sequence[Event]) -> Iterator[dict]:
    """What must not be better than it is allowed to be, as means over draws."""
    misled = [score(event, made(event, learn_from=[o.mislabelled(seed) for o in others])) for seed in range(MISLED)]
    shuffled = [score(event, made(event.shuffled(seed))) for seed in range(SHUFFLED)]
    by_lot = [score(event, lots(event, seed)) for seed in range(LOTS)]
    pairs = {
        ("words shuffled", "random lists"): (shuffled, by_lot),
        ("labels shuffled", "not learned"): (misled, [score(event, made(event, background=others))]),
    }
    for (control, to), (found, beside) in pairs.items():
        scores = {"ndcg": float(np.mean(found)), "of": float(np.mean(beside))}
        yield {"event": event.name, "control": control, "to": to, "draws": len(found), **scores}


def lots(event: Event, seed: int) -> Lists:
    """Ten others for everybody, drawn by lot from those who may be listed."""
    chance, lists = np.random.default_rng(seed), {}
    known = {*event.known, *((b, a) for a, b in event.known)}
    for name in event.ids:
        drawn = chance.permutation(event.ids).tolist()
        lists[name] = [other for other in drawn if other != name and (name, other) not in known][:K]
    return lists


def made(
    event: Event, *, background: Sequence[Event] = (), learn_from: Sequence[Event] = (), **options: object
) -> Lists:
    """Lists as the `match` command makes them."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        people, _, known = event.write(folder / "event")
        words = tuple(other.write(folder / f"background-{place}")[0] for place, other in enumerate(background))
        taught = tuple(other.write(folder / f"earlier-{place}")[:2] for place, other in enumerate(learn_from))
        asked = MatchOptions(
            people, folder / "lists.csv", mode="ranked", exclude=(known,), background=words, learn_from=taught
        )
        match_files(replace(asked, **options))  # type: ignore[arg-type]  # its own fields
        return read_lists(folder / "lists.csv", event.ids)


def reference(event: Event, min_df: int) -> Lists:
    """Everybody's nearest by the cosine of TF-IDF."""
    with tempfile.TemporaryDirectory() as name:
        profiles = read_people(event.write(Path(name))[0])[0]
    return {
        event.ids[row]: [event.ids[other] for other in own]
        for row, own in enumerate(tfidf(profiles, event.known, min_df=min_df))
    }


def read_lists(path: Path, ids: Sequence[str]) -> Lists:
    """Everybody's list, best first."""
    lists: Lists = {name: [] for name in ids}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            lists[row["id"]].append(row["other"])
    return lists


def judged(event: Event, profile: str, ways: dict[str, Lists]) -> Iterator[dict]:
    """One row for each way, compared with the first."""
    first = gains(event, next(iter(ways.values())))
    rows = {name: row for row, name in enumerate(event.ids)}
    for way, lists in ways.items():
        own = gains(event, lists)
        numbered = [[rows[other] for other in lists[name]] for name in event.ids]
        scores = {
            "ndcg": float(own.mean()),
            "of_tfidf": float(own.mean() / first.mean()),
            "gain": interval(own - first),
        }
        yield {"event": event.name, "profile": profile, "way": way, **scores, **fairness(numbered)}


def score(event: Event, lists: Lists) -> float:
    """NDCG@10 of lists."""
    return float(gains(event, lists).mean())


def gains(event: Event, lists: Lists) -> np.ndarray:
    """NDCG@10 of everybody to whom somebody belongs, by id."""
    return np.array([gain(lists[name], others) for name, others in sorted(event.belonging().items()) if others])


def quality_row(row: dict) -> list[object]:
    """Write one line."""
    mean, low, high = row["gain"]
    said = [f"{row['ndcg']:.4f}", f"{row['of_tfidf']:.1%}", f"{mean:+.4f} ({low:+.4f} to {high:+.4f})"]
    fair = [f"{row[name]:.3f}" for name in ("mutual", "fill", "coverage", "gini")]
    return [row["event"], row["profile"], row["way"], *said, *fair, row["most_shown"]]


def control_row(row: dict) -> list[object]:
    """Write one control."""
    return [row["event"], row["control"], row["draws"], f"{row['ndcg']:.4f}", f"{row['of']:.4f}", row["to"]]


if __name__ == "__main__":
    main()
