"""Jobs run once each, begin anew after a restart, and are found again when the queue lost them."""

import logging
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from eventmatch import jobs as handlers
from eventmatch.domain.actor import Actor
from eventmatch.domain.errors import Conflict, NotFound
from eventmatch.domain.states import JobStatus
from eventmatch.gateways import queue
from eventmatch.models.base import db, write_transaction
from eventmatch.models.person import Person, PersonEmail
from eventmatch.models.work import Job
from eventmatch.services import jobs
from tests.cast import NINE, MeetupRef, add_meetup, add_person

CANARY = "canary@example.org"
log = logging.getLogger(__name__)


def waiting_job(meetup: MeetupRef) -> int:
    """Add a job whose task the queue never heard of."""
    with write_transaction() as session:
        job = Job(name="count", event_id=meetup.id, values={"up_to": 3}, created_at=NINE)
        session.add(job)
        session.flush()
        return job.id


def status_of(job_id: int) -> JobStatus:
    """Return where a job stands."""
    return db.session.scalars(select(Job.status).where(Job.id == job_id)).one()


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Let jobs count, and keep what they counted to."""
    counted: list[int] = []

    def count(work: jobs.Work, report: Callable[[int, int], None]) -> dict[str, Any]:
        for number in range(work.values["up_to"]):
            report(number + 1, work.values["up_to"])
        counted.append(work.values["up_to"])
        return {"counted": work.values["up_to"]}

    monkeypatch.setitem(handlers.HANDLERS, "count", count)
    return counted


def test_a_job_runs_after_its_commit_and_the_desk_sees_how_it_ended(
    meetup: MeetupRef, oona: Actor, runs: list[int]
) -> None:
    with write_transaction():
        job_id = jobs.start("count", by=oona, event_id=meetup.id, now=NINE, up_to=4)
        assert runs == []

    seen = jobs.job_for(oona, meetup.slug, job_id)
    assert (seen.status, seen.done, seen.total, seen.result) == (JobStatus.DONE, 4, 4, {"counted": 4})
    assert not seen.running


def test_somebody_else_sees_no_job(meetup: MeetupRef, runs: list[int]) -> None:
    job_id = waiting_job(meetup)

    with pytest.raises(NotFound):
        jobs.job_for(add_person("Ben"), meetup.slug, job_id)


def test_a_job_taken_up_cannot_be_taken_up_again(meetup: MeetupRef) -> None:
    job_id = waiting_job(meetup)

    first, second = jobs.take(job_id, NINE), jobs.take(job_id, NINE)

    assert first == jobs.Work(job_id, meetup.id, "count", {"up_to": 3}, NINE)
    assert second is None


def test_a_task_that_comes_twice_does_the_work_once(meetup: MeetupRef, runs: list[int]) -> None:
    job_id = waiting_job(meetup)

    queue.enqueue("job", job_id=job_id)
    queue.enqueue("job", job_id=job_id)

    assert runs == [3]


def test_what_a_restart_interrupted_begins_anew(meetup: MeetupRef, runs: list[int]) -> None:
    job_id = waiting_job(meetup)
    jobs.take(job_id, NINE)  # and then the power went

    jobs.take_up_again()
    queue.enqueue("jobs")

    assert (runs, status_of(job_id)) == ([3], JobStatus.DONE)


def test_a_running_job_is_left_alone_by_the_sweep(meetup: MeetupRef, runs: list[int]) -> None:
    job_id = waiting_job(meetup)
    jobs.take(job_id, NINE)

    queue.enqueue("jobs")

    assert (runs, status_of(job_id)) == ([], JobStatus.RUNNING)


def test_a_cancelled_job_stops_at_its_next_report(meetup: MeetupRef, oona: Actor) -> None:
    job_id = waiting_job(meetup)
    jobs.take(job_id, NINE)

    jobs.cancel(oona, meetup.slug, job_id, now=NINE)

    with pytest.raises(jobs.Cancelled):
        jobs.report(job_id, 1, 3)
    jobs.finish(job_id, NINE, result={"counted": 3})
    assert status_of(job_id) is JobStatus.CANCELLED


@pytest.mark.parametrize(
    ("trouble", "told"),
    [
        (Conflict("Nobody takes part yet."), "Nobody takes part yet."),
        (RuntimeError("secret inner words"), "Something went wrong; the log has the details."),
    ],
)
def test_a_job_that_fails_tells_what_a_person_can_use(
    meetup: MeetupRef, oona: Actor, monkeypatch: pytest.MonkeyPatch, trouble: Exception, told: str
) -> None:
    def fail(_work: jobs.Work, _report: Callable[[int, int], None]) -> dict[str, Any]:
        raise trouble

    monkeypatch.setitem(handlers.HANDLERS, "count", fail)
    job_id = waiting_job(meetup)

    queue.enqueue("job", job_id=job_id)

    seen = jobs.job_for(oona, meetup.slug, job_id)
    assert (seen.status, seen.error) == (JobStatus.FAILED, told)


def test_a_job_this_version_does_not_know_fails_and_holds_up_nothing(app: Flask, meetup: MeetupRef) -> None:
    job_id = waiting_job(meetup)

    queue.enqueue("job", job_id=job_id)

    assert status_of(job_id) is JobStatus.FAILED


def write_ada_twice(*_: object) -> dict[str, Any]:
    """Fail as a database does that quotes what it was given."""
    with write_transaction() as session:
        for _number in range(2):
            person = Person(name="Ada", created_at=NINE)
            session.add(person)
            session.flush()
            session.add(PersonEmail(person_id=person.id, address=CANARY, verified_at=NINE))
    return {}


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the job and a sweep fail on a database's constraint."""
    monkeypatch.setitem(handlers.HANDLERS, "count", write_ada_twice)
    monkeypatch.setitem(handlers.SWEEPS, "seats", write_ada_twice)


@pytest.mark.usefixtures("failing")
def test_a_job_and_a_sweep_that_fail_name_nobody_in_the_log(
    either_app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    job_id = waiting_job(add_meetup())

    queue.enqueue("job", job_id=job_id)
    queue.enqueue("seats")

    code = {"sqlite": "SQLITE_CONSTRAINT_UNIQUE", "postgresql": "SQLSTATE 23505 at uq_person_email_address"}
    faults = [record.getMessage() for record in caplog.records if code[db.engine.dialect.name] in record.getMessage()]
    assert len(faults) == 2
    assert CANARY not in caplog.text


def test_control_postgresql_quotes_what_it_was_given(either_app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(IntegrityError) as caught:
        write_ada_twice()

    log.error("it failed", exc_info=caught.value)

    assert (CANARY in caplog.text) is (db.engine.dialect.name == "postgresql")
