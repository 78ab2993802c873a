"""The meetings of an event's rounds that can take place as things stand, for the team and for each who is in them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from eventmatch.domain.actor import Actor
from eventmatch.domain.permissions import Action
from eventmatch.domain.rounds import Seating
from eventmatch.models.attendee import Attendee
from eventmatch.models.match import blocked_pairs, those_taking_part
from eventmatch.models.rounds import plan_of, seatings
from eventmatch.models.tap import NotForMe, tapped_by
from eventmatch.services.access import attendee_for


@dataclass(frozen=True, slots=True)
class Name:
    """Somebody in a meeting."""

    id: int
    name: str
    organisation: str


@dataclass(frozen=True, slots=True)
class OwnRound:
    """Where somebody is in one round, and with whom; without others they have no meeting then."""

    number: int  # from 1
    starts_at: datetime
    ends_at: datetime
    table: int
    others: tuple[Name, ...]


def own(by: Actor, slug: str) -> tuple[OwnRound, ...]:
    """Return the actor's rounds."""
    return rounds_of(attendee_for(by, slug, Action.OWN_PLACE))


def rounds_of(me: Attendee) -> tuple[OwnRound, ...]:
    """Return somebody's rounds, those without a meeting included; nothing where there are none for them at all.

    A round looks the same whether there never was a meeting or one fell away, whatever the reason.
    """
    plan = plan_of(me.event_id)
    if plan is None or not (mine := seatings(plan.id, me.id)):
        return ()
    people = names(me.event_id, mine)
    unwanted, times = {me.id, *tapped_by(NotForMe, me.id)}, plan.times
    at = {seating.round: seating for seating in held(mine, people.keys(), blocked_pairs(me.event_id))}
    lines = []
    for round_ in range(times.rounds):
        seating = at.get(round_)
        there = seating.people if seating is not None and me.id in seating.people else ()
        others = tuple(people[person] for person in there if person not in unwanted)
        table = seating.table if seating is not None and others else 0
        lines.append(OwnRound(round_ + 1, times.begins(round_), times.ends(round_), table, others))
    return tuple(lines)


def names(event_id: int, those: Iterable[Seating]) -> dict[int, Name]:
    """Return who of these meetings takes part now."""
    people = {person for seating in those for person in seating.people}
    found = those_taking_part(event_id, people)
    return {who.id: Name(who.id, who.name, who.organisation) for who in found.values()}


def held(those: Iterable[Seating], there: Iterable[int], blocked: set[tuple[int, int]]) -> Iterator[Seating]:
    """Yield the meetings for which two remain: without who left, and without two of whom one blocked the other."""
    present = set(there)
    for seating in those:
        people = present.intersection(seating.people)
        apart = {person for pair in blocked if people.issuperset(pair) for person in pair}
        if len(rest := tuple(sorted(people - apart))) > 1:
            yield replace(seating, people=rest)
