"""Match lists from one file to another, without a database: people in, lists out."""

import json
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from eventmatch.domain.errors import Invalid
from eventmatch.domain.synonyms import clean_word, resolved, with_synonym
from eventmatch.matching.event import Progress, match_event, unheard
from eventmatch.matching.learning import LearnedOrder
from eventmatch.matching.order import EventOrder
from eventmatch.matching.profiles import Profile
from eventmatch.matching.result import MatchResult
from eventmatch.matching.scoring import TERMS, Weights
from eventmatch.matching.settings import History, MatchSettings
from eventmatch.services.match_lists import write_lists
from eventmatch.services.match_options import MatchOptions
from eventmatch.services.match_people import read_pairs, read_people
from eventmatch.services.match_tables import text_of, write_text

Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class MatchReport:
    """How many were matched, how fair the lists are, and what in the file was passed over."""

    people: int
    listings: int
    measures: dict[str, float]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PastEvent:
    """Who was at an earlier event, and which pairs of them belonged together."""

    profiles: list[Profile]
    together: Pairs


def match_files(options: MatchOptions, progress: Progress = unheard) -> MatchReport:
    """Read people, choose whom everybody should meet, write the lists; a name ending in .gz is gzipped."""
    if options.n_suggestions < 1:
        raise Invalid("Ask for at least one suggestion.", field="suggestions")
    profiles, warnings = read_people(options.people)
    settings = settings_of(options)
    known = {profile.id for profile in profiles}
    past = [past_event(people, pairs) for people, pairs in options.learn_from]
    earlier = met_before(past, known) + [pair for path in options.earlier for pair in read_pairs(path, known)]
    excluded = [pair for path in options.exclude for pair in read_pairs(path, known)]
    history = history_of(options, settings, past, profiles, earlier)
    excluded += earlier if options.avoid_earlier else []
    drawn = by_lot(profiles, options.seed)
    result = match_event(drawn, excluded, settings, progress, history=history, n_jobs=options.jobs or -1)
    write_lists(options.output, result, [profile.id for profile in profiles])
    report = reported(result, options.n_suggestions, warnings)
    if options.report:
        write_text(options.report, json.dumps(figures(report, options), indent=1) + "\n")
    return report


def settings_of(options: MatchOptions) -> MatchSettings:
    """What was asked for, as the matcher reads it."""
    return MatchSettings(
        n_suggestions=options.n_suggestions,
        mode=options.mode,
        cap=options.cap,
        weights=read_weights(options.weights) if options.weights else Weights(),
        same_organisation=options.same_organisation,
        diverse=options.diverse,
        synonyms=read_synonyms(options.synonyms) if options.synonyms else {},
    )


def read_weights(path: Path) -> Weights:
    """The weights of a TOML file: those of the five terms that are given; the others are 0."""
    given = read_toml(path, "weights")
    for name, weight in given.items():
        if name not in TERMS:
            raise Invalid(f"{path.name}: {name} is no weight; there are {', '.join(TERMS)}.", field=name)
        if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 <= weight <= 1:
            raise Invalid(f"{path.name}: {name} is a number from 0 to 1, not {weight!r}.", field=name)
    try:
        return Weights(**(dict.fromkeys(TERMS, 0.0) | given))
    except ValueError as error:
        raise Invalid(f"{path.name}: {error} These add up to {sum(given.values()):g}.", field="weights") from error


def read_synonyms(path: Path) -> dict[str, str]:
    """The synonyms of a TOML file, each tag with what it is read as at last."""
    synonyms: dict[str, str] = {}
    for written, meant in read_toml(path, "synonyms").items():
        if not isinstance(meant, str):
            raise Invalid(f"{path.name}: {written} is read as a word in quotes, not {meant!r}.", field="synonyms")
        try:
            one, other = clean_word(written, "synonyms"), clean_word(meant, "synonyms")
            synonyms = with_synonym(synonyms, one, other)
        except Invalid as error:
            raise Invalid(f"{path.name}: {written!r} = {meant!r}: {error.message}", field="synonyms") from error
    return resolved(synonyms)


def read_toml(path: Path, field: str) -> dict[str, Any]:
    """What a TOML file says."""
    try:
        return tomllib.loads(text_of(path))
    except ValueError as error:  # a TOMLDecodeError, or a number of thousands of digits
        raise Invalid(f"{path.name} is not written in TOML: {error}.", field=field) from error


def past_event(people: Path, pairs: Path) -> PastEvent:
    """An earlier event from its two files."""
    profiles, _ = read_people(people)
    return PastEvent(profiles, read_pairs(pairs, {profile.id for profile in profiles}))


def met_before(past: Iterable[PastEvent], known: set[str]) -> Pairs:
    """Pairs of people of this event who belonged together at an earlier one, by their ids."""
    return [pair for event in past for pair in event.together if known.issuperset(pair)]


def history_of(
    options: MatchOptions, settings: MatchSettings, past: list[PastEvent], profiles: list[Profile], earlier: Pairs
) -> History:
    """The words of earlier people, who met, and the order that earlier events teach."""
    read = [profile for path in options.background for profile in read_people(path)[0]]
    words = [*read, *(profile for event in past for profile in event.profiles)]
    learned = learned_order(past, settings, words, options.jobs or -1) if past else None
    return History(of_others(words, profiles), () if options.avoid_earlier else tuple(earlier), learned)


def of_others(words: Iterable[Profile], own: Iterable[Profile]) -> list[Profile]:
    """Each person once, and nobody who is at the event itself: what they say there is enough."""
    found = {profile.id: profile for profile in own}
    return [found.setdefault(profile.id, profile) for profile in words if profile.id not in found]


def learned_order(
    past: Sequence[PastEvent], settings: MatchSettings, words: Sequence[Profile], jobs: int
) -> LearnedOrder:
    """What earlier events teach, each read beside the words of all others."""
    lessons = []
    for event in past:
        history = History(of_others(words, event.profiles))
        lessons.append(EventOrder(event.profiles, settings, history, n_jobs=jobs).lesson(event.together))
    try:
        return LearnedOrder.learned(lessons)
    except ValueError as error:
        raise Invalid(f"Nothing can be learned from these events: {error}", field="learn_from") from error


def by_lot(profiles: list[Profile], seed: int | None) -> list[Profile]:
    """The profiles as they stand, or in an order drawn by lot, which decides where people are equally suited."""
    if seed is None:
        return profiles
    return [profiles[place] for place in np.random.default_rng(seed).permutation(len(profiles))]


def reported(result: MatchResult, n_suggestions: int, warnings: tuple[str, ...]) -> MatchReport:
    """How it went."""
    listings = sum(map(len, result.lists))
    return MatchReport(len(result.ids), listings, result.measures(n_suggestions), warnings)


def figures(report: MatchReport, options: MatchOptions) -> dict[str, object]:
    """What the report file holds: what was asked for and how it went."""
    asked = {"mode": options.mode, "suggestions": options.n_suggestions, "cap": options.cap, "seed": options.seed}
    return {**asked, "people": report.people, "listings": report.listings, "measures": report.measures}
