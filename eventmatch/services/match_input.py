"""What a computation of lists is made from: people and their words, who must not meet, what is known of meetings."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from eventmatch.domain.states import EarlierMeetings, PairRule, TagRole
from eventmatch.models.attendee import Attendee, hours_of, tags_of
from eventmatch.models.event import Event
from eventmatch.models.match import (
    MatchRun,
    blocked_pairs,
    decided_pairs,
    excluded_pairs,
    pair_lines,
    taking_part,
)
from eventmatch.services import evidence
from eventmatch.services.match_work import Wanted


def wanted(event: Event, proposed: Mapping[str, Any] | None = None) -> Wanted:
    """Read who takes part, who must not be proposed to whom, what the organiser decided and how meetings were.

    What is proposed takes the place of what is decided, for a trial.
    """
    attendees = taking_part(event.id)
    ids = {attendee.id for attendee in attendees}
    tags, hours = tags_of(ids), hours_of(ids)
    settings, met = {**event.settings.get("matching", {}), **(proposed or {})}, evidence.earlier(event, ids)
    must, never = _decided(event.id)
    excluded = excluded_pairs(event.id) | never
    excluded |= set(met) if settings.get("earlier_meetings") == EarlierMeetings.AVOID else set()
    return Wanted(
        people=[person(one, tags.get(one.id, {}), hours.get(one.id, ())) for one in attendees],
        excluded=_named(excluded),
        settings=settings,
        must=_named(must),
        never=_named(never),
        outcomes=[(str(low), str(high), of_use) for low, high, of_use in evidence.learnable(event.id, ids)],
        earlier=_named(met),
    )


def _decided(event_id: int) -> tuple[set[tuple[int, int]], set[tuple[int, int]]]:
    """Return whom the organiser wants to meet, and whom not."""
    pairs: dict[PairRule, set[tuple[int, int]]] = {rule: set() for rule in PairRule}
    for decision in decided_pairs(event_id):
        pairs[decision.rule].add((decision.low_id, decision.high_id))
    return pairs[PairRule.MUST], pairs[PairRule.NEVER]


def _named(pairs: set[tuple[int, int]] | list[tuple[int, int]]) -> list[tuple[str, str]]:
    """Write pairs as the matcher names people, in order."""
    return [(str(low), str(high)) for low, high in sorted(pairs)]


def person(attendee: Attendee, tags: dict[TagRole, tuple[str, ...]], hours: tuple[Any, ...]) -> dict[str, Any]:
    """Write one attendee down as the matcher reads them."""
    return {
        "id": str(attendee.id),
        "organisation": attendee.organisation,
        "team": attendee.team,
        "role": attendee.role,
        "headline": attendee.headline,
        "about": attendee.about,
        "interests": tags.get(TagRole.INTEREST, ()),
        "asks": tags.get(TagRole.ASK, ()),
        "offers": tags.get(TagRole.OFFER, ()),
        "ask_text": attendee.ask,
        "offer_text": attendee.offer,
        "glad_to_help": attendee.glad_to_help,
        "mode": attendee.mode.value,
        "can_video": attendee.can_video,
        "hours": hours,
    }


def fingerprint(everybody: Wanted) -> str:
    """Return a mark that changes when the people, their words or the organiser's decisions do."""
    decided = [everybody.settings, everybody.must, everybody.never]
    text = json.dumps([everybody.people, *decided], default=str, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def without(everybody: Wanted, some: set[int]) -> Wanted:
    """Return what would be computed from if some people were not there."""
    return replace(everybody, people=[person for person in everybody.people if int(person["id"]) not in some])


def unlisted(run: MatchRun, people: Iterable[int]) -> set[int]:
    """Return who of these was not there when lists were computed."""
    seen = {who for pair in pair_lines(run.id) for who in (pair.low_id, pair.high_id)}
    return set(people) - seen - set(run.measures.get("alone", []))


def fixed_pairs(run: MatchRun, people: Iterable[int]) -> list[tuple[str, str]]:
    """Return the pairs of these that stand on lists; who put the other aside takes a place still: none shall tell."""
    there, blocked = set(people), blocked_pairs(run.event_id)
    pairs = [(pair.low_id, pair.high_id) for pair in pair_lines(run.id)]
    return _named([pair for pair in pairs if there.issuperset(pair) and pair not in blocked])


def ids_of(everybody: Wanted) -> list[int]:
    """Return the numbers of all people, in the order they registered."""
    return [int(person["id"]) for person in everybody.people]


def basis(event: Event, everybody: Wanted) -> str:
    """Return a mark that changes with anything that may change lists, but for taps about one other person.

    Who computes again on the same basis gets the same lists: else the only name that goes would be a rejection.
    """
    known = [fingerprint(everybody), everybody.outcomes, everybody.earlier, sorted(blocked_pairs(event.id))]
    return hashlib.sha256(json.dumps(known).encode()).hexdigest()
