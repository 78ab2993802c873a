"""A PDF of badges from asking for it to its end: made in the background, kept for a day, taken back if not printed."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select

from eventmatch.domain.actor import Actor
from eventmatch.domain.badge_choice import Choice
from eventmatch.domain.badge_sizes import SIZES
from eventmatch.domain.errors import Conflict, Invalid, NotFound
from eventmatch.domain.permissions import Action
from eventmatch.formats.badge import Sheets
from eventmatch.models.badge_print import BadgeFile, BadgePrint, badge_file_of
from eventmatch.models.base import db, write_transaction
from eventmatch.models.event import Event
from eventmatch.models.work import open_job
from eventmatch.services import audit, jobs
from eventmatch.services.access import event_for
from eventmatch.services.badge_sheets import JOB, BadgeView, chosen, note

A_WHILE = 20  # badges from one report to the next

Report = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Download:
    """A file to hand out."""

    filename: str
    content: bytes


def start(by: Actor, slug: str, choice: Choice, *, base_url: str, now: datetime) -> int:
    """Ask for a PDF of the chosen badges and return the job's id."""
    event = event_for(by, slug, Action.RUN_EVENT)
    event_id = event.id
    chosen(event, choice, base_url)
    with write_transaction() as session:
        session.execute(select(Event.id).where(Event.id == event_id).with_for_update(key_share=True))
        if open_job(event_id, JOB):
            raise Conflict("A PDF of badges is being made at this moment. Try again when that is done.")
        values = {"choice": asdict(choice), "base_url": base_url, "asked_at": now.isoformat()}
        return jobs.start(JOB, by=by, event_id=event_id, now=now, **values)


def perform(work: jobs.Work, report: Report) -> dict[str, Any]:
    """Do the job: set badge after badge, keep the file, and write down that these badges are printed."""
    event = db.session.get_one(Event, work.event_id)
    choice, made_at = Choice(**work.values["choice"]), datetime.fromisoformat(work.values["asked_at"])
    local = made_at.astimezone(ZoneInfo(event.zone))
    file = BadgeFile(event_id=event.id, job_id=work.job_id, filename=f"{event.slug}-badges-{local:%Y-%m-%d-%H%M}.pdf")
    badges = chosen(event, choice, work.values["base_url"])
    sheets = Sheets(SIZES[choice.size], title=event.name, made_at=local)
    db.session.rollback()  # the reading is over; what comes next takes a while
    left_out = _set(sheets, badges, report)
    file.content, file.made_at = sheets.finished(), made_at
    done = [badge.attendee_id for badge in badges if badge.attendee_id not in left_out]
    _keep(work, file, done)
    return {"badges": len(done), "sheets": sheets.sheets, "left_out": sorted(left_out)}


def _set(sheets: Sheets, badges: list[BadgeView], report: Report) -> set[int]:
    """Set all badges whose letters are installed; return whose are not."""
    left_out = set()
    for number, view in enumerate(badges):
        if number % A_WHILE == 0:
            report(number, len(badges))
        badge = view.badge()
        if sheets.lacking(badge):
            left_out.add(view.attendee_id)
        else:
            sheets.add(badge)
    if len(left_out) == len(badges):
        raise Invalid("The letters of these names are not installed here. Print these badges in the browser.")
    return left_out


def _keep(work: jobs.Work, file: BadgeFile, attendee_ids: list[int]) -> None:
    """Keep the file and the facts, unless the job was stopped; begun anew after a restart, it leaves one of each."""
    with write_transaction() as session:
        job = jobs.still_running(work)
        _forget(work.job_id)
        session.add(file)
        note(work.event_id, attendee_ids, by=Actor(person_id=job.person_id), now=file.made_at, job_id=work.job_id)


def _forget(job_id: int) -> None:
    """Delete a job's file and what it says was printed, inside an open write transaction."""
    db.session.execute(delete(BadgePrint).where(BadgePrint.job_id == job_id))
    db.session.execute(delete(BadgeFile).where(BadgeFile.job_id == job_id))


def download(by: Actor, slug: str, job_id: int, *, now: datetime) -> Download:
    """Return a kept file, and write down who took it."""
    event = event_for(by, slug, Action.RUN_EVENT)
    event_id, file = event.id, _file(event.id, job_id)
    found = Download(file.filename, file.content)
    with write_transaction():
        audit.note("download badges", by=by, event_id=event_id, now=now, job_id=job_id)
    return found


def take_back(by: Actor, slug: str, job_id: int, *, now: datetime) -> None:
    """Forget a file that was not printed after all: its badges count as not printed by it."""
    event_id = event_for(by, slug, Action.RUN_EVENT).id
    _file(event_id, job_id)
    with write_transaction():
        _forget(job_id)
        audit.note("take badges back", by=by, event_id=event_id, now=now, job_id=job_id)


def _file(event_id: int, job_id: int) -> BadgeFile:
    """Return a kept file of this event."""
    file = badge_file_of(event_id, job_id)
    if file is None:
        raise NotFound("This file is not kept any more. Please make it again.")
    return file
