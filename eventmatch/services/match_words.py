"""Words that may mean the same: proposed where spelled nearly alike, and read as one only where the organiser says so.

Nothing an attendee wrote is changed: decisions stand in the event's settings and tell the matcher how to read it.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import select

from eventmatch.domain.actor import Actor
from eventmatch.domain.errors import NotFound
from eventmatch.domain.organisations import organisation_key
from eventmatch.domain.permissions import Action
from eventmatch.domain.synonyms import Kind, clean_word, kind_of, resolved, two_words, with_synonym, word_key
from eventmatch.models.base import write_transaction
from eventmatch.models.event import Event
from eventmatch.models.match import organisations_to_match, tags_to_match
from eventmatch.services import audit, events
from eventmatch.services.access import event_for
from eventmatch.services.near_words import near_pairs, parts_of

SHOWN = 25  # proposals of each kind at once
DIFFERENT = "different_words"  # beside the settings of matching: who says no to a question changes no list
READ = {Kind.TAG: tags_to_match, Kind.ORGANISATION: organisations_to_match}

Written = Iterable[tuple[int, str]]  # who wrote what
Settings = Mapping[str, Any]
Act = Callable[[Settings, Kind], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Word:
    """A word as most people write it, and how many people do, in whatever way it is read as."""

    text: str
    people: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """Two words that may be the same; the more usual one would stay."""

    kind: Kind
    written: Word
    meant: Word


@dataclass(frozen=True, slots=True)
class Decision:
    """A word that is read as another."""

    kind: Kind
    written: str
    meant: str


@dataclass(frozen=True, slots=True)
class WordsView:
    """What may be the same, and what is read as the same."""

    event: events.EventView
    proposals: tuple[Proposal, ...]
    more: bool  # proposals than are shown
    decided: tuple[Decision, ...]


def words(by: Actor, slug: str) -> WordsView:
    """Return proposals and decisions to those who may decide."""
    event = event_for(by, slug, Action.RUN_EVENT)
    found = [list(islice(_proposals(event, kind), SHOWN + 1)) for kind in Kind]
    shown = tuple(proposal for some in found for proposal in some[:SHOWN])
    decided = [
        Decision(kind, written, meant)
        for kind in Kind
        for written, meant in sorted(_synonyms(event.settings, kind).items(), key=lambda pair: word_key(pair[0]))
    ]
    return WordsView(events.view(event), shown, any(len(some) > SHOWN for some in found), tuple(decided))


def _proposals(event: Event, kind: Kind) -> Iterator[Proposal]:
    """Yield what may be the same, the more usual first, but for what the organiser called different."""
    refused = {frozenset(pair) for pair in event.settings.get(DIFFERENT, {}).get(kind, ())}
    ranked = _ranked(READ[kind](event.id), resolved(_synonyms(event.settings, kind)))
    parts = [parts_of(word.text if kind is Kind.TAG else organisation_key(word.text)) for word in ranked]
    for usual, other in near_pairs(parts):
        if frozenset(word_key(ranked[place].text) for place in (usual, other)) not in refused:
            yield Proposal(kind, written=ranked[other], meant=ranked[usual])


def _ranked(written: Written, synonyms: Mapping[str, str]) -> list[Word]:
    """Return the words as they are read, those of most people first; of equals the one written first."""
    meant = {word_key(word): other for word, other in synonyms.items()}
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    people: dict[str, set[int]] = defaultdict(set)
    for who, typed in written:
        text = meant.get(word_key(typed), typed)
        spellings[word_key(text)][text] += 1
        people[word_key(text)].add(who)
    found = [Word(spellings[key].most_common(1)[0][0], len(those)) for key, those in people.items()]
    return sorted(found, key=lambda word: -word.people)


def same(by: Actor, slug: str, kind: str, written: str, meant: str, *, now: datetime) -> None:
    """Let the matcher read one word as another.

    Raises
    ------
    Invalid
        If one of them is missing or too long, both are one already, or one is read as something else.
    """
    _change(by, slug, kind, "read a word as another", now, lambda kept, of: _with(kept, of, written, meant))


def _with(settings: Settings, kind: Kind, written: str, meant: str) -> dict[str, Any]:
    """Return settings in which one word more is read as another."""
    one, other = clean_word(written, "written"), clean_word(meant, "meant")
    return _told(settings, kind, with_synonym(_synonyms(settings, kind), one, other))


def undo(by: Actor, slug: str, kind: str, written: str, *, now: datetime) -> None:
    """Let the matcher read a word as it is written again."""
    _change(by, slug, kind, "read a word as it is written", now, lambda kept, of: _without(kept, of, word_key(written)))


def _without(settings: Settings, kind: Kind, key: str) -> dict[str, Any]:
    """Return settings in which a word stands for itself."""
    left = {word: meant for word, meant in _synonyms(settings, kind).items() if word_key(word) != key}
    if len(left) == len(_synonyms(settings, kind)):
        raise NotFound
    return _told(settings, kind, left)


def different(by: Actor, slug: str, kind: str, one: str, other: str, *, now: datetime) -> None:
    """Remember that two words are not the same, so that nobody is asked again; lists stay as they are."""
    _change(by, slug, kind, "call two words different", now, lambda kept, of: _apart(kept, of, one, other))


def _apart(settings: Settings, kind: Kind, one: str, other: str) -> dict[str, Any]:
    """Return settings in which two words are called different."""
    pair = list(two_words(clean_word(one, "written"), clean_word(other, "meant")))
    said = settings.get(DIFFERENT, {})
    others = [known for known in said.get(kind, []) if known != pair]
    return {**settings, DIFFERENT: {**said, kind.value: [*others, pair]}}


def _synonyms(settings: Settings, kind: Kind) -> dict[str, str]:
    """Return what is read as what."""
    kept: dict[str, str] = settings.get("matching", {}).get(kind.setting, {})
    return kept


def _told(settings: Settings, kind: Kind, synonyms: Mapping[str, str]) -> dict[str, Any]:
    """Return settings with other synonyms."""
    return {**settings, "matching": {**settings.get("matching", {}), kind.setting: dict(synonyms)}}


def _change(by: Actor, slug: str, kind: str, what: str, now: datetime, act: Act) -> None:
    """Put an event's settings in place of what they were while nobody else does."""
    event_id = event_for(by, slug, Action.RUN_EVENT).id  # whoever may not is told so before any word is judged
    of = kind_of(kind)
    with write_transaction() as session:
        event = session.scalars(select(Event).where(Event.id == event_id).with_for_update()).one()
        event.settings = act(event.settings, of)
        audit.note(what, by=by, event_id=event_id, now=now, kind=of.value)
