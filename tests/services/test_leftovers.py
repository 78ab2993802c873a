"""What nobody came back for goes by itself, and nothing else does."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from eventmatch.domain.actor import Actor
from eventmatch.domain.answers import Answers
from eventmatch.domain.badge_choice import Choice
from eventmatch.domain.profiles import Profile
from eventmatch.domain.states import JobStatus
from eventmatch.gateways import queue
from eventmatch.models.attendee import Attendee
from eventmatch.models.badge_print import BadgeFile, BadgePrint
from eventmatch.models.base import Base, db, write_transaction
from eventmatch.models.import_file import ImportFile
from eventmatch.models.person import SignIn, WebSession
from eventmatch.models.work import Job, Outbox
from eventmatch.services import account, attendees, badge_run, importing, leftovers, outbox, place, registration
from eventmatch.services.sessions import add_session
from tests.cast import HOUR, NINE, SITE, AttendeeRef, MeetupRef
from tests.letters import enclosed
from tests.services.test_outbox import Sink, post

BEFORE = NINE - timedelta(days=30)
DAY = timedelta(days=1)


def count(table: type[Base]) -> int:
    db.session.rollback()
    return db.session.query(table).count()


def left(table: type[Base], *moments: datetime) -> list[int]:
    """Return how many rows are left after a sweep at each of these moments."""
    found = []
    for moment in moments:
        leftovers.sweep(moment)
        found.append(count(table))
    return found


def test_a_registration_nobody_proved_goes_once_its_link_is_worthless(meetup: MeetupRef, ada: AttendeeRef) -> None:
    registration.register(meetup.slug, "never@example.org", Answers(Profile("Never")), now=BEFORE)

    assert left(Attendee, BEFORE + 96 * HOUR, BEFORE + 97 * HOUR) == [2, 1]
    assert db.session.query(Attendee).one().id == ada.id


def test_somebody_known_who_registers_anew_is_kept_with_what_they_said(meetup: MeetupRef, ada: AttendeeRef) -> None:
    place.cancel(ada.actor, meetup.slug, now=BEFORE)
    registration.register(meetup.slug, ada.email, Answers(Profile("Ada the second")), now=BEFORE)
    counted = left(Attendee, BEFORE + 20 * DAY)
    place.resend(ada.actor, meetup.slug, now=BEFORE + 20 * DAY)

    letter = db.session.query(Outbox).order_by(Outbox.id.desc()).first()
    assert letter is not None
    offered = registration.look(enclosed(letter)["verify_path"].rpartition("/")[2], BEFORE + 20 * DAY)
    assert counted == [1]
    assert (offered.name, offered.consents) == ("Ada the second", frozenset())


def test_a_bar_outlives_the_registration_it_was_laid_on(meetup: MeetupRef, oona: Actor) -> None:
    registration.register(meetup.slug, "harald@example.org", Answers(Profile("Harald")), now=BEFORE)
    attendees.bar(oona, meetup.slug, db.session.query(Attendee).one().id, "Shouted", now=BEFORE)

    assert left(Attendee, BEFORE + 20 * DAY) == [1]


def test_links_and_sessions_go_when_they_are_over(ada: AttendeeRef) -> None:
    account.ask_for_link(ada.email, browser_token="x", next_path="/", now=BEFORE)
    with write_transaction():
        add_session(ada.person_id, browser="test", now=BEFORE)

    assert left(SignIn, BEFORE + 2 * DAY, BEFORE + 2 * DAY + HOUR) == [1, 0]
    assert left(WebSession, NINE + 8 * HOUR + 2 * DAY, NINE + 9 * HOUR + 2 * DAY) == [1, 0]


@pytest.mark.parametrize(("status", "kept"), [(None, 0), (JobStatus.RUNNING, 1), (JobStatus.FAILED, 0)])
def test_an_upload_goes_after_a_day_unless_its_job_is_under_way(
    meetup: MeetupRef, oona: Actor, status: JobStatus | None, kept: int
) -> None:
    file_id = importing.upload(oona, meetup.slug, "people.csv", b"Name;E-Mail\nEmeka;emeka@example.org\n", now=BEFORE)
    if status is not None:
        with write_transaction() as session:
            job = Job(event_id=meetup.id, name="import_attendees", status=status, created_at=BEFORE)
            session.add(job)
            session.flush()
            session.get_one(ImportFile, file_id).job_id = job.id

    assert left(ImportFile, BEFORE + DAY, BEFORE + DAY + HOUR) == [1, kept]


def test_a_file_of_badges_goes_after_a_day_and_what_was_printed_stays(
    meetup: MeetupRef, ada: AttendeeRef, oona: Actor
) -> None:
    badge_run.start(oona, meetup.slug, Choice(), base_url=SITE.base_url, now=BEFORE)

    assert left(BadgeFile, BEFORE + DAY, BEFORE + DAY + HOUR) == [1, 0]
    assert count(BadgePrint) == 1


def test_letters_are_forgotten_thirty_days_after_they_left_or_were_given_up(ada: AttendeeRef) -> None:
    sink = Sink()
    post("ticket", ada, sign_in_path="/in/abc")
    post("no_such_letter", ada)
    for number in range(outbox.MAX_TRIES):
        outbox.deliver(sink, site=SITE, now=NINE + timedelta(days=number))
    post("cancelled", ada)  # never tried, say because the server was off

    left = []
    for days in (29, 30, 100):
        leftovers.sweep(NINE + timedelta(days=days))
        left.append(db.session.scalars(select(Outbox.letter).order_by(Outbox.id)).all())

    assert left == [["ticket", "no_such_letter", "cancelled"], ["cancelled"], ["cancelled"]]


def test_the_minutes_sweep_does_it(meetup: MeetupRef) -> None:
    registration.register(meetup.slug, "never@example.org", Answers(Profile("Never")), now=datetime.now(UTC) - 30 * DAY)
    queue.enqueue("leftovers")

    assert count(Attendee) == 0
