"""Long work with progress: started in the transaction that wants it, taken up once, seen by those who may."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import update

from eventmatch.domain.actor import Actor
from eventmatch.domain.errors import NotFound
from eventmatch.domain.permissions import Action
from eventmatch.domain.states import JobStatus
from eventmatch.gateways import queue
from eventmatch.models.base import after_commit, db, write_transaction
from eventmatch.models.work import Job, job_of, waiting_jobs
from eventmatch.services.access import event_for


@dataclass(frozen=True, slots=True)
class JobView:
    """Where a piece of work stands."""

    id: int
    name: str
    status: JobStatus
    done: int
    total: int
    result: dict[str, Any]
    error: str
    started_at: datetime | None
    finished_at: datetime | None

    @property
    def running(self) -> bool:
        """Whether it is worth looking again."""
        return self.status in {JobStatus.QUEUED, JobStatus.RUNNING}

    def seconds_left(self, now: datetime) -> int | None:
        """Guess the rest from the pace so far."""
        if self.started_at is None or not self.done or not self.total:
            return None
        return round((now - self.started_at).total_seconds() * (self.total - self.done) / self.done)


def start(name: str, *, by: Actor, event_id: int, now: datetime, **values: Any) -> int:
    """Ask for a job, inside an open write transaction; it begins after the commit. Returns its id."""
    job = Job(name=name, event_id=event_id, person_id=by.person_id, values=values, created_at=now)
    db.session.add(job)
    db.session.flush()
    job_id = job.id
    after_commit(lambda: queue.enqueue("job", job_id=job_id))
    return job_id


def job_for(actor: Actor, slug: str, job_id: int) -> JobView:
    """Return one job of an event to those who see its desk."""
    event = event_for(actor, slug, Action.SEE_EVENT_DESK)
    job = job_of(event.id, job_id)
    if job is None:
        raise NotFound
    return JobView(
        job.id, job.name, job.status, job.done, job.total, job.result, job.error, job.started_at, job.finished_at
    )


def cancel(actor: Actor, slug: str, job_id: int, *, now: datetime) -> None:
    """Stop a job that is not finished; it notices at its next report."""
    event = event_for(actor, slug, Action.RUN_EVENT)
    with write_transaction() as session:
        mine = (Job.event_id == event.id, Job.id == job_id, Job.status.in_((JobStatus.QUEUED, JobStatus.RUNNING)))
        session.execute(update(Job).where(*mine).values(status=JobStatus.CANCELLED, finished_at=now))


@dataclass(frozen=True, slots=True)
class Work:
    """What a handler is given."""

    job_id: int
    event_id: int
    name: str
    values: dict[str, Any]
    started_at: datetime


class Cancelled(Exception):
    """Somebody cancelled the job that reports."""


def take(job_id: int, now: datetime) -> Work | None:
    """Take a waiting job up; of two that try, exactly one gets it."""
    with write_transaction() as session:
        waiting = update(Job).where(Job.id == job_id, Job.status == JobStatus.QUEUED)
        job = session.scalar(waiting.values(status=JobStatus.RUNNING, started_at=now, done=0).returning(Job))
        return Work(job.id, job.event_id or 0, job.name, dict(job.values), now) if job is not None else None


def report(job_id: int, done: int, total: int) -> None:
    """Write progress down.

    Raises
    ------
    Cancelled
        If somebody stopped the job meanwhile.
    """
    with write_transaction() as session:
        running = update(Job).where(Job.id == job_id, Job.status == JobStatus.RUNNING)
        if session.scalar(running.values(done=done, total=total).returning(Job.id)) is None:
            raise Cancelled


def still_running(work: Work) -> Job:
    """Return a job from inside the write transaction that ends it, and hold it there.

    Raises
    ------
    Cancelled
        If somebody stopped the job meanwhile.
    """
    job = db.session.get_one(Job, work.job_id, with_for_update=True)
    if job.status is not JobStatus.RUNNING:
        raise Cancelled
    return job


def finish(job_id: int, now: datetime, *, result: dict[str, Any] | None = None, error: str = "") -> None:
    """Write the end of a job down, unless it was cancelled."""
    status = JobStatus.FAILED if error else JobStatus.DONE
    with write_transaction() as session:
        running = update(Job).where(Job.id == job_id, Job.status == JobStatus.RUNNING)
        session.execute(running.values(status=status, finished_at=now, result=result or {}, error=error[:300]))


def take_up_again() -> None:
    """Let what a restart interrupted begin anew; for the one process that works on jobs, before it does."""
    with write_transaction() as session:
        interrupted = update(Job).where(Job.status == JobStatus.RUNNING)
        session.execute(interrupted.values(status=JobStatus.QUEUED))


def ask_again() -> None:
    """Ask the queue for every waiting job, in case it lost one; a job asked for twice still runs once."""
    for job_id in waiting_jobs():
        queue.enqueue("job", job_id=job_id)
