"""Whether somebody can read from their list that another did not want to meet them."""

import random
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from eventmatch.domain.actor import Actor
from eventmatch.domain.states import JobStatus
from eventmatch.models.base import db
from eventmatch.models.match import Match
from eventmatch.models.work import Job
from eventmatch.services import matching, matching_child, wishes
from eventmatch.services.match_work import Wanted
from eventmatch.services.people import Aside
from tests.cast import NINE, AttendeeRef, MeetupRef, add_attendee
from tests.services.test_matching import here_and_now, pairs

TOPICS = [f"topic {number}" for number in range(60)]
WEIGHTS = [1 / (number + 1) for number in range(60)]
PEOPLE = 30
TOP = 3  # a name so high on a list rarely goes by itself

Own = dict[int, dict[int, int]]  # whose list, who is on it, at which place


@pytest.fixture
def listed(meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef, oona: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Publish Ada's and Ben's lists: each other; then Ben wants her no more."""
    monkeypatch.setattr(matching, "in_child", here_and_now)
    matching.start(oona, meetup.slug, now=NINE)
    wishes.put_aside(ben.actor, meetup.slug, ada.id, Aside.NOT_FOR_ME, now=NINE)


def published() -> list[tuple[Any, ...]]:
    run_id = db.session.scalars(select(Match.run_id)).first()
    return [(run_id, row.low_id, row.high_id, row.value, row.low_rank) for row in db.session.scalars(select(Match))]


@pytest.mark.usefixtures("listed")
def test_lists_asked_for_again_change_nothing_when_only_a_tap_is_new(
    meetup: MeetupRef, oona: Actor, ada: AttendeeRef, ben: AttendeeRef
) -> None:
    before = published()
    matching.start(oona, meetup.slug, now=NINE)

    last = db.session.scalars(select(Job).order_by(Job.id.desc())).first()
    assert published() == before
    assert pairs(meetup) == {(ada.id, ben.id)}
    assert last is not None
    assert (last.status, last.result["people"], last.result["pairs"]) == (JobStatus.DONE, 2, 1)


@pytest.mark.usefixtures("listed")
def test_the_sweep_asks_for_no_lists_because_of_a_tap(meetup: MeetupRef) -> None:
    assert matching.keep_fresh(NINE) == []


@pytest.mark.usefixtures("listed")
def test_other_news_bring_lists_without_the_pair(meetup: MeetupRef, oona: Actor, ada: AttendeeRef) -> None:
    chidi = add_attendee(meetup, "Chidi", asks=["hospital moves"])
    matching.start(oona, meetup.slug, now=NINE)

    assert (ada.id, chidi.id) in pairs(meetup)
    assert all(chidi.id in pair for pair in pairs(meetup))


@dataclass(frozen=True)
class Gone:
    """A name that has gone from somebody's list, all its owner can see of that, and whether it was a rejection."""

    signs: tuple[object, ...]
    rejected: bool


def somebody(number: int, dice: random.Random) -> dict[str, Any]:
    def some(count: int) -> tuple[str, ...]:
        return tuple(dict.fromkeys(dice.choices(TOPICS, WEIGHTS, k=count)))

    words = {"interests": some(5), "asks": some(2), "offers": some(2), "about": " ".join(some(5))}
    return {"id": str(number), "organisation": f"org {dice.randrange(20)}", "glad_to_help": dice.random() < 0.5} | words


def lists(people: list[dict[str, Any]], excluded: list[tuple[str, str]]) -> Own:
    own: Own = defaultdict(dict)
    for pair in matching_child.compute(Wanted(people, excluded), lambda *_: None).pairs:
        own[pair.low][pair.high], own[pair.high][pair.low] = (side.rank for side in pair.sides)
    return own


def next_plan(people: list[dict[str, Any]], before: Own, one: int, other: int) -> Own:
    """What the house does: the rejected pair goes when newcomers bring new lists."""
    return lists(people, [(str(min(one, other)), str(max(one, other)))])


def at_once(_people: list[dict[str, Any]], before: Own, one: int, other: int) -> Own:
    """The control: the rejected pair goes by itself."""
    parted = {one: other, other: one}
    return {who: {name: at for name, at in own.items() if name != parted.get(who)} for who, own in before.items()}


def gone(seed: int, act: Callable[[list[dict[str, Any]], Own, int, int], Own]) -> list[Gone]:
    """Tell one event: one of its people rejects another, and up to three come; every name that goes is returned."""
    dice = random.Random(seed)
    newcomers = dice.choice([1, 2, 3])
    people = [somebody(number, dice) for number in range(PEOPLE + newcomers)]
    before = lists(people[:PEOPLE], [])
    rejected, by = dice.choice([(owner, name) for owner in before for name in before[owner]])
    plans = [act(people, before, rejected, by)]
    if act is at_once:  # the next plan follows all the same
        plans.append(next_plan(people, plans[0], rejected, by))
    found = []
    for earlier, later in zip([before, *plans], plans, strict=False):
        found += [
            Gone(signs(earlier[who], later[who], name), rejected=(who, name) == (rejected, by))
            for who in before
            for name in earlier[who]
            if name not in later[who] and (who, name) != (by, rejected)
        ]
    return found


def signs(earlier: dict[int, int], later: dict[int, int], name: int) -> tuple[object, ...]:
    """Return what the owner of a list sees of one name's going: from where, with how many others, who came instead."""
    lost, new = earlier.keys() - later.keys(), later.keys() - earlier.keys()
    return earlier[name] <= TOP, min(len(lost), TOP), min(len(new), TOP), any(other >= PEOPLE for other in new)


def guessed(known: list[Gone], asked: list[Gone]) -> tuple[float, float]:
    """Guess of each name whether it was a rejection, as known from other events.

    Returned is how often the best guess is right, and how often it is right to say always that it was none.
    """
    seen = Counter((name.signs, name.rejected) for name in known)
    right = [(seen[name.signs, True] > seen[name.signs, False]) == name.rejected for name in asked]
    return sum(right) / len(asked), sum(not name.rejected for name in asked) / len(asked)


def gain(events: int, act: Callable[[list[dict[str, Any]], Own, int, int], Own]) -> float:
    """Return by how much the best guess beats saying always that nobody rejected anybody."""
    told = [gone(seed, act) for seed in range(events)]
    halves = [[name for event in told[start::2] for name in event] for start in (0, 1)]
    both = [guessed(*halves), guessed(*reversed(halves))]
    return sum(best - blind for best, blind in both) / len(both)


def test_no_guess_from_the_names_that_went_finds_a_rejection(app: object) -> None:
    assert gain(24, next_plan) <= 0.005
    assert gain(8, at_once) > 0.015, "the control: names that go by themselves are rejections"


@pytest.mark.proof
def test_no_guess_over_a_thousand_events_finds_a_rejection() -> None:
    found, control = gain(1000, next_plan), gain(200, at_once)

    print(f"the best guess whether a name went by rejection gains {found:.4f}; were it to go at once {control:.4f}")
    assert found <= 0.005
    assert control > 0.015
