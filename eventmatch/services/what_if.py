"""What other weights and rules would do to everybody's lists, computed before anything is saved."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from eventmatch.domain.actor import Actor
from eventmatch.domain.errors import NotFound
from eventmatch.domain.match_rules import MatchRules, remembered
from eventmatch.domain.permissions import Action
from eventmatch.models.attendee import attendees_of
from eventmatch.models.base import db, write_transaction
from eventmatch.models.event import Event
from eventmatch.models.work import job_of
from eventmatch.services import jobs, matching
from eventmatch.services.access import event_for
from eventmatch.services.lists import SHORT
from eventmatch.services.match_input import wanted
from eventmatch.services.match_work import Lists, Wanted

JOB = "what_if"
NAMED = 10  # of those who lose names, the hardest hit


@dataclass(frozen=True, slots=True)
class Loser:
    """Somebody whose list would be shorter."""

    id: int
    name: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Trial:
    """What a change would do, as far as it is computed."""

    job: jobs.JobView
    rules: MatchRules
    before: Mapping[str, float]
    after: Mapping[str, float]
    losing: int
    losers: tuple[Loser, ...]


def start(by: Actor, slug: str, proposed: MatchRules, *, now: datetime) -> int:
    """Ask what a change would do, and return the job."""
    event_id, stored = event_for(by, slug, Action.RUN_EVENT).id, proposed.stored()
    with write_transaction():
        return jobs.start(JOB, by=by, event_id=event_id, now=now, proposed=stored)


def compute(work: jobs.Work, report: matching.Report) -> dict[str, Any]:
    """Compute lists as decided and as proposed, of the same people, and keep only what they differ in."""
    event = db.session.get_one(Event, work.event_id)
    decided, proposed = wanted(event), wanted(event, work.values["proposed"])
    db.session.rollback()  # the reading is over; what comes next takes long
    before = matching.in_child(decided, lambda done, total: report(done, 2 * total))
    after = matching.in_child(proposed, lambda done, total: report(total + done, 2 * total))
    return _compared(decided, before, after)


def _compared(everybody: Wanted, before: Lists, after: Lists) -> dict[str, Any]:
    """Say how lists differ: their measures, and who has fewer names."""
    people = [int(person["id"]) for person in everybody.people]
    names = [_names(lists) for lists in (before, after)]
    losers = [[who, names[0][who], names[1][who]] for who in people if names[1][who] < names[0][who]]
    losers.sort(key=lambda loser: (loser[2] >= SHORT, loser[2] - loser[1], loser[0]))
    pairs = [{(pair.low, pair.high) for pair in lists.pairs} for lists in (before, after)]
    told = [
        {**lists.measures, "weak": sum(own[who] < SHORT for who in people), "none": sum(not own[who] for who in people)}
        for lists, own in zip((before, after), names, strict=True)
    ]
    told[1]["kept"] = len(pairs[0] & pairs[1]) / len(pairs[0]) if pairs[0] else 1.0
    return {"before": told[0], "after": told[1], "losing": len(losers), "losers": losers[:NAMED]}


def _names(lists: Lists) -> Counter[int]:
    """Count the names on everybody's list."""
    return Counter(who for pair in lists.pairs for who in (pair.low, pair.high))


def trial(by: Actor, slug: str, job_id: int) -> Trial:
    """Return a trial to those who may save what it tries."""
    event = event_for(by, slug, Action.RUN_EVENT)
    job = job_of(event.id, job_id)
    if job is None or job.name != JOB:
        raise NotFound
    losers = {who: (before, after) for who, before, after in job.result.get("losers", [])}
    people = {attendee.id: attendee.name for attendee in attendees_of(event.id, losers)}
    return Trial(
        job=jobs.job_for(by, slug, job_id),
        rules=remembered(job.values["proposed"]),
        before=job.result.get("before", {}),
        after=job.result.get("after", {}),
        losing=job.result.get("losing", 0),
        losers=tuple(Loser(who, people[who], *counts) for who, counts in losers.items() if who in people),
    )
