"""People to meet, as one attendee may see them: the latest lists, less everybody who must not be seen now."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from eventmatch.domain.actor import Actor
from eventmatch.domain.errors import NotFound
from eventmatch.domain.states import Purpose, TagRole
from eventmatch.models.attendee import Attendee, tags_of
from eventmatch.models.match import Match, MatchRun, latest_run, matches_of, those_taking_part
from eventmatch.models.tap import Known, NotForMe, Wish, tapped_by
from eventmatch.services import events
from eventmatch.services.access import attendee_for
from eventmatch.services.cards import Card, cards, connected
from eventmatch.services.profiles import consents
from eventmatch.services.reading import other_of, rank_for, shows_asks_to
from eventmatch.services.visibility import visible_peer, visible_peers

AT_ONCE = 3  # cards on the page of somebody who has just come in


class State(StrEnum):
    """Why a list is as it is."""

    OFF = "off"  # did not agree to matching
    HIDDEN = "hidden"  # hides from everybody, so nobody is shown either
    SOON = "soon"  # the next computation brings the list
    NOBODY = "nobody"  # the computation found nobody this one can meet
    READY = "ready"


class Aside(StrEnum):
    """Why somebody was put aside."""

    KNOWN = "known"
    NOT_FOR_ME = "not-for-me"


ASIDE: dict[Aside, type[Known] | type[NotForMe]] = {Aside.KNOWN: Known, Aside.NOT_FOR_ME: NotForMe}


@dataclass(frozen=True, slots=True)
class PutAside:
    """Somebody no longer on my list because I said so."""

    id: int
    name: str
    why: Aside


@dataclass(frozen=True, slots=True)
class PeopleView:
    """One attendee's page of people to meet."""

    event: events.EventView
    state: State
    cards: tuple[Card, ...]
    asked: tuple[Card, ...]  # I would like to meet them, and the latest lists have others for me
    aside: tuple[PutAside, ...]
    computed_at: datetime | None


@dataclass(frozen=True, slots=True)
class PersonView:
    """One person more closely: all they let me read."""

    event: events.EventView
    card: Card
    about: str
    interests: tuple[str, ...]
    offers: tuple[str, ...]
    offer: str
    asks: tuple[str, ...]
    ask: str
    glad_to_help: bool
    in_common: tuple[str, ...]


def people(by: Actor, slug: str, *, now: datetime) -> PeopleView:
    """Return whom the actor should meet, the best first."""
    me = attendee_for(by, slug)
    run = latest_run(me.event_id)
    matches = _matches(me, run)
    shown = _shown(me, matches)
    found = cards(me, shown.values(), matches, now)
    return PeopleView(
        event=events.view(me.event),
        state=_state(me, run, matches),
        cards=tuple(card for card in found if card.id in matches),
        asked=tuple(card for card in found if card.id not in matches),
        aside=_aside(me),
        computed_at=run.published_at if run is not None else None,
    )


def at_once(by: Actor, slug: str, *, now: datetime) -> tuple[Card, ...]:
    """Return three cards for somebody who has just come in: who is here already, then the best of the others."""
    return tuple(sorted(people(by, slug, now=now).cards, key=lambda card: not card.here)[:AT_ONCE])


def person(by: Actor, slug: str, attendee_id: int, *, now: datetime) -> PersonView:
    """Return one person on the actor's page, or one connected with; all others are as good as missing."""
    me = attendee_for(by, slug)
    matches = _matches(me, latest_run(me.event_id))
    them = _shown(me, matches).get(attendee_id)
    if them is None and attendee_id in connected(me.id):
        them = visible_peer(me, attendee_id)
    if them is None:
        raise NotFound
    return _person(me, them, matches, now)


def on_page(me: Attendee) -> set[int]:
    """Return the ids of everybody on somebody's page, about whom a tap is possible."""
    return set(_shown(me, _matches(me, latest_run(me.event_id))))


def _matches(me: Attendee, run: MatchRun | None) -> dict[int, Match]:
    """Return my matches by the other's id, the best first; nobody's who does not take part."""
    if run is None or me.hidden_at is not None or Purpose.MATCHING not in consents(me.id):
        return {}
    mine = sorted(matches_of(run.id, me.id), key=lambda match: rank_for(match, me.id))
    return {other_of(match, me.id): match for match in mine}


def _shown(me: Attendee, matches: dict[int, Match]) -> dict[int, Attendee]:
    """Return who is on my page now: my matches and those I asked to meet, without those who are not to be seen."""
    if me.hidden_at is not None or Purpose.MATCHING not in consents(me.id):
        return {}
    aside = {other for kind in ASIDE.values() for other in tapped_by(kind, me.id)}
    wanted = [other for other in dict.fromkeys([*matches, *tapped_by(Wish, me.id)]) if other not in aside]
    found = those_taking_part(me.event_id, set(wanted) & visible_peers(me))
    return {other: found[other] for other in wanted if other in found}


def _state(me: Attendee, run: MatchRun | None, matches: dict[int, Match]) -> State:
    """Say why the list is as it is."""
    if Purpose.MATCHING not in consents(me.id):
        return State.OFF
    if me.hidden_at is not None:
        return State.HIDDEN
    if matches:
        return State.READY
    return State.NOBODY if run is not None and me.id in run.measures.get("alone", []) else State.SOON


def _aside(me: Attendee) -> tuple[PutAside, ...]:
    """Return whom I put aside and could bring back."""
    why = {other: reason for reason, kind in ASIDE.items() for other in tapped_by(kind, me.id)}
    found = those_taking_part(me.event_id, set(why) & visible_peers(me))
    return tuple(PutAside(other, found[other].name, reason) for other, reason in why.items() if other in found)


def _person(me: Attendee, them: Attendee, matches: dict[int, Match], now: datetime) -> PersonView:
    """Return all one attendee may read of another; who takes no part in matching shows contacts who they are."""
    takes_part = Purpose.MATCHING in consents(them.id)
    [card] = cards(me, [them], matches if takes_part else {}, now)
    both = tags_of([me.id, them.id]) if takes_part else {}
    tags, interests = both.get(them.id, {}), both.get(me.id, {}).get(TagRole.INTEREST, ())
    asks = takes_part and shows_asks_to(them, me)
    return PersonView(
        event=events.view(me.event),
        card=card,
        about=them.about if takes_part else "",
        interests=tags.get(TagRole.INTEREST, ()),
        offers=tags.get(TagRole.OFFER, ()),
        offer=them.offer if takes_part else "",
        asks=tags.get(TagRole.ASK, ()) if asks else (),
        ask=them.ask if asks else "",
        glad_to_help=takes_part and them.glad_to_help,
        in_common=tuple(tag for tag in tags.get(TagRole.INTEREST, ()) if tag in interests),
    )
