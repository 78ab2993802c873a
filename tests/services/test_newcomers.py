"""Lists for who comes while the event runs."""

import random
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from eventmatch.domain.actor import Actor
from eventmatch.domain.states import AttendeeStatus, JobStatus, Mode
from eventmatch.gateways import queue
from eventmatch.models.attendee import Attendee
from eventmatch.models.base import db, write_transaction
from eventmatch.models.event import Door, Event
from eventmatch.models.match import Match, latest_run
from eventmatch.models.scan import Presence
from eventmatch.models.tap import Block, Known, NotForMe
from eventmatch.models.work import Job
from eventmatch.services import jobs, match_input, match_work, matching, newcomers, people
from tests.cast import HOUR, NINE, AttendeeRef, MeetupRef, add_attendee
from tests.services.test_matching import here_and_now

TEN = NINE + HOUR
TOPICS = ["scrum", "grants", "risk", "budgets", "rail"]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compute in this process: the same lists, without starting a child each time."""
    monkeypatch.setattr(matching, "in_child", here_and_now)


def add_people(meetup: MeetupRef, count: int, **columns: object) -> list[AttendeeRef]:
    """Add people with something to give each other."""
    dice = random.Random(count)
    return [
        add_attendee(meetup, f"P{number}", asks=dice.sample(TOPICS, 2), offers=dice.sample(TOPICS, 2), **columns)  # type: ignore[arg-type]  # columns of an attendee
        for number in range(count)
    ]


def suggest(meetup: MeetupRef, most: int) -> None:
    """Let lists hold so many names."""
    with write_transaction() as session:
        values = {"settings": {"matching": {"suggestions": most}}}
        session.execute(update(Event).where(Event.id == meetup.id).values(**values))


def arrive(meetup: MeetupRef, *people: AttendeeRef) -> None:
    """Let people be in the venue."""
    with write_transaction() as session:
        door = session.get_one(Door, meetup.front_door)
        for who in people:
            session.add(Presence(attendee_id=who.id, room_id=door.room_id, door_id=door.id, since=NINE))


def on_lists(meetup: MeetupRef) -> dict[tuple[int, int], tuple[int, int, float]]:
    """Return every published pair with its places and worth."""
    run = latest_run(meetup.id)
    assert run is not None
    rows = db.session.scalars(select(Match).where(Match.run_id == run.id))
    return {(row.low_id, row.high_id): (row.low_rank, row.high_rank, row.value) for row in rows}


def names_of(who: AttendeeRef) -> list[int]:
    return [card.id for card in people.people(who.actor, "meetup", now=NINE).cards]


def newcomer(meetup: MeetupRef, name: str = "Nora", **columns: object) -> AttendeeRef:
    return add_attendee(meetup, name, asks=["scrum", "risk"], offers=["grants", "rail"], **columns)  # type: ignore[arg-type]  # columns of an attendee


def test_a_newcomer_gets_a_list_and_nobodys_published_pairs_change(meetup: MeetupRef, oona: Actor) -> None:
    everybody = add_people(meetup, 6)
    matching.start(oona, meetup.slug, now=NINE)
    before = on_lists(meetup)
    nora = newcomer(meetup)
    arrive(meetup, nora, *everybody)
    newcomers.greet(TEN)

    after = on_lists(meetup)
    assert names_of(nora) != []
    assert before.items() <= after.items()
    assert {pair for pair in after if pair not in before} == {(other, nora.id) for other in names_of(nora)}
    assert all(nora.id in names_of(other) for other in everybody if other.id in names_of(nora))


def test_a_newcomers_card_says_why_and_adds_up(meetup: MeetupRef, oona: Actor) -> None:
    arrive(meetup, *add_people(meetup, 5))
    matching.start(oona, meetup.slug, now=NINE)
    nora = newcomer(meetup)
    newcomers.greet(TEN)

    assert any(card.reasons for card in people.people(nora.actor, "meetup", now=NINE).cards)
    [*rows] = db.session.scalars(select(Match).where(Match.high_id == nora.id))
    assert [row.high_rank for row in rows] != []
    assert sorted(row.high_rank for row in rows) == list(range(1, len(rows) + 1))
    for row in rows:
        assert sum(row.low_terms["terms"].values()) == pytest.approx(row.low_score)
        assert sum(row.high_terms["terms"].values()) == pytest.approx(row.high_score)


@pytest.mark.parametrize("most", [3, 4, 5])
def test_no_list_grows_beyond_what_the_organiser_set_while_places_are_free(
    meetup: MeetupRef, oona: Actor, most: int
) -> None:
    suggest(meetup, most)
    arrive(meetup, *add_people(meetup, most))  # one place on each list is free
    matching.start(oona, meetup.slug, now=NINE)
    before = on_lists(meetup)
    newcomer(meetup)
    newcomers.greet(TEN)

    counts = Counter(who for pair in on_lists(meetup) for who in pair)
    assert len(on_lists(meetup)) == len(before) + most
    assert max(counts.values()) == most


def test_full_lists_take_a_few_newcomers_at_their_end_so_that_these_meet_anybody(
    meetup: MeetupRef, oona: Actor
) -> None:
    suggest(meetup, 3)
    everybody = add_people(meetup, 8)
    matching.start(oona, meetup.slug, now=NINE)
    before = on_lists(meetup)
    late = [newcomer(meetup, name) for name in ("Nora", "Nils", "Nadia")]
    arrive(meetup, *everybody, *late)
    newcomers.greet(TEN)

    counts = Counter(who for pair in on_lists(meetup) for who in pair)
    assert {len(names_of(who)) for who in late} == {3}
    assert max(counts.values()) <= 3 + match_work.EXTRA
    assert before.items() <= on_lists(meetup).items()
    assert matching.keep_fresh(TEN) == []


def test_nobody_absent_is_proposed_while_enough_are_there(meetup: MeetupRef, oona: Actor) -> None:
    suggest(meetup, 9)
    everybody = add_people(meetup, 9)
    suggest(meetup, 3)
    matching.start(oona, meetup.slug, now=NINE)
    suggest(meetup, 7)
    arrive(meetup, *everybody[:7])
    nora = newcomer(meetup)
    newcomers.greet(TEN)

    assert set(names_of(nora)) == {who.id for who in everybody[:7]}


def test_who_may_still_come_is_proposed_for_the_room_that_is_left(meetup: MeetupRef, oona: Actor) -> None:
    everybody = add_people(meetup, 4)
    matching.start(oona, meetup.slug, now=NINE)
    arrive(meetup, *everybody[2:])
    nora = newcomer(meetup)
    newcomers.greet(TEN)

    assert set(names_of(nora)) == {who.id for who in everybody}
    assert set(names_of(nora)[:2]) == {who.id for who in everybody[2:]}


@pytest.mark.parametrize("tap", [Block, Known, NotForMe])
@pytest.mark.parametrize("by_nora", [True, False])
def test_a_newcomer_and_somebody_kept_apart_are_never_proposed(
    meetup: MeetupRef, oona: Actor, tap: type, *, by_nora: bool
) -> None:
    everybody = add_people(meetup, 5)
    matching.start(oona, meetup.slug, now=NINE)
    nora = newcomer(meetup)
    one, other = (nora, everybody[0]) if by_nora else (everybody[0], nora)
    with write_transaction() as session:
        session.add(tap(from_id=one.id, to_id=other.id, created_at=NINE))
    arrive(meetup, nora, *everybody)
    newcomers.greet(TEN)

    assert set(names_of(nora)) == {who.id for who in everybody[1:]}


def test_who_cannot_meet_a_newcomer_is_not_proposed(meetup: MeetupRef, oona: Actor) -> None:
    everybody = [*add_people(meetup, 3), add_attendee(meetup, "Otto", mode=Mode.ONLINE, asks=["grants"])]
    matching.start(oona, meetup.slug, now=NINE)
    nora = newcomer(meetup)
    arrive(meetup, nora, *everybody[:3])
    newcomers.greet(TEN)

    assert set(names_of(nora)) == {who.id for who in everybody[:3]}


@pytest.mark.parametrize(("tap", "taken"), [(NotForMe, True), (Known, True), (Block, False)])
def test_a_place_put_aside_stays_taken_so_that_no_new_name_tells_of_it(
    meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef, oona: Actor, tap: type, *, taken: bool
) -> None:
    matching.start(oona, meetup.slug, now=NINE)
    with write_transaction() as session:
        session.add(tap(from_id=ada.id, to_id=ben.id, created_at=NINE))
    run = latest_run(meetup.id)
    assert run is not None

    assert match_input.fixed_pairs(run, [ada.id, ben.id]) == [(str(ada.id), str(ben.id))] * taken


def test_a_place_somebody_left_is_free(meetup: MeetupRef, oona: Actor) -> None:
    suggest(meetup, 3)
    everybody = add_people(meetup, 4)
    matching.start(oona, meetup.slug, now=NINE)
    with write_transaction() as session:
        gone = update(Attendee).where(Attendee.id == everybody[0].id)
        session.execute(gone.values(status=AttendeeStatus.CANCELLED))
    nora = newcomer(meetup)
    arrive(meetup, nora, *everybody[1:])
    newcomers.greet(TEN)

    assert set(names_of(nora)) == {who.id for who in everybody[1:]}


def test_somebody_with_a_weak_list_gets_more_names_on_arriving(meetup: MeetupRef, oona: Actor) -> None:
    one, other = add_people(meetup, 2)
    with write_transaction() as session:
        session.add(Known(from_id=one.id, to_id=other.id, created_at=NINE))
    matching.start(oona, meetup.slug, now=NINE)
    with write_transaction() as session:
        session.execute(delete(Known))
    before = newcomers.greet(TEN), names_of(one)
    arrive(meetup, one)
    newcomers.greet(TEN)

    assert before == ([], [])
    assert (names_of(one), names_of(other)) == ([other.id], [one.id])


def test_a_newcomer_is_greeted_once(meetup: MeetupRef, oona: Actor) -> None:
    add_people(meetup, 5)
    matching.start(oona, meetup.slug, now=NINE)
    newcomer(meetup)

    assert [len(newcomers.greet(TEN)) for _ in range(3)] == [1, 0, 0]


@pytest.mark.parametrize("at", [NINE - 2 * HOUR, NINE + timedelta(days=1)])
def test_nobody_is_greeted_when_the_event_does_not_run(meetup: MeetupRef, oona: Actor, at: object) -> None:
    add_people(meetup, 5)
    matching.start(oona, meetup.slug, now=NINE)
    newcomer(meetup)

    assert newcomers.greet(at) == []  # type: ignore[arg-type]  # a moment


def test_before_there_are_lists_nobody_is_greeted(meetup: MeetupRef) -> None:
    add_people(meetup, 5)

    assert newcomers.greet(TEN) == []


def test_a_newcomer_with_a_good_list_brings_no_new_lists_for_everybody(meetup: MeetupRef, oona: Actor) -> None:
    add_people(meetup, 5)
    matching.start(oona, meetup.slug, now=NINE)
    newcomer(meetup)

    waits = matching.keep_fresh(TEN)
    newcomers.greet(TEN)
    assert (waits, matching.keep_fresh(TEN)) == ([], [])


def test_a_newcomer_with_a_weak_list_waits_for_everybodys_next_lists(meetup: MeetupRef, oona: Actor) -> None:
    add_people(meetup, 2)
    matching.start(oona, meetup.slug, now=NINE)
    nora = newcomer(meetup)
    waits = matching.keep_fresh(TEN)
    newcomers.greet(TEN)
    at_once = len(names_of(nora))

    assert (waits, at_once, len(matching.keep_fresh(TEN))) == ([], 2, 1)


def test_who_changes_their_words_brings_new_lists_also_beside_a_newcomer(meetup: MeetupRef, oona: Actor) -> None:
    everybody = add_people(meetup, 5)
    matching.start(oona, meetup.slug, now=NINE)
    newcomer(meetup)
    with write_transaction() as session:
        session.execute(update(Attendee).where(Attendee.id == everybody[0].id).values(headline="Plans rail"))

    assert len(matching.keep_fresh(TEN)) == 1


def test_a_job_for_lists_that_are_gone_changes_nothing(
    meetup: MeetupRef, oona: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_people(meetup, 5)
    matching.start(oona, meetup.slug, now=NINE)
    newcomer(meetup)
    with monkeypatch.context() as asleep:
        asleep.setattr(queue, "enqueue", lambda *_task, **_values: None)
        [job_id] = newcomers.greet(TEN)
    matching.start(oona, meetup.slug, now=TEN)
    before = on_lists(meetup)
    work = jobs.take(job_id, TEN)
    assert work is not None
    done = newcomers.compute(work, lambda *_: None)

    assert (done["pairs"], on_lists(meetup)) == (0, before)


def test_the_job_ends_well(meetup: MeetupRef, oona: Actor) -> None:
    add_people(meetup, 5)
    matching.start(oona, meetup.slug, now=NINE)
    newcomer(meetup)
    [job_id] = newcomers.greet(TEN)

    job = db.session.get_one(Job, job_id)
    assert (job.status, job.result) == (JobStatus.DONE, {"people": 1, "pairs": 5})
