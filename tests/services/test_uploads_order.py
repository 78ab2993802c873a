"""Three doors offline, wrong clocks, queues handed in whichever way: one state, nothing lost, every double told."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from random import Random

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select

from eventmatch.domain.actor import Actor
from eventmatch.domain.errors import DomainError
from eventmatch.domain.readings import DoorKey, Reading
from eventmatch.domain.states import Direction
from eventmatch.domain.stays import Passage
from eventmatch.domain.verdicts import Verdict
from eventmatch.models.base import db
from eventmatch.models.event import Door, Room
from eventmatch.models.scan import Scan, passed
from eventmatch.models.ticket import Ticket
from eventmatch.services import checkin, presence, uploads
from tests.cast import NINE
from tests.conftest import opened
from tests.services.histories import (
    ASPECTS,
    MINUTE,
    OFFLINE,
    Act,
    Seen,
    Take,
    Venue,
    history,
    open_venue,
    plan,
    play,
    troubles,
    wrong_clock,
)

LATER = NINE + 6 * 60 * MINUTE  # when queues are handed in
FEW, MANY = 50, 10_000
EACH, SHARED = 500, 100  # scans of one device, and those of tickets that the others scan too


@pytest.fixture(scope="module")
def venue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Venue]:
    """Return one small event whose scans are forgotten before each history."""
    with opened({"EVENTMATCH_INSTANCE": str(tmp_path_factory.mktemp("instance"))}):
        event.listen(db.engine, "connect", lambda connection, _record: connection.execute("PRAGMA synchronous=OFF"))
        db.engine.dispose()
        yield open_venue()


def as_it_was(door: DoorKey, readings: Sequence[Reading], by: Actor) -> object:
    """Take over what was decided, as the house does."""
    return uploads.take(door, readings, by=by, at=LATER)


def handed_in(venue: Venue, acts: Sequence[Act], chance: Random, take: Take = as_it_was) -> list[str]:
    """Hand one history in, in some order, and say all that is wrong afterwards."""
    venue.clear()
    said = play(venue, plan(chance, acts), take)
    return troubles(venue, acts, said)


def holds(venue: Venue, chance: Random) -> None:
    """Expect of any history what must come of it."""
    wrong = handed_in(venue, history(chance, venue), chance)

    assert not wrong, "\n".join(wrong)


@settings(max_examples=FEW, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(chance=st.randoms(use_true_random=False))
def test_any_history_ends_as_it_must(venue: Venue, chance: Random) -> None:
    holds(venue, chance)


@pytest.mark.proof
@settings(max_examples=MANY, database=None, suppress_health_check=list(HealthCheck))
@given(chance=st.randoms(use_true_random=True))
def test_ten_thousand_histories_end_as_they_must(venue: Venue, chance: Random) -> None:
    holds(venue, chance)


@pytest.mark.parametrize("seed", range(5))
def test_one_history_ends_in_one_state_whatever_the_order(seed: int, venue: Venue) -> None:
    chance = Random(seed)
    acts = [act for act in history(chance, venue) if act.device in OFFLINE]

    ends = []
    for _ in range(6):
        venue.clear()
        play(venue, plan(chance, acts), as_it_was)
        ends.append({aspect: Counter(getattr(Seen(venue), aspect)()) for aspect in ASPECTS})

    assert all(end == ends[0] for end in ends)


def judged_on_arrival(door: DoorKey, readings: Sequence[Reading], by: Actor) -> None:
    """Judge each reading when it comes, by what is known then."""
    for reading in readings:
        try:
            checkin.scan(door, reading._replace(decided=None, scanned_at=reading.happened_at), by=by, at=LATER)
        except DomainError:
            continue


def clocks_believed(door: DoorKey, readings: Sequence[Reading], by: Actor) -> None:
    """Take each device's clock for right."""
    uploads.take(door, [reading._replace(clock_offset=0) for reading in readings], by=by, at=LATER)


class OncePerCode:
    """Take one scan of each code from each device for a repetition of another."""

    def __init__(self) -> None:
        self.seen: set[tuple[int | None, str]] = set()

    def __call__(self, door: DoorKey, readings: Sequence[Reading], by: Actor) -> None:
        for reading in readings:
            if (by.device_id, reading.code) not in self.seen:
                self.seen.add((by.device_id, reading.code))
                uploads.take(door, [reading], by=by, at=LATER)


class InOrderOfArrival:
    """Let whoever was handed in last be the latest."""

    def __call__(self, door: DoorKey, readings: Sequence[Reading], by: Actor) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(presence, "passages_of", self.passages_of)
            uploads.take(door, readings, by=by, at=LATER)

    def passages_of(self, attendee_ids: Collection[int]) -> dict[int, list[Passage]]:
        columns = (Room.id, Door.id, Room.is_venue, Scan.direction, Scan.effective_at)
        query = passed(select(Ticket.attendee_id, *columns)).order_by(None).order_by(Scan.id)
        found: dict[int, list[Passage]] = {}
        for row in db.session.execute(query.where(Ticket.attendee_id.in_(attendee_ids))):
            found.setdefault(row[0], []).append(Passage(*row[1:]))
        return found


@pytest.mark.parametrize(
    "naive",
    [lambda: judged_on_arrival, lambda: clocks_believed, OncePerCode, InOrderOfArrival],
    ids=["judged on arrival", "clocks believed", "once per code", "in order of arrival"],
)
def test_naive_ways_to_merge_fail_in_the_same_harness(naive: Callable[[], Take], venue: Venue) -> None:
    chances = [Random(seed) for seed in range(20)]

    failed = sum(bool(handed_in(venue, history(chance, venue), chance, naive())) for chance in chances)

    print(f"merged naively, {failed} of {len(chances)} histories end wrongly")
    assert failed > 0


def morning(chance: Random, venue: Venue) -> list[Act]:
    """Let three devices scan five hundred tickets each at two entrances, one in five of them everywhere."""
    entrances = [place for place in venue.places if place.venue]
    guests = [guest for guest in venue.guests if guest.id is not None and guest.why is None]
    shared, own = guests[:SHARED], iter(guests[SHARED:])
    acts = []
    for device in OFFLINE:
        scanned = [*shared, *(next(own) for _ in range(EACH - SHARED))]
        skew, minutes = wrong_clock(chance), sorted(chance.uniform(0, 120) for _ in scanned)
        for number, (guest, minute) in enumerate(zip(chance.sample(scanned, EACH), minutes, strict=True)):
            at = NINE + minute * MINUTE
            entrance = chance.choice(entrances)
            acts.append(Act(device, number, guest, entrance, Direction.IN, at, Verdict.ADMITTED, skew))
    return acts


def test_three_devices_with_500_scans_each_lose_nothing_and_tell_every_double(app: Flask) -> None:
    venue, chance = open_venue(guests=3 * EACH), Random(2027)
    acts = morning(chance, venue)

    wrong = handed_in(venue, acts, chance)

    seen = Seen(venue)
    kept, doubles = len(list(seen.scans())), len(list(seen.doubles()))
    print(f"{len(acts)} scans on three devices: {kept} kept, {doubles} double admissions told")
    assert not wrong, "\n".join(wrong)
    assert (kept, doubles) == (3 * EACH, 2 * SHARED)


@pytest.mark.postgres
@pytest.mark.parametrize("count", [8, pytest.param(500, marks=pytest.mark.proof)])
def test_histories_end_on_postgresql_as_they_must(count: int, postgres_url: str, tmp_path: Path) -> None:
    with opened({"EVENTMATCH_INSTANCE": str(tmp_path), "EVENTMATCH_DATABASE_URL": postgres_url}):
        venue = open_venue()
        for seed in range(count):
            holds(venue, Random(seed))
