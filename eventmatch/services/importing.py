"""Lists of people from other programs: uploaded, looked at, and imported by a job."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, update

from eventmatch.domain.actor import Actor
from eventmatch.domain.errors import Invalid, NotFound
from eventmatch.domain.permissions import Action
from eventmatch.domain.profiles import Profile, clean_line
from eventmatch.domain.states import Purpose, TicketKind
from eventmatch.models.base import db, write_transaction
from eventmatch.models.event import Event
from eventmatch.models.import_file import ImportFile, import_file_of
from eventmatch.services import jobs
from eventmatch.services.access import event_for
from eventmatch.services.import_records import Plan
from eventmatch.services.import_run import Order, Report, Result, plan_for, read_declaration, run

LARGEST_UPLOAD = 5_000_000
SHOWN = 5  # people in the preview
MOST_REMARKS = 1_000  # of each kind, kept with a job


@dataclass(frozen=True, slots=True)
class Sample:
    """One of the first people of a file, as they would be imported."""

    number: int
    email: str | None
    code: str
    kind: TicketKind
    profile: Profile


@dataclass(frozen=True, slots=True)
class Preview:
    """What an uploaded file would do."""

    file_id: int
    filename: str
    columns: tuple[tuple[str, tuple[str, ...]], ...]  # our field, the columns it is read from
    unused: tuple[str, ...]
    people: tuple[Sample, ...]
    result: Result


def check_runs(by: Actor, slug: str) -> None:
    """Refuse whoever does not run the event, before anything is read."""
    event_for(by, slug, Action.RUN_EVENT)


def upload(by: Actor, slug: str, filename: str, content: bytes, *, now: datetime) -> int:
    """Keep a file to be looked at, if it can be read; returns its id."""
    event = event_for(by, slug, Action.RUN_EVENT)
    event_id = event.id
    if len(content) > LARGEST_UPLOAD:
        raise Invalid(f"A file may have up to {LARGEST_UPLOAD // 1_000_000} MB. Please split it.", field="file")
    name = clean_line(filename[-150:], "name") or "list"
    _check_readable(event, content, name)
    with write_transaction() as session:
        row = ImportFile(event_id=event_id, person_id=by.person_id, filename=name, content=content, uploaded_at=now)
        session.add(row)
        session.flush()
        return row.id


def _check_readable(event: Event, content: bytes, filename: str) -> None:
    """Read a file once, so that what is wrong with it is said where it was chosen."""
    try:
        plan_for(event, content, filename)
    except Invalid as error:
        raise Invalid(error.message, field="file") from error


def preview(by: Actor, slug: str, file_id: int, *, now: datetime) -> Preview:
    """Return what an uploaded file would do, without doing it."""
    event = event_for(by, slug, Action.RUN_EVENT)
    file = _file(event, file_id)
    plan = plan_for(event, file.content, file.filename)
    result = run(event.id, plan, Order(dry_run=True), by=by, now=now, report=_silent)
    columns = tuple(plan.columns.of_field.items())
    return Preview(file.id, file.filename, columns, plan.columns.unused, _samples(plan), result)


def _samples(plan: Plan) -> tuple[Sample, ...]:
    """Return the first people of a file."""
    return tuple(Sample(c.number, c.email, c.code, c.kind, c.profile) for c in plan.candidates[:SHOWN])


def start(by: Actor, slug: str, file_id: int, declared: dict[str, str], *, invite: bool, now: datetime) -> int:
    """Import an uploaded file in the background and return the job's id; asked twice, it is the same job."""
    event = event_for(by, slug, Action.RUN_EVENT)
    event_id = event.id
    purposes = read_declaration(declared)
    if (running := _file(event, file_id).job_id) is not None:
        return running
    with write_transaction() as session:
        values = {"file_id": file_id, "declared": purposes, "invite": invite, "asked_at": now.isoformat()}
        job_id = jobs.start("import_attendees", by=by, event_id=event_id, now=now, **values)
        mine = update(ImportFile).where(ImportFile.id == file_id, ImportFile.job_id.is_(None))
        if session.scalar(mine.values(job_id=job_id).returning(ImportFile.id)) is None:
            raise NotFound
        return job_id


def drop(by: Actor, slug: str, file_id: int) -> None:
    """Forget an uploaded file."""
    event_id = event_for(by, slug, Action.RUN_EVENT).id
    with write_transaction() as session:
        session.execute(delete(ImportFile).where(ImportFile.event_id == event_id, ImportFile.id == file_id))


def perform(work: jobs.Work, report: Report) -> dict[str, Any]:
    """Do the job: import an uploaded file, then forget it whether it went well or not."""
    file_id = int(work.values["file_id"])
    try:
        event = db.session.get_one(Event, work.event_id)
        file = _file(event, file_id)
        plan = plan_for(event, file.content, file.filename)
        declared = {Purpose(name): words for name, words in work.values["declared"].items()}
        order = Order(declared, invite=bool(work.values["invite"]))
        now = datetime.fromisoformat(work.values["asked_at"])
        return run(work.event_id, plan, order, by=_asker(file.person_id), now=now, report=report).as_values(
            MOST_REMARKS
        )
    finally:
        with write_transaction() as session:
            session.execute(delete(ImportFile).where(ImportFile.id == file_id))


def _asker(person_id: int | None) -> Actor:
    """Return whoever asked for the job, for the log."""
    return Actor(person_id=person_id)


def _file(event: Event, file_id: int) -> ImportFile:
    """Return an uploaded file of this event."""
    file = import_file_of(event.id, file_id)
    if file is None:
        raise NotFound("This upload is not kept any more. Please upload the file again.")
    return file


def _silent(_done: int, _total: int) -> None:
    """Report to nobody."""
