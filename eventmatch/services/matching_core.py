"""From an event's plain values to the matcher and back; ids are numbers written as text there."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from eventmatch.domain.synonyms import Kind, resolved
from eventmatch.matching import (
    TERMS,
    EventOrder,
    History,
    LearnedOrder,
    MatchResult,
    MatchSettings,
    Profile,
    Weights,
    match_event,
)
from eventmatch.services.match_work import Lists, Pair, Side, Wanted


def everybodys_lists(wanted: Wanted, progress: Callable[[int, int], None]) -> Lists:
    """Choose whom everybody should meet."""
    settings, learned = core_settings(wanted), learned_order(wanted)
    history = History(earlier=wanted.earlier, learned=learned)
    result = match_event(profiles_of(wanted), wanted.excluded, settings, progress, must=wanted.must, history=history)
    alone = [int(person) for person, own in zip(result.ids, result.lists, strict=True) if not len(own)]
    taught = {name: values.tolist() for name, values in learned.arrays().items()} if learned else {}
    return Lists(pairs_of(result), alone, result.measures(settings.n_suggestions), taught)


def profiles_of(wanted: Wanted) -> list[Profile]:
    """Everybody as the matcher reads them."""
    return [Profile(**person) for person in wanted.people]


def core_settings(wanted: Wanted) -> MatchSettings:
    """Translate what the organiser decided."""
    chosen = wanted.settings
    return MatchSettings(
        n_suggestions=chosen.get("suggestions", 6),
        weights=Weights(**chosen.get("weights", {})),
        same_organisation=chosen.get("same_organisation", "allow"),
        diverse=chosen.get("diverse", False),
        synonyms=resolved(chosen.get(Kind.TAG.setting, {})),
        organisation_synonyms=resolved(chosen.get(Kind.ORGANISATION.setting, {})),
    )


def learned_order(wanted: Wanted) -> LearnedOrder | None:
    """Learn from how meetings were, if that is known of enough of them and not all were alike.

    Excluded pairs teach as well: who has met is no longer proposed, and knows best.
    """
    if not wanted.outcomes:
        return None
    order = EventOrder(profiles_of(wanted), core_settings(wanted), History(earlier=wanted.earlier))
    try:
        return LearnedOrder.learned([order.outcomes(wanted.outcomes)])
    except ValueError:  # every meeting was of use, or none: nothing to tell apart
        return None


def pairs_of(result: MatchResult) -> list[Pair]:
    """Take the arrays apart into plain numbers and words."""
    ranks = [{other: rank for rank, other in enumerate(own.tolist(), start=1)} for own in result.lists]
    scores, values = result.scores.tolist(), result.values.tolist()
    return [
        pair_of(result, at, scores[at], values[at], (ranks[low][high], ranks[high][low]))
        for at, (low, high) in enumerate(result.pairs.tolist())
    ]


def pair_of(result: MatchResult, at: int, scores: list[float], value: float, ranks: tuple[int, int]) -> Pair:
    """Put one pair together; numbers were taken out of their arrays before, for that takes long one by one."""
    low, high = (int(result.ids[row]) for row in result.pairs[at])
    terms, reasons = result.terms[at].tolist(), result.reasons[at]
    one, other = (_side(scores[side], ranks[side], terms[side], reasons[side]) for side in (0, 1))
    return Pair(low=low, high=high, value=value, sides=(one, other))


def _side(score: float, rank: int, terms: list[float], reasons: tuple[Any, ...]) -> Side:
    """Put together what one of a pair gets."""
    return Side(score, rank, dict(zip(TERMS, terms, strict=True)), [asdict(reason) for reason in reasons])
