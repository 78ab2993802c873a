"""Everybody's lists: computed in a child, published all at once, and holding only people who can meet."""

import json
import multiprocessing
import os
import random
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import combinations

import pytest
from sqlalchemy import select, update

from eventmatch.domain.actor import Actor
from eventmatch.domain.errors import NotFound
from eventmatch.domain.states import AttendeeStatus, JobStatus, MemberRole, Mode, Purpose
from eventmatch.gateways import queue
from eventmatch.models.attendee import Attendee, hours_of
from eventmatch.models.base import db, write_transaction
from eventmatch.models.event import Event
from eventmatch.models.match import Match, MatchRun, latest_run
from eventmatch.models.tap import Block, Known, NotForMe
from eventmatch.models.work import Job
from eventmatch.services import jobs, matching, matching_child
from eventmatch.services.match_work import Lists, Wanted
from tests.cast import HOUR, NINE, AttendeeRef, MeetupRef, add_attendee, add_meetup, add_member

CANARY = "canary@example.org"
Report = Callable[[int, int], None]


def here_and_now(everybody: Wanted, report: Report) -> Lists:
    return matching_child.compute(everybody, report)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compute in this process: the same lists, without starting a child each time."""
    monkeypatch.setattr(matching, "in_child", here_and_now)


def pairs(meetup: MeetupRef) -> set[tuple[int, int]]:
    run = latest_run(meetup.id)
    assert run is not None
    return {(match.low_id, match.high_id) for match in db.session.scalars(select(Match).where(Match.run_id == run.id))}


def newest_job() -> Job:
    job = db.session.scalar(select(Job).order_by(Job.id.desc()))
    assert job is not None
    return job


def crowd(meetup: MeetupRef, dice: random.Random, size: int = 12) -> list[AttendeeRef]:
    """Twelve people with any mode and hours."""
    topics = ["scrum", "grants", "risk", "budgets"]
    people = []
    for number in range(size):
        begin = NINE + dice.randrange(6) * HOUR
        hours = [(begin, begin + dice.choice([1, 2, 3]) * HOUR)] if dice.random() < 0.6 else []
        person = add_attendee(
            meetup,
            f"P{meetup.slug}{number}",
            hours=hours,
            asks=dice.sample(topics, 2),
            offers=dice.sample(topics, 2),
            interests=dice.sample(topics, 1),
            mode=dice.choice(list(Mode)),
            can_video=dice.random() < 0.5,
        )
        people.append(person)
    return people


def can_meet(one: Attendee, other: Attendee, hours: dict[int, list[tuple[datetime, datetime]]]) -> bool:
    """Judge a pair from the tables alone, quarter of an hour by quarter of an hour."""
    in_person = Mode.ONLINE not in {one.mode, other.mode}
    day = [NINE + quarter * timedelta(minutes=15) for quarter in range(8 * 4)]
    free = [
        {at for at in day if not hours.get(who.id) or any(s <= at < u for s, u in hours[who.id])}
        for who in (one, other)
    ]
    return (in_person or (one.can_video and other.can_video)) and bool(free[0] & free[1])


def test_a_real_job_puts_ada_and_ben_on_each_others_list(
    meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef, oona: Actor
) -> None:
    job_id = matching.start(oona, meetup.slug, now=NINE)

    done = jobs.job_for(oona, meetup.slug, job_id)
    assert (done.status, done.result["people"]) == (JobStatus.DONE, 2)
    assert done.done == done.total > 0
    assert pairs(meetup) == {(ada.id, ben.id)}
    [match] = db.session.scalars(select(Match))
    first = match.low_terms["reasons"][0]
    assert (first["term"], first["theirs"], first["their_field"]) == ("need", "vendor contracts", "offers")
    assert sum(match.low_terms["terms"].values()) == pytest.approx(match.low_score)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("seed", range(4))
def test_nobodys_list_holds_a_person_they_cannot_meet(app: object, seed: int) -> None:
    meetup = add_meetup(f"crowd-{seed}")
    people = crowd(meetup, random.Random(seed))
    oona = add_member(meetup, "Oona", MemberRole.OWNER)

    matching.start(oona, meetup.slug, now=NINE)

    rows = {row.id: row for row in db.session.scalars(select(Attendee).where(Attendee.event_id == meetup.id))}
    hours = {person: list(spans) for person, spans in hours_of(rows).items()}
    listed = pairs(meetup)
    possible = {(a.id, b.id) for a, b in combinations(people, 2) if can_meet(rows[a.id], rows[b.id], hours)}
    assert listed
    assert listed <= possible
    assert possible != set(combinations([p.id for p in people], 2)), "the control: some pairs cannot meet"


@pytest.mark.usefixtures("quick")
def test_without_consent_nobody_is_on_a_list(
    meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef, oona: Actor
) -> None:
    chidi = add_attendee(meetup, "Chidi", asks=["scrum"], consents=[Purpose.ORGANISER_EXPORT])
    dana = add_attendee(meetup, "Dana", asks=["scrum"], imported=True, consents=[])

    matching.start(oona, meetup.slug, now=NINE)

    assert pairs(meetup) == {(ada.id, ben.id)}
    assert not {chidi.id, dana.id} & {who for pair in pairs(meetup) for who in pair}


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    "change",
    [{"status": AttendeeStatus.CANCELLED}, {"barred_at": NINE}, {"hidden_at": NINE}],
    ids=["cancelled", "barred", "hidden"],
)
def test_who_does_not_take_part_is_on_no_list(
    meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef, oona: Actor, change: dict[str, object]
) -> None:
    with write_transaction() as session:
        session.execute(update(Attendee).where(Attendee.id == ben.id).values(**change))

    matching.start(oona, meetup.slug, now=NINE)

    assert pairs(meetup) == set()


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("tap", [Block, Known, NotForMe])
def test_one_tap_of_either_keeps_two_apart(
    meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef, oona: Actor, tap: type
) -> None:
    with write_transaction() as session:
        session.add(tap(from_id=ben.id, to_id=ada.id, created_at=NINE))

    matching.start(oona, meetup.slug, now=NINE)

    assert pairs(meetup) == set()


@pytest.mark.usefixtures("quick")
def test_a_block_at_one_event_holds_at_every_other(meetup: MeetupRef, oona: Actor) -> None:
    ada, ben = (add_attendee(meetup, name, email=f"{name}@example.net") for name in ("Ada", "Ben"))
    other = add_meetup("other")
    places = [
        add_attendee(other, name, email=f"{name}-2@example.net", asks=["scrum"], offers=["scrum"])
        for name in ("Ada", "Ben")
    ]
    with write_transaction() as session:
        for place, same in zip(places, (ada, ben), strict=True):
            session.execute(update(Attendee).where(Attendee.id == place.id).values(person_id=same.person_id))
        session.add(Block(from_id=ben.id, to_id=ada.id, created_at=NINE))
    piet = add_member(other, "Piet")

    matching.start(piet, "other", now=NINE)

    assert pairs(other) == set()


@pytest.mark.usefixtures("quick")
def test_new_lists_take_the_place_of_the_earlier_ones(
    meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef, oona: Actor
) -> None:
    for hours in range(3):
        matching.start(oona, meetup.slug, now=NINE + hours * HOUR)

    assert len(list(db.session.scalars(select(MatchRun)))) == 1
    assert len(list(db.session.scalars(select(Match)))) == 1


@pytest.fixture
def asleep(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave every job in the queue."""
    monkeypatch.setattr(queue, "enqueue", lambda *_task, **_values: None)


@pytest.mark.usefixtures("asleep")
def test_a_second_start_joins_the_job_under_way(meetup: MeetupRef, ada: AttendeeRef, oona: Actor) -> None:
    first, second = (matching.start(oona, meetup.slug, now=NINE) for _ in range(2))

    assert first == second


@pytest.mark.usefixtures("asleep")
def test_a_cancelled_job_ends_its_child_and_publishes_nothing(
    meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef, oona: Actor
) -> None:
    job_id = matching.start(oona, meetup.slug, now=NINE)
    work = jobs.take(job_id, NINE)
    assert work is not None
    jobs.cancel(oona, meetup.slug, job_id, now=NINE)

    with pytest.raises(jobs.Cancelled):
        matching.compute(work, lambda done, total: jobs.report(job_id, done, total))

    assert latest_run(meetup.id) is None
    assert multiprocessing.active_children() == []


def dies(pipe: object, everybody: Wanted) -> None:
    os._exit(3)


def test_a_child_that_dies_is_told_in_a_sentence(
    meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef, oona: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matching_child, "run", dies)

    matching.start(oona, meetup.slug, now=NINE)

    assert (newest_job().status, newest_job().error) == (JobStatus.FAILED, matching.DIED)


def test_rules_that_cannot_be_used_are_named(
    meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef, oona: Actor
) -> None:
    with write_transaction() as session:
        session.execute(update(Event).values(settings={"matching": {"weights": {"need": 7.0}}}))

    matching.start(oona, meetup.slug, now=NINE)

    assert newest_job().status is JobStatus.FAILED
    assert "add up to 1" in newest_job().error


@pytest.mark.usefixtures("asleep")
def test_a_newcomer_asks_for_new_lists_and_a_tap_about_somebody_does_not(
    meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef
) -> None:
    def refreshed() -> int:
        [*started] = matching.keep_fresh(NINE)
        with write_transaction() as session:
            session.execute(update(Job).values(status=JobStatus.DONE))
        return len(started)

    first, unchanged = refreshed(), refreshed()
    with write_transaction() as session:
        for tap in (Block, Known, NotForMe):
            session.add(tap(from_id=ben.id, to_id=ada.id, created_at=NINE))
    after_taps = refreshed()
    add_attendee(meetup, "Chidi")
    after_chidi = refreshed()

    assert (first, unchanged, after_taps, after_chidi) == (1, 0, 0, 1)


@pytest.mark.usefixtures("quick")
def test_lists_just_computed_are_not_computed_again(
    meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef, oona: Actor
) -> None:
    with write_transaction():
        jobs.start("match", by=oona, event_id=meetup.id, now=NINE)

    assert pairs(meetup) == {(ada.id, ben.id)}
    assert matching.keep_fresh(NINE) == []


@pytest.mark.usefixtures("asleep")
@pytest.mark.parametrize(("at", "started"), [(NINE - timedelta(days=20), 0), (NINE, 1), (NINE + 9 * HOUR, 0)])
def test_lists_follow_changes_from_two_weeks_before_until_the_end(
    meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef, at: datetime, started: int
) -> None:
    assert len(matching.keep_fresh(at)) == started


@pytest.mark.usefixtures("asleep")
def test_only_those_who_run_the_event_start_it(meetup: MeetupRef, ada: AttendeeRef) -> None:
    viewer = add_member(meetup, "Ulrike", MemberRole.VIEWER)

    for stranger in (viewer, ada.actor):
        with pytest.raises(NotFound):
            matching.start(stranger, meetup.slug, now=NINE)


def test_the_server_never_imports_scikit_learn(tmp_path: object) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.services.serving_process", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"status": "done", "matches": 3, "meetings": 1, "heavy": []}


def test_a_child_that_fails_names_nobody_in_the_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> Lists:
        raise KeyError(CANARY)

    monkeypatch.setattr(matching_child, "compute", fail)
    monkeypatch.setattr(os, "nice", lambda _: 0)
    here, there = multiprocessing.Pipe(duplex=False)

    matching_child.run(there, Wanted([]))

    assert "KeyError" in caplog.text
    assert CANARY not in caplog.text
    assert not here.poll()
