"""Why two people should meet, and how much of it somebody may read."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Words = Mapping[str, tuple[str, ...]]  # what may be read of somebody's profile, by field

_ASKABLE = {"need": "offers", "give": "asks", "rare": "interests"}
_TOLD = ("need", "give", "rare", "text", "complement")
_CHOSEN = frozenset({"need", "give", "rare"})  # rest on words people chose as tags or asked and offered
_PROSE = frozenset({"about", "headline"})


@dataclass(frozen=True, slots=True)
class Reason:
    """One part of what I get from meeting the other: my words, theirs, and the fields they come from."""

    term: str  # need, give, rare, complement or text
    mine: str
    theirs: str
    my_field: str
    their_field: str
    amount: float  # of the directed score
    alike: bool = False  # a complement because both are of one organisation, whatever each calls it


@dataclass(frozen=True, slots=True)
class Opening:
    """What a first question could be about; the wording belongs to the page."""

    term: str
    tag: str


def recalled(rows: Iterable[Mapping[str, Any]]) -> tuple[Reason, ...]:
    """Return reasons as they were kept."""
    return tuple(Reason(**row) for row in rows)


def readable(reasons: Iterable[Reason], mine: Words, theirs: Words) -> tuple[Reason, ...]:
    """Leave out every reason with a word that the reader may not see, or that is no longer said."""
    return tuple(r for r in reasons if _says(mine, r.my_field, r.mine) and _says(theirs, r.their_field, r.theirs))


def _says(words: Words, field: str, said: str) -> bool:
    """Tell whether a field still says this; in prose a word may stand anywhere."""
    if field in _PROSE:
        return any(said in unicodedata.normalize("NFKC", text).casefold() for text in words.get(field, ()))
    return said in words.get(field, ())


def as_told(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """Return reasons in the order worth telling: help for me, help from me, what we share; each the most first.

    A word two people happen to write both is told only where nothing says more.
    """
    told = sorted(reasons, key=lambda reason: _TOLD.index(reason.term))
    telling = any(reason.term in _CHOSEN for reason in told)
    return tuple(reason for reason in told if not (telling and reason.term == "text"))


def openings(reasons: Iterable[Reason]) -> tuple[Opening, ...]:
    """Return what to ask about, the best first: tags of the other only; none rather than a silly question."""
    return tuple(Opening(r.term, r.theirs) for r in reasons if _ASKABLE.get(r.term) == r.their_field)
