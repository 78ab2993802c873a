"""Cards of people worth meeting: why, what to ask, and whether they are here, as far as one reader may know."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select

from eventmatch.domain.reasons import Opening, Reason, as_told, openings
from eventmatch.domain.states import ArrivalVisibility
from eventmatch.models.attendee import Attendee, tags_of
from eventmatch.models.base import db
from eventmatch.models.contact import BadgeScan
from eventmatch.models.event import Room, counts_from
from eventmatch.models.match import Match
from eventmatch.models.scan import Presence, is_here
from eventmatch.models.tap import Wish, mutual_wishes, tapped_by
from eventmatch.services.reading import Tags, reasons_of, shows_asks_to, words_of


@dataclass(frozen=True, slots=True)
class Card:
    """Somebody worth meeting, and why."""

    id: int
    name: str
    organisation: str
    role: str
    headline: str
    reasons: tuple[Reason, ...]
    opening: Opening | None
    here: bool  # has arrived, and lets me see it
    wished: bool  # I would like to meet
    both: bool  # and so would they
    spot: str  # where, once both would
    connected: bool


def cards(me: Attendee, them: Iterable[Attendee], matches: dict[int, Match], now: datetime) -> list[Card]:
    """Make a card of each of these people."""
    rows = list(them)
    tags = tags_of([me.id, *(row.id for row in rows)])
    here = _here(rows, matches, counts_from(me.event_id, now))
    wished, both, friends = set(tapped_by(Wish, me.id)), mutual_wishes(me.id), connected(me.id)
    made: list[Card] = []
    for row in rows:
        reasons = reasons_for(me, row, matches.get(row.id), tags)
        card = Card(
            id=row.id,
            name=row.name,
            organisation=row.organisation,
            role=row.role,
            headline=row.headline,
            reasons=reasons,
            opening=_fresh(openings(reasons), made),
            here=row.id in here,
            wished=row.id in wished,
            both=row.id in both,
            spot=both.get(row.id, ""),
            connected=row.id in friends,
        )
        made.append(card)
    return made


def reasons_for(me: Attendee, them: Attendee, match: Match | None, tags: Mapping[int, Tags]) -> tuple[Reason, ...]:
    """Return what I get from somebody, from words I may read and they still say."""
    if match is None:
        return ()
    mine = words_of(me, tags.get(me.id, {}), asks=True)
    theirs = words_of(them, tags.get(them.id, {}), asks=shows_asks_to(them, me))
    return as_told(reasons_of(match, me.id, mine, theirs))


def _fresh(possible: tuple[Opening, ...], before: list[Card]) -> Opening | None:
    """Choose a question that no earlier card on the page asks, where there is one."""
    asked = {card.opening for card in before}
    return next((opening for opening in possible if opening not in asked), possible[0] if possible else None)


def _here(them: list[Attendee], matches: dict[int, Match], since: datetime) -> set[int]:
    """Return who of these has arrived and lets me see it: everybody may, or their matches."""
    seen = {
        row.id
        for row in them
        if row.arrival_visible_to is ArrivalVisibility.EVERYBODY
        or (row.arrival_visible_to is ArrivalVisibility.MATCHES and row.id in matches)
    }
    inside = select(Presence.attendee_id).join(Room, Room.id == Presence.room_id)
    return set(db.session.scalars(inside.where(Room.is_venue, is_here(since), Presence.attendee_id.in_(seen))))


def connected(attendee_id: int) -> set[int]:
    """Return whom I exchanged contact details with at this event."""
    mine = or_(BadgeScan.scanner_id == attendee_id, BadgeScan.owner_id == attendee_id)
    query = select(BadgeScan.scanner_id, BadgeScan.owner_id).where(mine, BadgeScan.accepted_at.is_not(None))
    pairs = db.session.execute(query.where(BadgeScan.declined_at.is_(None)))
    return {one if other == attendee_id else other for one, other in pairs}
