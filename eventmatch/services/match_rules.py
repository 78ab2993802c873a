"""What the organiser decides about everybody's lists: weights and rules, and who must or must never meet."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from eventmatch.domain.actor import Actor
from eventmatch.domain.codes import normalise
from eventmatch.domain.errors import Invalid, NotFound
from eventmatch.domain.match_rules import MatchRules, remembered
from eventmatch.domain.permissions import Action
from eventmatch.domain.states import PairRule
from eventmatch.models.arrival import names_of
from eventmatch.models.attendee import attendee_of_email
from eventmatch.models.base import db, write_transaction
from eventmatch.models.event import Event
from eventmatch.models.match import PairDecision, decided_pairs, those_taking_part
from eventmatch.models.scan import insert_into
from eventmatch.models.ticket import Ticket
from eventmatch.services import audit, events
from eventmatch.services.access import event_for


@dataclass(frozen=True, slots=True)
class RulesView:
    """What is decided about an event's lists now."""

    event: events.EventView
    rules: MatchRules


@dataclass(frozen=True, slots=True)
class PairOfTwo:
    """Two people of whom the organiser decided something."""

    id: int
    names: tuple[str, str]
    rule: PairRule
    matched: bool  # both take part in matching


@dataclass(frozen=True, slots=True)
class PairsView:
    """Who must meet and who must not, and everybody who can be named."""

    event: events.EventView
    pairs: tuple[PairOfTwo, ...]
    names: tuple[str, ...]


def rules(by: Actor, slug: str) -> RulesView:
    """Return what is decided now to those who may change it."""
    event = event_for(by, slug, Action.RUN_EVENT)
    return RulesView(events.view(event), remembered(event.settings.get("matching", {})))


def save(by: Actor, slug: str, decided: MatchRules, *, now: datetime) -> None:
    """Keep what was decided; lists follow when they are next computed."""
    event_id, stored = event_for(by, slug, Action.RUN_EVENT).id, decided.stored()
    with write_transaction() as session:
        event = session.scalars(select(Event).where(Event.id == event_id).with_for_update()).one()
        event.settings = {**event.settings, "matching": {**event.settings.get("matching", {}), **stored}}
        audit.note("change matching rules", by=by, event_id=event_id, now=now, rules=stored)


def pairs(by: Actor, slug: str) -> PairsView:
    """Return the decisions about pairs to those who may change them."""
    event = event_for(by, slug, Action.RUN_EVENT)
    names = {attendee_id: name for attendee_id, name, _ in names_of(event.id)}
    decided = decided_pairs(event.id)
    there = those_taking_part(event.id, {who for pair in decided for who in (pair.low_id, pair.high_id)})
    lines = tuple(
        PairOfTwo(
            pair.id, (names[pair.low_id], names[pair.high_id]), pair.rule, {pair.low_id, pair.high_id} <= there.keys()
        )
        for pair in decided
    )
    return PairsView(events.view(event), lines, tuple(dict.fromkeys(names.values())))


def decide(by: Actor, slug: str, one: str, other: str, rule: PairRule, *, now: datetime) -> None:
    """Note that two people must meet, or must never; the last word about the two counts.

    Raises
    ------
    Invalid
        If one of them is nobody here, could be several, or both are the same.
    """
    event_id = event_for(by, slug, Action.RUN_EVENT).id
    low, high = sorted((_named(event_id, one, "one"), _named(event_id, other, "other")))
    if low == high:
        raise Invalid("Name two different people.", field="other")
    row = insert_into(PairDecision).values(low_id=low, high_id=high, rule=rule, created_at=now)
    with write_transaction() as session:
        session.execute(row.on_conflict_do_update(index_elements=["low_id", "high_id"], set_={"rule": rule}))
        audit.note("decide about a pair", by=by, event_id=event_id, now=now, low=low, high=high, rule=rule.value)


def drop(by: Actor, slug: str, decision_id: int, *, now: datetime) -> None:
    """Leave two people to the matcher again."""
    event_id = event_for(by, slug, Action.RUN_EVENT).id
    if decision_id not in {pair.id for pair in decided_pairs(event_id)}:
        raise NotFound
    with write_transaction() as session:
        session.execute(delete(PairDecision).where(PairDecision.id == decision_id))
        audit.note("drop a decision about a pair", by=by, event_id=event_id, now=now, decision_id=decision_id)


def _named(event_id: int, text: str, field: str) -> int:
    """Return whom the organiser means: by name where only one has it, by address or by ticket number."""
    text = " ".join(text.split())
    same = [who for who, name, _ in names_of(event_id) if " ".join(name.split()).casefold() == text.casefold()]
    found = same or [who for who in (_by_address(event_id, text), _by_number(event_id, text)) if who is not None]
    if not found:
        raise Invalid("Nobody here is called this. Type a name, an e-mail address or a ticket number.", field=field)
    if len(found) > 1:
        raise Invalid("Several people are called this. Type the e-mail address or the ticket number.", field=field)
    return found[0]


def _by_address(event_id: int, text: str) -> int | None:
    """Return who is registered under an address."""
    found = attendee_of_email(event_id, text.lower())
    return found.id if found is not None else None


def _by_number(event_id: int, text: str) -> int | None:
    """Return whose ticket has this number."""
    query = select(Ticket.attendee_id).where(Ticket.event_id == event_id, Ticket.number == normalise(text))
    return db.session.scalar(query)
