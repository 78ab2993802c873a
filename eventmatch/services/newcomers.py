"""Lists for who comes while the event runs: within seconds, and without touching a pair that is published."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select

from eventmatch.domain.actor import NOBODY
from eventmatch.domain.states import JobStatus, Mode
from eventmatch.gateways import queue
from eventmatch.models.arrival import in_venue
from eventmatch.models.base import after_commit, db, write_transaction
from eventmatch.models.event import Event, counts_from, events_running
from eventmatch.models.match import (
    Match,
    MatchRun,
    greeted_since,
    ids_taking_part,
    latest_match_job,
    latest_run,
    open_match_job,
)
from eventmatch.models.work import Job
from eventmatch.services import jobs, matching
from eventmatch.services.match_input import fingerprint, fixed_pairs, ids_of, unlisted, wanted, without
from eventmatch.services.match_work import LEAST, Pair, Side, Wanted

JOB = "newcomers"  # who gets a weak list in this way waits for everybody's next lists


def announce() -> None:
    """Let newcomers be looked for once the open write transaction is stored; whoever writes it waits for nothing."""
    after_commit(lambda: queue.enqueue_soon(JOB))


def greet(now: datetime) -> list[int]:
    """Ask for lists for those who came to a running event and have none, or who are there with too few names."""
    started = []
    for event in events_running(now):
        run = latest_run(event.id)
        if run is not None and (waiting := _waiting(run, now)):
            started.append(_start(event.id, run.id, waiting, now))
    return started


def _waiting(run: MatchRun, now: datetime) -> list[int]:
    """Return whom to greet, each once for each run of everybody's lists, in the order they registered."""
    people = ids_taking_part(run.event_id)
    names = Counter(person for pair in fixed_pairs(run, people) for person in pair)
    inside = in_venue(run.event_id, counts_from(run.event_id, now))
    new, greeted = unlisted(run, people), greeted_since(run)
    weak = {one for one in inside if names[str(one)] < LEAST}
    return [one for one in people if one in new | weak and one not in greeted]


def _start(event_id: int, run_id: int, people: list[int], now: datetime) -> int:
    """Start a job unless one is under way; whoever is left out then is found by the next look."""
    with write_transaction() as session:
        session.execute(select(Event.id).where(Event.id == event_id).with_for_update(key_share=True))
        under_way = open_match_job(event_id, JOB)
        return under_way or jobs.start(JOB, by=NOBODY, event_id=event_id, now=now, run=run_id, people=people)


def compute(work: jobs.Work, report: matching.Report) -> dict[str, Any]:
    """Compute newcomers' lists and put them beside the published ones."""
    event = db.session.get_one(Event, work.event_id)
    run, everybody = db.session.get(MatchRun, work.values["run"]), wanted(event)
    if run is None:
        return {"people": 0, "pairs": 0}
    inside, people = in_venue(event.id, counts_from(event.id, work.started_at)), ids_of(everybody)
    asked = replace(
        everybody,
        newcomers=[person["id"] for person in everybody.people if int(person["id"]) in work.values["people"]],
        fixed=fixed_pairs(run, people),
        present=[p["id"] for p in everybody.people if int(p["id"]) in inside or p["mode"] == Mode.ONLINE],
    )
    new = unlisted(run, people)
    db.session.rollback()  # the reading is over; what comes next takes long
    pairs = matching.in_child(asked, report).pairs if asked.newcomers else []
    _publish(work, asked, pairs, new)
    return {"people": len(asked.newcomers), "pairs": len(pairs)}


def _publish(work: jobs.Work, asked: Wanted, pairs: list[Pair], new: set[int]) -> None:
    """Add the pairs to the run they were chosen for, unless newer lists or a wish to stop came meanwhile."""
    run_id = work.values["run"]
    with write_transaction() as session:
        job = session.get_one(Job, work.job_id, with_for_update=True)
        current = latest_run(work.event_id)
        if job.status is not JobStatus.RUNNING or current is None or current.id != run_id:
            raise jobs.Cancelled
        there = matching.people_of(work.event_id)
        rows = [matching.row(run_id, pair) for pair in _placed(run_id, pairs) if {pair.low, pair.high} <= there]
        if rows:
            session.execute(insert(Match), rows)
        _settle(work.event_id, asked, pairs, new)


def _placed(run_id: int, pairs: Iterable[Pair]) -> Iterator[Pair]:
    """Put each pair at the end of both lists."""
    last: Counter[int] = Counter()
    for side, rank in ((Match.low_id, Match.low_rank), (Match.high_id, Match.high_rank)):
        query = select(side, func.max(rank)).where(Match.run_id == run_id).group_by(side)
        last |= Counter({row[0]: row[1] for row in db.session.execute(query)})
    for pair in pairs:
        last.update((pair.low, pair.high))
        low, high = pair.sides
        yield replace(pair, sides=(_at(low, last[pair.low]), _at(high, last[pair.high])))


def _at(side: Side, rank: int) -> Side:
    """Return a side with its place on the list."""
    return replace(side, rank=rank)


def _settle(event_id: int, asked: Wanted, pairs: list[Pair], new: set[int]) -> None:
    """Count newcomers with enough names among those whose lists are fresh, so that nobody's are computed anew."""
    names = Counter(person for pair in pairs for person in (pair.low, pair.high))
    latest = latest_match_job(event_id)
    if latest is None or any(names[one] < LEAST for one in new):
        return
    if latest.values.get("fingerprint") == fingerprint(without(asked, new)):
        latest.values = {**latest.values, "fingerprint": fingerprint(asked)}
