"""One matching in a process of its own, so that its time and its memory are nobody else's: JSON in, JSON out.

In: {"method": "mutual", "ranked" or "tfidf", "people": count or file, "exclude": file or null, "seed": number}
Out: {"seconds", "peak_mb", "lists": for each person the rows of the others, best first}
"""

import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from _judge import K
from _people import people
from _report import peak_mb
from sklearn.feature_extraction.text import TfidfVectorizer

from eventmatch.matching import MatchSettings, Profile, match_event
from eventmatch.services.match_people import read_pairs, read_people

WORD = "[a-z][a-z-]{2,}"
Pairs = Sequence[tuple[str, str]]


def main() -> None:
    """Read what is asked for, match, tell."""
    order = json.loads(sys.argv[1])
    profiles = (
        read_people(Path(order["people"]))[0] if order["seed"] is None else people(order["people"], order["seed"])
    )
    known = {profile.id for profile in profiles}
    barred = read_pairs(Path(order["exclude"]), known) if order["exclude"] else []
    began = time.perf_counter()
    lists = tfidf(profiles, barred) if order["method"] == "tfidf" else matched(profiles, barred, order["method"])
    seconds = time.perf_counter() - began
    peak = peak_mb()
    print(json.dumps({"seconds": seconds, "peak_mb": peak, "lists": lists}))


def matched(profiles: Sequence[Profile], barred: Pairs, mode: str) -> list[list[int]]:
    """Lists as eventmatch makes them, with scores and reasons."""
    return [own.tolist() for own in match_event(profiles, barred, MatchSettings(K, mode)).lists]


def tfidf(profiles: Sequence[Profile], barred: Pairs, min_df: int = 2) -> list[list[int]]:
    """Everybody's nearest by the cosine of TF-IDF over all that they wrote: what one would try first."""
    if any(profile.about or profile.headline for profile in profiles):
        vectorizer = TfidfVectorizer(token_pattern=WORD, stop_words="english", sublinear_tf=True, min_df=min_df)
        vectors = vectorizer.fit_transform([words(profile) for profile in profiles])
    else:
        vectorizer = TfidfVectorizer(analyzer=tags, binary=True)
        vectors = vectorizer.fit_transform(profiles)
    scores = (vectors @ vectors.T).toarray()
    np.fill_diagonal(scores, -np.inf)
    rows = {profile.id: row for row, profile in enumerate(profiles)}
    for a, b in barred:
        scores[rows[a], rows[b]] = scores[rows[b], rows[a]] = -np.inf
    best = np.argpartition(-scores, min(K, len(rows)) - 1, axis=1)[:, :K]
    order = np.argsort(-np.take_along_axis(scores, best, axis=1), axis=1, kind="stable")
    return np.take_along_axis(best, order, axis=1).tolist()


def tags(profile: Profile) -> list[str]:
    """What somebody is interested in."""
    return list(profile.interests)


def words(profile: Profile) -> str:
    """All that somebody wrote."""
    return " ".join([profile.headline, profile.about, *profile.interests, *profile.asks, *profile.offers])


if __name__ == "__main__":
    main()
