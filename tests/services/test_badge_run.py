"""A PDF of badges is made in the background, for who runs the event; stopped or taken back, it leaves nothing."""

import io
from collections.abc import Callable
from typing import Any

import pypdf
import pytest
from flask import Flask

from eventmatch import jobs as handlers
from eventmatch.domain.actor import Actor
from eventmatch.domain.badge_choice import Choice
from eventmatch.domain.errors import Conflict, Invalid, NotFound
from eventmatch.domain.states import JobStatus, MemberRole
from eventmatch.formats import badge_fonts
from eventmatch.formats.badge import Sheets
from eventmatch.gateways import queue
from eventmatch.models.badge_print import BadgeFile, BadgePrint
from eventmatch.models.base import db, write_transaction
from eventmatch.models.work import Audit, Job
from eventmatch.services import attendees, badge_run, badge_sheets, jobs
from tests.cast import NINE, AttendeeRef, MeetupRef, add_attendee, add_meetup, add_member

BASE = "https://events.example.org"
EVERYBODY = Choice()


def made(by: Actor, choice: Choice = EVERYBODY) -> int:
    """Make a PDF and return its job."""
    return badge_run.start(by, "meetup", choice, base_url=BASE, now=NINE)


def result(by: Actor, job_id: int) -> dict[str, Any]:
    """Return what came of a job that ended well."""
    job = jobs.job_for(by, "meetup", job_id)
    assert (job.status, job.error) == (JobStatus.DONE, "")
    return job.result


def text(by: Actor, job_id: int) -> str:
    """Return the words of a job's file."""
    file = badge_run.download(by, "meetup", job_id, now=NINE)
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(file.content)).pages)


def counts(by: Actor) -> tuple[int, int]:
    """Return how many badges are printed, and how many files there are."""
    view = badge_sheets.overview(by, "meetup", base_url=BASE)
    return view.printed, len(view.files)


def stopped_half_way(by: Actor, monkeypatch: pytest.MonkeyPatch, act: Callable[[int], None]) -> int:
    """Let something happen to the job at its first report; returns its id."""
    report = jobs.report

    def interrupted(job_id: int, done: int, total: int) -> None:
        monkeypatch.setattr(jobs, "report", report)
        act(job_id)
        report(job_id, done, total)

    monkeypatch.setattr(jobs, "report", interrupted)
    return made(by)


def test_the_file_holds_the_chosen_badges_and_they_count_as_printed(either_app: Flask) -> None:
    meetup = add_meetup()
    oona = add_member(meetup, "Oona", MemberRole.OWNER)
    for name in ("Ada Okafor", "Ben Hartwig", "Chidi Obiakor"):
        add_attendee(meetup, name)

    job_id = made(oona, Choice(last="B"))

    assert result(oona, job_id) == {"badges": 2, "sheets": 1, "left_out": []}
    assert [name for name in ("Ada Okafor", "Ben Hartwig", "Chidi Obiakor") if name in text(oona, job_id)] == [
        "Ada Okafor",
        "Ben Hartwig",
    ]
    assert counts(oona) == (2, 1)
    assert badge_sheets.overview(oona, "meetup", base_url=BASE).files[0].badges == 2


def test_the_rest_is_what_is_not_printed_yet(meetup: MeetupRef, oona: Actor, ada: AttendeeRef) -> None:
    made(oona)
    add_attendee(meetup, "Ben Hartwig")

    later = made(oona, Choice(unprinted=True))

    assert result(oona, later)["badges"] == 1
    assert "Ada" not in text(oona, later)


def test_the_file_is_named_for_the_event_and_its_local_time(meetup: MeetupRef, oona: Actor, ada: AttendeeRef) -> None:
    file = badge_run.download(oona, meetup.slug, made(oona), now=NINE)

    assert file.filename == "meetup-badges-2027-03-04-1000.pdf"


def test_progress_has_a_number(meetup: MeetupRef, oona: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(45):
        add_attendee(meetup, f"Guest {number}", email=f"{number}@example.org")
    told: list[tuple[int, int]] = []
    report = jobs.report

    def overheard(job_id: int, done: int, total: int) -> None:
        told.append((done, total))
        report(job_id, done, total)

    monkeypatch.setattr(jobs, "report", overheard)

    made(oona)

    assert told == [(0, 45), (20, 45), (40, 45)]


def test_who_asked_and_who_took_the_file_is_written_down(meetup: MeetupRef, oona: Actor, ada: AttendeeRef) -> None:
    text(oona, made(oona))

    assert [(row.action, row.person_id) for row in db.session.query(Audit)] == [("download badges", oona.person_id)]
    assert db.session.query(BadgePrint).one().person_id == oona.person_id


def test_a_file_that_was_not_printed_is_taken_back(meetup: MeetupRef, oona: Actor, ada: AttendeeRef) -> None:
    badge_sheets.note_printed(oona, meetup.slug, [ada.id], now=NINE)
    job_id = made(oona)

    badge_run.take_back(oona, meetup.slug, job_id, now=NINE)

    assert counts(oona) == (1, 0), "what came from elsewhere stays printed"
    with pytest.raises(NotFound):
        badge_run.download(oona, meetup.slug, job_id, now=NINE)


def test_a_stopped_job_leaves_nothing(
    meetup: MeetupRef, oona: Actor, ada: AttendeeRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = stopped_half_way(oona, monkeypatch, lambda job_id: jobs.cancel(oona, "meetup", job_id, now=NINE))

    assert jobs.job_for(oona, meetup.slug, job_id).status is JobStatus.CANCELLED
    assert counts(oona) == (0, 0)


def test_a_job_stopped_at_its_last_moment_leaves_nothing(
    meetup: MeetupRef, oona: Actor, ada: AttendeeRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    finished = Sheets.finished

    def too_late(sheets: Sheets) -> bytes:
        jobs.cancel(oona, "meetup", db.session.query(Job).one().id, now=NINE)
        return finished(sheets)

    monkeypatch.setattr(Sheets, "finished", too_late)
    made(oona)

    assert counts(oona) == (0, 0)


def test_a_job_that_is_done_twice_leaves_one_file_and_one_fact_each(
    meetup: MeetupRef, oona: Actor, ada: AttendeeRef
) -> None:
    job_id = made(oona)
    with write_transaction() as session:
        session.get_one(Job, job_id).status = JobStatus.RUNNING  # the end was not written down: a power cut
    jobs.take_up_again()
    queue.enqueue("jobs")

    assert result(oona, job_id)["badges"] == 1
    assert (db.session.query(BadgeFile).count(), db.session.query(BadgePrint).count()) == (1, 1)


def test_two_files_are_not_made_at_once(meetup: MeetupRef, oona: Actor, ada: AttendeeRef) -> None:
    with write_transaction() as session:
        session.add(Job(event_id=meetup.id, name="badges", created_at=NINE))

    with pytest.raises(Conflict):
        made(oona)


def test_a_choice_of_nobody_starts_nothing(meetup: MeetupRef, oona: Actor, ada: AttendeeRef) -> None:
    with pytest.raises(Invalid):
        made(oona, Choice(first="Z"))

    assert db.session.query(Job).count() == 0


def test_names_without_letters_here_are_left_out_and_can_be_printed_by_the_browser(
    meetup: MeetupRef, oona: Actor, ada: AttendeeRef
) -> None:
    minsu = add_attendee(meetup, "김민수", email="minsu@example.org")

    job_id = made(oona)

    assert result(oona, job_id) == {"badges": 1, "sheets": 1, "left_out": [minsu.id]}
    page = badge_sheets.left_out(oona, meetup.slug, job_id, base_url=BASE)
    assert [badge.name for badge in page.badges] == ["김민수"]
    assert attendees.attendee(oona, meetup.slug, minsu.id, now=NINE).badge_printed_at is None


def test_only_names_without_letters_here_are_no_file(meetup: MeetupRef, oona: Actor) -> None:
    add_attendee(meetup, "김민수", email="minsu@example.org")

    job = jobs.job_for(oona, meetup.slug, made(oona))

    assert (job.status, "in the browser" in job.error) == (JobStatus.FAILED, True)
    assert counts(oona) == (0, 0)


def test_without_any_font_the_others_are_left_out(
    meetup: MeetupRef, oona: Actor, ada: AttendeeRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(badge_fonts, "PACKAGES", {})
    ivan = add_attendee(meetup, "Иван Петров", email="ivan@example.org")

    job_id = made(oona)

    assert result(oona, job_id)["left_out"] == [ivan.id]
    assert "Ada Okafor" in text(oona, job_id)


def test_files_are_for_those_who_run_the_event(meetup: MeetupRef, oona: Actor, ada: AttendeeRef) -> None:
    job_id = made(oona)
    elsewhere = add_meetup("elsewhere")
    foreign = add_member(elsewhere, "Fremder", MemberRole.OWNER)
    viewer = add_member(meetup, "Ulrike", MemberRole.VIEWER)

    for actor, slug in ((foreign, "meetup"), (foreign, "elsewhere"), (viewer, "meetup"), (ada.actor, "meetup")):
        with pytest.raises(NotFound):
            badge_run.download(actor, slug, job_id, now=NINE)
        with pytest.raises(NotFound):
            badge_run.take_back(actor, slug, job_id, now=NINE)
    assert counts(oona) == (1, 1)


def test_the_handler_is_the_one_the_queue_calls() -> None:
    assert handlers.HANDLERS[badge_sheets.JOB] is badge_run.perform
