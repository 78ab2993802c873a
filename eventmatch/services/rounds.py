"""Rounds of an event, for its organisers: asked for, seen by round and by person, mended, taken along."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select

from eventmatch.domain.actor import Actor
from eventmatch.domain.errors import Conflict, Invalid, NotFound
from eventmatch.domain.local_time import to_local, to_utc
from eventmatch.domain.permissions import Action, allows
from eventmatch.domain.rounds import RoundTimes, Seating
from eventmatch.domain.states import Mode
from eventmatch.formats.spreadsheet import csv_bytes
from eventmatch.models.attendee import attendee_of
from eventmatch.models.base import write_transaction
from eventmatch.models.event import Event
from eventmatch.models.match import blocked_pairs, taking_part
from eventmatch.models.rounds import RoundPlan, plan_of, seatings
from eventmatch.models.work import latest_job, open_job
from eventmatch.services import audit, events, jobs
from eventmatch.services.access import event_for, roles
from eventmatch.services.meetings import Name, OwnRound, held

NAME = "rounds"
COLUMNS = ("round", "from", "until", "table", "name", "organisation", "with")
What = Literal["away", "late"]


@dataclass(frozen=True, slots=True)
class RoundsDraft:
    """What an organiser says about rounds; the time is a local one in the event's zone."""

    starts: datetime
    rounds: int
    minutes: int
    pause: int
    tables: int | None


@dataclass(frozen=True, slots=True)
class TableLine:
    """One table in one round."""

    table: int
    people: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class RoundLine:
    """One round, and who could be there but has no meeting."""

    number: int  # from 1
    starts_at: datetime
    ends_at: datetime
    tables: tuple[TableLine, ...]


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One person's rounds."""

    person: Name
    meetings: tuple[OwnRound, ...]
    away: bool  # was reported not to have come
    may_leave: bool  # has a meeting that has not begun
    may_join: bool  # has none


@dataclass(frozen=True, slots=True)
class RoundsView:
    """Everything about an event's rounds."""

    event: events.EventView
    draft: RoundsDraft
    planned: bool
    rounds: tuple[RoundLine, ...]
    people: tuple[PersonLine, ...]
    meetings: int
    without: int  # people who could take part and have no meeting
    job: jobs.JobView | None
    may_run: bool


def overview(by: Actor, slug: str, *, now: datetime, action: Action = Action.SEE_EVENT_DESK) -> RoundsView:
    """Return an event's rounds as they stand, to who may do this."""
    event = event_for(by, slug, action)
    plan, job = plan_of(event.id), latest_job(event.id, NAME)
    people = _people(event)
    standing = _standing(event, plan, people)
    lines = tuple(_person_lines(plan, people, standing, now)) if plan is not None else ()
    return RoundsView(
        event=events.view(event),
        draft=_draft(event, plan),
        planned=plan is not None,
        rounds=tuple(_round_lines(plan.times, standing, people)) if plan is not None else (),
        people=lines,
        meetings=len(standing),
        without=sum(not line.meetings for line in lines),
        job=jobs.job_for(by, slug, job.id) if job is not None else None,
        may_run=allows(roles(by, event), Action.RUN_EVENT),
    )


def plan(by: Actor, slug: str, draft: RoundsDraft, *, now: datetime) -> int:
    """Ask for rounds in place of those there are, and return the job."""
    event = event_for(by, slug, Action.RUN_EVENT)
    times = RoundTimes(to_utc(draft.starts, event.zone), draft.rounds, draft.minutes, draft.pause)
    if not event.opens_at <= times.starts_at < event.ends_at:
        raise Invalid("The first round begins while the event is on.", field="starts")
    if times.ends_at > event.ends_at:
        raise Invalid("So many rounds end after the event does: have fewer, or shorter ones.", field="rounds")
    numbers = {"rounds": draft.rounds, "minutes": draft.minutes, "pause": draft.pause, "tables": draft.tables}
    return _start(by, event.id, now, what="plan", starts_at=times.starts_at.isoformat(), **numbers)


def mend(by: Actor, slug: str, attendee_id: int, what: What, *, now: datetime) -> int:
    """Ask for rounds around somebody who stays away or comes late, and return the job."""
    event = event_for(by, slug, Action.RUN_EVENT)
    plan = plan_of(event.id)
    if plan is None or attendee_of(event.id, attendee_id) is None:
        raise NotFound
    from_round = plan.times.next_round(now)
    if from_round == plan.rounds:
        raise Conflict("All rounds have begun; nothing is left to change.")
    if what == "late" and any(seating.round >= from_round for seating in seatings(plan.id, attendee_id)):
        raise Conflict("This person has meetings already.")
    return _start(by, event.id, now, what=what, plan_id=plan.id, attendee_id=attendee_id, from_round=from_round)


def _start(by: Actor, event_id: int, now: datetime, **values: Any) -> int:
    """Start a job unless one is under way; the event's row is locked so that two who ask at once get one."""
    with write_transaction() as session:
        session.execute(select(Event.id).where(Event.id == event_id).with_for_update(key_share=True))
        if open_job(event_id, NAME):
            raise Conflict("The rounds are being changed at this moment. Try again when that is done.")
        return jobs.start(NAME, by=by, event_id=event_id, now=now, **values)


def download(by: Actor, slug: str, *, now: datetime) -> bytes:
    """Return a row for each person in each meeting as CSV, and write down who took it."""
    event = event_for(by, slug, Action.RUN_EVENT)
    plan, people = plan_of(event.id), _people(event)
    rows = list(_rows(event, plan, _standing(event, plan, people), people)) if plan is not None else []
    event_id = event.id
    with write_transaction():
        audit.note("download rounds", by=by, event_id=event_id, now=now, rows=len(rows))
    return csv_bytes(COLUMNS, rows)


def _people(event: Event) -> dict[int, Name]:
    """Return who takes part and is there in person."""
    there = (who for who in taking_part(event.id) if who.mode is not Mode.ONLINE)
    return {who.id: Name(who.id, who.name, who.organisation) for who in there}


def _standing(event: Event, plan: RoundPlan | None, people: dict[int, Name]) -> list[Seating]:
    """Return the meetings that can take place now."""
    return list(held(seatings(plan.id), people, blocked_pairs(event.id))) if plan is not None else []


def _draft(event: Event, plan: RoundPlan | None) -> RoundsDraft:
    """Return what the form shows: the plan, or what is usual."""
    if plan is None:
        return RoundsDraft(to_local(event.starts_at, event.zone), rounds=6, minutes=15, pause=5, tables=None)
    return RoundsDraft(to_local(plan.starts_at, event.zone), plan.rounds, plan.minutes, plan.pause, plan.tables)


def _round_lines(times: RoundTimes, standing: list[Seating], people: dict[int, Name]) -> Iterator[RoundLine]:
    """Yield round by round."""
    for round_ in range(times.rounds):
        tables = tuple(
            TableLine(seating.table, tuple(people[person] for person in seating.people))
            for seating in standing
            if seating.round == round_
        )
        yield RoundLine(round_ + 1, times.begins(round_), times.ends(round_), tables)


def _person_lines(
    plan: RoundPlan, people: dict[int, Name], standing: list[Seating], now: datetime
) -> Iterator[PersonLine]:
    """Yield person by person, in the order of names."""
    times, mine = plan.times, _by_person(standing)
    next_round = times.next_round(now)
    booked = {person for seating in seatings(plan.id) if seating.round >= next_round for person in seating.people}
    for who in sorted(people.values(), key=lambda who: (who.name.casefold(), who.id)):
        own = tuple(_own(times, seating, who.id, people) for seating in mine.get(who.id, ()))
        coming, away = next_round < times.rounds, str(who.id) in plan.away
        yield PersonLine(who, own, away, coming and who.id in booked, coming and who.id not in booked)


def _by_person(standing: list[Seating]) -> dict[int, list[Seating]]:
    """Return everybody's meetings."""
    mine: dict[int, list[Seating]] = {}
    for seating in standing:
        for person in seating.people:
            mine.setdefault(person, []).append(seating)
    return mine


def _own(times: RoundTimes, seating: Seating, person: int, people: dict[int, Name]) -> OwnRound:
    """Return a meeting as one of its people sees it."""
    others = tuple(people[other] for other in seating.people if other != person)
    begins, ends = times.begins(seating.round), times.ends(seating.round)
    return OwnRound(seating.round + 1, begins, ends, seating.table, others)


def _rows(
    event: Event, plan: RoundPlan, standing: list[Seating], people: dict[int, Name]
) -> Iterator[tuple[object, ...]]:
    """Yield one row for each person in each meeting, by round and table."""
    for seating in standing:
        for person in seating.people:
            own, who = _own(plan.times, seating, person, people), people[person]
            since, until = (f"{to_local(at, event.zone):%Y-%m-%d %H:%M}" for at in (own.starts_at, own.ends_at))
            others = ", ".join(other.name for other in own.others)
            yield own.number, since, until, own.table, who.name, who.organisation, others
