"""Whom everybody at an event should meet: asked for, computed beside the server, published all at once."""

import multiprocessing
from collections.abc import Callable
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, exists, insert, select

from eventmatch.domain.actor import NOBODY, Actor
from eventmatch.domain.errors import DomainError, Invalid
from eventmatch.domain.permissions import Action
from eventmatch.domain.states import JobStatus
from eventmatch.models.attendee import Attendee
from eventmatch.models.base import db, write_transaction
from eventmatch.models.event import Event, events_ahead
from eventmatch.models.match import (
    Match,
    MatchRun,
    greeted_since,
    latest_match_job,
    latest_run,
    open_match_job,
    pair_lines,
)
from eventmatch.models.tap import Known, NotForMe, Wish
from eventmatch.models.work import Job
from eventmatch.services import jobs, matching_child
from eventmatch.services.access import event_for
from eventmatch.services.match_input import basis, fingerprint, ids_of, unlisted, wanted, without
from eventmatch.services.match_options import MatchOptions
from eventmatch.services.match_work import Lists, Pair, Side, Wanted

if TYPE_CHECKING:
    from eventmatch.services.match_files import MatchReport

Report = Callable[[int, int], None]

AHEAD = timedelta(days=14)  # lists follow changes by themselves from this long before the doors open
HEARTBEAT = 1.0  # seconds after which a silent child is asked whether anybody still wants its work
CONTEXT = multiprocessing.get_context("spawn")
DIED = "The computation ended before it was done. The lists shown are the earlier ones; start it again."


def start(by: Actor, slug: str, *, now: datetime) -> int:
    """Ask for everybody's lists anew and return the job; one that waits or runs already is joined."""
    event = event_for(by, slug, Action.RUN_EVENT)
    return _start(event.id, by, fingerprint(wanted(event)), now)


def keep_fresh(now: datetime) -> list[int]:
    """Ask for new lists where somebody came, left or changed their words since they were last asked for.

    Taps about one other person (already know, not for me, block) are no cause: from the moment a list
    changes nobody shall read who did not want to meet them.
    """
    started = []
    for event in [event for event in events_ahead(now) if event.opens_at - AHEAD <= now]:
        everybody = wanted(event)
        latest = latest_match_job(event.id)
        mark = fingerprint(everybody)
        if len(everybody.people) < 2 or (latest is not None and latest.values.get("fingerprint") == mark):  # noqa: PLR2004 - it takes two
            continue
        if latest is None or now < event.opens_at or not _greeted_first(event, everybody, latest):
            started.append(_start(event.id, NOBODY, mark, now))
    return started


def _greeted_first(event: Event, everybody: Wanted, latest: Job) -> bool:
    """Tell whether nothing is new but people for whom lists of their own are computed, which may be enough."""
    run = latest_run(event.id)
    if run is None or open_match_job(event.id, "newcomers"):
        return run is not None
    new = unlisted(run, ids_of(everybody))
    return bool(new - greeted_since(run)) and fingerprint(without(everybody, new)) == latest.values.get("fingerprint")


def _start(event_id: int, by: Actor, mark: str, now: datetime) -> int:
    """Start a job unless one is under way; the event's row is locked so that two who ask at once get one."""
    with write_transaction() as session:
        session.execute(select(Event.id).where(Event.id == event_id).with_for_update(key_share=True))
        under_way = open_match_job(event_id)
        return under_way or jobs.start("match", by=by, event_id=event_id, now=now, fingerprint=mark)


def compute(work: jobs.Work, report: Report) -> dict[str, Any]:
    """Compute and publish everybody's lists; the earlier ones stay until then, and if nothing but taps is new."""
    event = db.session.get_one(Event, work.event_id)
    everybody, run = wanted(event), latest_run(event.id)
    mark = basis(event, everybody)
    if run is not None and run.measures.get("basis") == mark:
        return _figures(len(everybody.people), len(pair_lines(run.id)), run.measures)
    db.session.rollback()  # the reading is over; what comes next takes long
    lists = in_child(everybody, report)
    measures = {**lists.measures, "alone": lists.alone, "basis": mark, "learned": lists.learned}
    _publish(work, lists, everybody, measures)
    return _figures(len(everybody.people), len(lists.pairs), measures)


def _figures(people: int, pairs: int, measures: dict[str, Any]) -> dict[str, Any]:
    """Say what came of a computation."""
    told = {name: value for name, value in measures.items() if name not in {"alone", "basis", "learned"}}
    return {"people": people, "pairs": pairs, "alone": len(measures["alone"]), **told}


def in_child(everybody: Wanted, report: Report) -> Lists:
    """Compute in a process of its own, which ends with its lists, with a refusal or when nobody wants it any more."""
    here, there = CONTEXT.Pipe(duplex=False)
    child = CONTEXT.Process(target=matching_child.run, args=(there, everybody), daemon=True)
    child.start()
    there.close()
    try:
        return _listen(here, report, len(everybody.people))
    finally:
        child.kill()
        child.join()
        here.close()


def _listen(child: Connection, report: Report, people: int) -> Lists:
    """Pass the child's progress on until it has the lists; reporting raises when the job was cancelled."""
    progress = (0, 3 * people)
    while True:
        if child.poll(HEARTBEAT):
            kind, value = _heard(child)
            if kind == "lists":
                lists: Lists = value
                return lists
            progress = value
        report(*progress)


def _heard(child: Connection) -> tuple[str, Any]:
    """Return what the child says, or say that it refused or fell silent for good."""
    try:
        kind, value = child.recv()
    except EOFError as error:
        raise DomainError(DIED) from error
    if kind == "refused":
        raise Invalid(f"The rules of this event cannot be used: {value}")
    return kind, value


def _publish(work: jobs.Work, lists: Lists, everybody: Wanted, measures: dict[str, Any]) -> None:
    """Put the new lists in place of the earlier ones, in one transaction, unless the job was cancelled meanwhile."""
    with write_transaction() as session:
        job = session.get_one(Job, work.job_id, with_for_update=True)
        if job.status is not JobStatus.RUNNING:
            raise jobs.Cancelled
        job.values = {**job.values, "fingerprint": fingerprint(everybody)}  # of what was read, not of what was asked
        at = job.started_at or job.created_at
        people = len(everybody.people)
        run = MatchRun(event_id=work.event_id, created_at=at, published_at=at, people=people, measures=measures)
        session.add(run)
        session.flush()
        run_id = run.id
        there = people_of(work.event_id)
        rows = [row(run_id, pair) for pair in lists.pairs if {pair.low, pair.high} <= there]
        if rows:
            session.execute(insert(Match), rows)
        session.execute(delete(MatchRun).where(MatchRun.event_id == work.event_id, MatchRun.id != run_id))
        _forget_unwanted(there)


def people_of(event_id: int) -> set[int]:
    """Return who is still there to be put on a list."""
    return set(db.session.scalars(select(Attendee.id).where(Attendee.event_id == event_id)))


def row(run_id: int, pair: Pair) -> dict[str, Any]:
    """Return a pair as it is kept."""
    low, high = pair.sides
    return {
        "run_id": run_id,
        "low_id": pair.low,
        "high_id": pair.high,
        "value": pair.value,
        "low_score": low.score,
        "high_score": high.score,
        "low_rank": low.rank,
        "high_rank": high.rank,
        "low_terms": _terms(low),
        "high_terms": _terms(high),
    }


def _terms(side: Side) -> dict[str, Any]:
    """Return what one of a pair gets as it is kept."""
    return {"terms": side.terms, "reasons": side.reasons}


def _forget_unwanted(attendee_ids: set[int]) -> None:
    """End the wishes of those who put the other aside: at this moment, and why it was tells nothing."""
    for tap in (NotForMe, Known):
        put_aside = exists().where(tap.from_id == Wish.from_id, tap.to_id == Wish.to_id)
        db.session.execute(delete(Wish).where(Wish.from_id.in_(attendee_ids), put_aside))


def from_files(options: MatchOptions, progress: Report) -> "MatchReport":
    """Match from file to file without a database, in this very process."""
    from eventmatch.services.match_files import match_files

    return match_files(options, progress)
