"""The lists of one event, computed in a process of their own: plain values in, plain values out.

scikit-learn is imported here, inside functions that only the child runs; the parent sees nothing of it.
"""

import logging
import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any

from eventmatch.domain.faults import told

if TYPE_CHECKING:
    from eventmatch.matching import MatchResult, MatchSettings

log = logging.getLogger(__name__)

Progress = Callable[[int, int], None]
POLITE = 10  # of the processor's time, the door comes first
LEAST = 3  # names; a list with fewer is weak
EXTRA = 2  # newcomers at the end of a full list while the event runs


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who is to be matched, who not with whom, and what the organiser decided."""

    people: list[dict[str, Any]]  # the fields of matching.Profile, in the order of registration
    excluded: list[tuple[str, str]] = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=dict)  # as domain.match_rules stores them
    must: list[tuple[str, str]] = field(default_factory=list)  # the organiser wants these to meet, unless excluded
    never: list[tuple[str, str]] = field(default_factory=list)  # and these not; they are among the excluded
    outcomes: list[tuple[str, str, bool]] = field(default_factory=list)  # whether a meeting was of use, if enough
    earlier: list[tuple[str, str]] = field(default_factory=list)  # who met at earlier events
    newcomers: list[str] = field(default_factory=list)  # lists for these only, while all others keep theirs
    fixed: list[tuple[str, str]] = field(default_factory=list)  # the pairs on those
    present: list[str] = field(default_factory=list)  # who has arrived


@dataclass(frozen=True, slots=True)
class Side:
    """What one of a pair gets from the other, and where the other stands on the list."""

    score: float
    rank: int
    terms: dict[str, float]
    reasons: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two people on each other's lists, the lower id first."""

    low: int
    high: int
    value: float
    sides: tuple[Side, Side]


@dataclass(frozen=True, slots=True)
class Lists:
    """Everybody's lists as pairs, who has none, and how fair they are."""

    pairs: list[Pair]
    alone: list[int]
    measures: dict[str, float]


def run(pipe: Connection, wanted: Wanted) -> None:
    """Compute in the child and tell the parent: progress now and then, at last the lists or what is wrong."""
    os.nice(POLITE)
    with suppress(BrokenPipeError):  # nobody listens any more
        try:
            pipe.send(("lists", compute(wanted, Hundredths(pipe))))
        except ValueError as error:
            pipe.send(("refused", str(error)))
        except Exception as error:  # noqa: BLE001 - left alone it would be printed with its words
            log.error("the lists were not computed: %s", told(error))


class Hundredths:
    """Tells the parent each further hundredth of the way, and no more often."""

    def __init__(self, pipe: Connection) -> None:
        """Remember whom to tell."""
        self.pipe, self.told = pipe, -1

    def __call__(self, done: int, total: int) -> None:
        """Tell how far it is if that is news."""
        if total and done * 100 // total > self.told:
            self.told = done * 100 // total
            self.pipe.send(("progress", (done, total)))


def compute(wanted: Wanted, progress: Progress) -> Lists:
    """Choose whom everybody should meet; ids are numbers written as text, low before high as they come."""
    settings = core_settings(wanted)
    if wanted.newcomers:
        return Lists(list(newcomers_pairs(wanted, settings, progress)), [], {})
    result = matched(wanted, settings, progress)
    alone = [int(person) for person, own in zip(result.ids, result.lists, strict=True) if not len(own)]
    return Lists(_pairs(result), alone, result.measures(settings.n_suggestions))


def core_settings(wanted: Wanted) -> "MatchSettings":
    """Translate what the organiser decided: the one place that knows which of it the core can do so far."""
    from eventmatch.matching import MatchSettings, Weights

    chosen = wanted.settings
    rule = chosen.get("same_organisation", "allow")
    return MatchSettings(
        n_suggestions=chosen.get("suggestions", 6),
        weights=Weights(**chosen.get("weights", {})),
        same_organisation=rule if rule in {"allow", "avoid"} else "allow",
    )


def matched(wanted: Wanted, settings: "MatchSettings", progress: Progress) -> "MatchResult":
    """Ask the core: the one place to hand on outcomes, earlier meetings and what else it learns to use."""
    from eventmatch.matching import Profile, match_event

    profiles = [Profile(**person) for person in wanted.people]
    return match_event(profiles, wanted.excluded, settings, progress)


def newcomers_pairs(wanted: Wanted, settings: "MatchSettings", progress: Progress) -> Iterator[Pair]:
    """Choose for newcomers in the order they came: published pairs stay, and free places are given away.

    Who is there comes first, who may still come fills the rest. Where lists are full already, a newcomer is put at
    the end of a few, or would meet nobody.
    """
    most, taken = settings.n_suggestions, Counter(person for pair in wanted.fixed for person in pair)
    closed = {frozenset(pair) for pair in (*wanted.fixed, *wanted.excluded)}
    everybody = [person["id"] for person in wanted.people]
    steps = ((wanted.present, most, 0), (wanted.present, LEAST, EXTRA), (everybody, most, 0), (everybody, LEAST, EXTRA))
    for done, newcomer in enumerate(wanted.newcomers, start=1):
        for those, enough, extra in steps:
            room, there = min(enough, most) - taken[newcomer], set(those)
            free = [one for one in everybody if one in there and taken[one] < most + extra]
            open_to = [one for one in free if {newcomer, one} not in closed] if room > 0 else []
            for pair in rank_newcomer(wanted, settings, newcomer, open_to)[: max(room, 0)]:
                both = (str(pair.low), str(pair.high))
                taken.update(both)
                closed.add(frozenset(both))
                yield pair
        progress(done, len(wanted.newcomers))


def rank_newcomer(wanted: Wanted, settings: "MatchSettings", newcomer: str, allowed: list[str]) -> list[Pair]:
    """Score one newcomer against those allowed, everybody's words known, and return the best pairs first.

    The one place to put a faster kernel under: today everybody's ranked list is computed and one of them kept.
    """
    from eventmatch.matching import Profile, match_event

    if not set(allowed) - {newcomer}:
        return []
    others = {person["id"] for person in wanted.people} - {newcomer, *allowed}
    barred = [*wanted.excluded, *((newcomer, other) for other in sorted(others))]
    result = match_event([Profile(**one) for one in wanted.people], barred, replace(settings, mode="ranked"))
    row, scores, values = result.ids.index(newcomer), result.scores.tolist(), result.values.tolist()
    places = {(low, high): at for at, (low, high) in enumerate(result.pairs.tolist())}
    own = [places[min(row, other), max(row, other)] for other in result.lists[row].tolist()]
    return [_pair(result, at, scores[at], values[at], (0, 0)) for at in own]  # places on lists are given when kept


def _pairs(result: "MatchResult") -> list[Pair]:
    """Take the arrays apart into plain numbers and words."""
    ranks = [{other: rank for rank, other in enumerate(own.tolist(), start=1)} for own in result.lists]
    scores, values = result.scores.tolist(), result.values.tolist()
    return [
        _pair(result, at, scores[at], values[at], (ranks[low][high], ranks[high][low]))
        for at, (low, high) in enumerate(result.pairs.tolist())
    ]


def _pair(result: "MatchResult", at: int, scores: list[float], value: float, ranks: tuple[int, int]) -> Pair:
    """Put one pair together; numbers were taken out of their arrays before, for that takes long one by one."""
    low, high = (int(result.ids[row]) for row in result.pairs[at])
    terms, reasons = result.terms[at].tolist(), result.reasons[at]
    one, other = (_side(scores[side], ranks[side], terms[side], reasons[side]) for side in (0, 1))
    return Pair(low=low, high=high, value=value, sides=(one, other))


def _side(score: float, rank: int, terms: list[float], reasons: tuple[Any, ...]) -> Side:
    """Put together what one of a pair gets."""
    from eventmatch.matching import TERMS

    return Side(score, rank, dict(zip(TERMS, terms, strict=True)), [asdict(reason) for reason in reasons])
