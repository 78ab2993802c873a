"""How it was to meet somebody: one tap, for oneself alone, which can be changed."""

from dataclasses import dataclass
from datetime import datetime

from eventmatch.domain.actor import Actor
from eventmatch.domain.errors import Invalid, NotFound
from eventmatch.domain.states import HowItWas
from eventmatch.models.attendee import Attendee, attendees_of
from eventmatch.models.base import write_transaction
from eventmatch.models.outcome import Outcome, outcomes_by
from eventmatch.models.scan import insert_into
from eventmatch.models.tap import mutual_wishes
from eventmatch.services.access import attendee_for
from eventmatch.services.cards import connected
from eventmatch.services.meetings import rounds_of
from eventmatch.services.visibility import visible_peers


@dataclass(frozen=True, slots=True)
class Met:
    """Somebody the actor met or agreed to meet, and what the actor said of it."""

    id: int
    name: str
    organisation: str
    said: HowItWas | None


@dataclass(frozen=True, slots=True)
class MetView:
    """Whom the actor may say something about."""

    untold: tuple[Met, ...]
    told: tuple[Met, ...]


def met(by: Actor, slug: str, *, now: datetime) -> MetView:
    """Return whom the actor met so far, in the order they registered."""
    me = attendee_for(by, slug)
    those, said = attendees_of(me.event_id, _met(me, now)), outcomes_by(me.id)
    lines = [Met(other.id, other.name, other.organisation, said.get(other.id)) for other in those]
    return MetView(tuple(one for one in lines if one.said is None), tuple(one for one in lines if one.said is not None))


def tell(by: Actor, slug: str, attendee_id: int, word: str, *, now: datetime) -> None:
    """Note how it was to meet somebody; the last word counts.

    Raises
    ------
    NotFound
        If the two have neither connected nor agreed to meet nor had a meeting, or must not see each other.
    Invalid
        If this is no word for it.
    """
    me = attendee_for(by, slug)
    my_id = me.id
    if attendee_id not in _met(me, now):
        raise NotFound
    value = _read(word)
    row = insert_into(Outcome).values(from_id=my_id, to_id=attendee_id, value=value, created_at=now, changed_at=now)
    newest = {"value": row.excluded.value, "changed_at": row.excluded.changed_at}
    with write_transaction() as session:
        session.execute(row.on_conflict_do_update(index_elements=["from_id", "to_id"], set_=newest))


def _read(word: str) -> HowItWas:
    """Return what was tapped."""
    try:
        return HowItWas(word)
    except ValueError as error:
        raise Invalid("Say how it was: useful, not useful, or that it did not happen.", field="value") from error


def _met(me: Attendee, now: datetime) -> set[int]:
    """Return whom somebody has met: by badge, by agreement once the doors have opened, at a table once a round is over.

    Of meetings only those on their own page count: a question about another would tell that it fell away.
    """
    agreed = mutual_wishes(me.id) if now >= me.event.opens_at else {}
    sat_with = {other.id for own in rounds_of(me) if own.ends_at <= now for other in own.others}
    return (connected(me.id) | agreed.keys() | sat_with) & visible_peers(me)
