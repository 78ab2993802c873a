"""Rounds are made from published lists, mended around one person, and seen by organisers."""

import csv
import io
from datetime import timedelta
from itertools import combinations
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from eventmatch.domain.actor import Actor
from eventmatch.domain.errors import Conflict, Invalid, NotFound
from eventmatch.domain.local_time import to_local
from eventmatch.domain.rounds import Seating
from eventmatch.domain.states import MemberRole, Mode
from eventmatch.models.attendee import Attendee
from eventmatch.models.base import write_transaction
from eventmatch.models.match import Match, MatchRun
from eventmatch.models.rounds import exchange, plan_of, seatings
from eventmatch.models.tap import NotForMe
from eventmatch.services import jobs, rounds, rounds_run
from eventmatch.services.rounds import RoundsDraft
from tests.cast import HOUR, NINE, AttendeeRef, MeetupRef, add_attendee, add_member

MINUTE = timedelta(minutes=1)
BEFORE = NINE - HOUR


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compute in this process."""
    monkeypatch.setattr(rounds_run, "in_child", lambda task, *values: task(*values))


@pytest.fixture
def five(meetup: MeetupRef) -> list[AttendeeRef]:
    """Return five people who are all on each other's lists."""
    people = [add_attendee(meetup, name) for name in ("Ada", "Ben", "Chidi", "Dana", "Emeka")]
    publish(meetup, people)
    return people


def publish(meetup: MeetupRef, people: list[AttendeeRef]) -> None:
    """Put everybody on everybody's list; earlier pairs are worth more."""
    nothing: dict[str, Any] = {"terms": {}, "reasons": []}
    with write_transaction() as session:
        run = MatchRun(event_id=meetup.id, created_at=NINE, published_at=NINE, people=len(people))
        session.add(run)
        session.flush()
        for rank, (low, high) in enumerate(combinations(sorted(person.id for person in people), 2), start=1):
            scores = {"value": 1 / rank, "low_score": 0.5, "high_score": 0.5, "low_rank": rank, "high_rank": rank}
            pair = Match(run_id=run.id, low_id=low, high_id=high, low_terms=nothing, high_terms=nothing, **scores)
            session.add(pair)


def draft(**said: Any) -> RoundsDraft:
    """Three rounds from nine on."""
    usual: dict[str, Any] = {
        "starts": to_local(NINE, "Europe/Berlin"),
        "rounds": 3,
        "minutes": 15,
        "pause": 5,
        "tables": None,
    }
    return RoundsDraft(**usual | said)


def plan(oona: Actor, **said: Any) -> jobs.JobView:
    job_id = rounds.plan(oona, "meetup", draft(**said), now=BEFORE)
    return jobs.job_for(oona, "meetup", job_id)


def met(meetup: MeetupRef) -> list[Seating]:
    made = plan_of(meetup.id)
    assert made is not None
    return seatings(made.id)


def pairs(meetup: MeetupRef) -> set[tuple[int, int]]:
    return {pair for seating in met(meetup) for pair in combinations(seating.people, 2)}


def test_nobody_meets_anybody_twice_or_sits_at_two_tables(
    meetup: MeetupRef, five: list[AttendeeRef], oona: Actor
) -> None:
    plan(oona)
    seats = [(seating.round, person) for seating in met(meetup) for person in seating.people]
    twos = [pair for seating in met(meetup) for pair in combinations(seating.people, 2)]

    assert len(seats) == len(set(seats)) > 12
    assert len(twos) == len(set(twos))


def test_a_real_child_makes_the_same_rounds(
    meetup: MeetupRef, five: list[AttendeeRef], oona: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan(oona)
    here = met(meetup)
    monkeypatch.undo()
    plan(oona)

    assert met(meetup) == here


def test_who_is_online_hidden_or_wanted_by_nobody_is_not_seated(
    meetup: MeetupRef, five: list[AttendeeRef], oona: Actor
) -> None:
    ada, ben, chidi, dana, emeka = (person.id for person in five)
    with write_transaction() as session:
        session.execute(update(Attendee).where(Attendee.id == ada).values(mode=Mode.ONLINE))
        session.execute(update(Attendee).where(Attendee.id == ben).values(hidden_at=NINE))
        session.add(NotForMe(from_id=chidi, to_id=dana, created_at=NINE))
    plan(oona)

    assert pairs(meetup) == {(chidi, emeka), (dana, emeka)}


def test_nobody_is_seated_outside_their_hours(meetup: MeetupRef, oona: Actor) -> None:
    ada = add_attendee(meetup, "Ada", hours=[(NINE + 20 * MINUTE, NINE + HOUR)])
    ben = add_attendee(meetup, "Ben", hours=[(NINE, NINE + 35 * MINUTE)])
    publish(meetup, [ada, ben])
    plan(oona)

    assert [(seating.round, seating.people) for seating in met(meetup)] == [(1, (ada.id, ben.id))]


def test_no_round_has_more_meetings_than_tables(meetup: MeetupRef, five: list[AttendeeRef], oona: Actor) -> None:
    plan(oona, tables=1)

    assert [(seating.round, seating.table) for seating in met(meetup)] == [(0, 1), (1, 1), (2, 1)]


def test_without_lists_there_are_no_rounds(meetup: MeetupRef, oona: Actor) -> None:
    assert plan(oona).error == rounds_run.NO_LISTS


@pytest.mark.parametrize(
    ("said", "field"),
    [({"starts": to_local(NINE - 2 * HOUR, "Europe/Berlin")}, "starts"), ({"rounds": 40, "minutes": 60}, "rounds")],
)
def test_rounds_are_while_the_event_is_on(meetup: MeetupRef, oona: Actor, said: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        plan(oona, **said)

    assert refusal.value.field == field


def test_who_stays_away_is_in_no_round_that_has_not_begun(
    meetup: MeetupRef, five: list[AttendeeRef], oona: Actor
) -> None:
    plan(oona)
    before = met(meetup)
    rounds.mend(oona, "meetup", five[0].id, "away", now=NINE + MINUTE)  # the first round is on
    after = met(meetup)

    assert [s for s in after if s.round == 0] == [s for s in before if s.round == 0]
    assert not [s for s in after if s.round > 0 and five[0].id in s.people]


def test_who_comes_after_all_gets_meetings_again(meetup: MeetupRef, five: list[AttendeeRef], oona: Actor) -> None:
    plan(oona)
    rounds.mend(oona, "meetup", five[0].id, "away", now=BEFORE)
    rounds.mend(oona, "meetup", five[0].id, "late", now=NINE + MINUTE)

    assert {s.round for s in met(meetup) if five[0].id in s.people} == {1, 2}


def test_a_latecomer_meets_people_of_their_list(meetup: MeetupRef, oona: Actor) -> None:
    people = [add_attendee(meetup, name) for name in ("Ada", "Ben")]
    publish(meetup, people)
    plan(oona)
    chidi = add_attendee(meetup, "Chidi")
    publish(meetup, [*people, chidi])
    rounds.mend(oona, "meetup", chidi.id, "late", now=BEFORE)

    assert pairs(meetup) == {tuple(pair) for pair in combinations([person.id for person in (*people, chidi)], 2)}


def test_a_latecomer_on_nobodys_list_is_told_of(meetup: MeetupRef, five: list[AttendeeRef], oona: Actor) -> None:
    plan(oona)
    fay = add_attendee(meetup, "Fay")
    job_id = rounds.mend(oona, "meetup", fay.id, "late", now=BEFORE)

    assert jobs.job_for(oona, "meetup", job_id).error == rounds_run.NO_ROUND


def test_who_has_meetings_is_no_latecomer(meetup: MeetupRef, five: list[AttendeeRef], oona: Actor) -> None:
    plan(oona)

    with pytest.raises(Conflict, match="already"):
        rounds.mend(oona, "meetup", five[0].id, "late", now=BEFORE)


def test_when_all_rounds_have_begun_nothing_changes(meetup: MeetupRef, five: list[AttendeeRef], oona: Actor) -> None:
    plan(oona)

    with pytest.raises(Conflict, match="begun"):
        rounds.mend(oona, "meetup", five[0].id, "away", now=NINE + HOUR)


def test_the_database_lets_nobody_sit_at_two_tables(meetup: MeetupRef, five: list[AttendeeRef], oona: Actor) -> None:
    plan(oona)
    made = plan_of(meetup.id)
    assert made is not None
    plan_id = made.id

    with pytest.raises(IntegrityError), write_transaction():
        exchange(plan_id, [], [Seating(0, 99, (five[0].id, five[1].id))])


@pytest.mark.parametrize("call", ["plan", "mend", "download"])
def test_a_viewer_looks_on_and_changes_nothing(
    meetup: MeetupRef, five: list[AttendeeRef], oona: Actor, call: str
) -> None:
    ulrike = add_member(meetup, "Ulrike", MemberRole.VIEWER)
    plan(oona)
    values = {"plan": (draft(),), "mend": (five[0].id, "away"), "download": ()}[call]

    assert rounds.overview(ulrike, "meetup", now=BEFORE).meetings > 0
    with pytest.raises(NotFound):
        getattr(rounds, call)(ulrike, "meetup", *values, now=BEFORE)


def test_the_table_holds_everybody_in_every_meeting(meetup: MeetupRef, five: list[AttendeeRef], oona: Actor) -> None:
    plan(oona)
    rows = list(csv.DictReader(io.StringIO(rounds.download(oona, "meetup", now=BEFORE).decode("utf-8-sig"))))

    assert len(rows) == sum(len(seating.people) for seating in met(meetup))
    assert (rows[0]["round"], rows[0]["from"], rows[0]["until"]) == ("1", "2027-03-04 10:00", "2027-03-04 10:15")
