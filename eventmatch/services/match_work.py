"""What is handed to a computation of lists and what comes back: plain values, light to import."""

from dataclasses import dataclass, field
from typing import Any

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
    learned: dict[str, list[float]] = field(default_factory=dict)  # the order learned from outcomes, if any
