"""The organiser's inbox of reports."""

from collections.abc import Callable

from flask.testing import FlaskClient

from eventmatch.domain.actor import Actor
from eventmatch.domain.states import MemberRole
from eventmatch.models.base import db, write_transaction
from eventmatch.models.event import Event
from eventmatch.models.tap import Report
from tests.cast import NINE, AttendeeRef, MeetupRef, add_meetup, add_member

SignIn = Callable[[Actor], FlaskClient]


def add_report(event_id: int, writer: AttendeeRef, about: AttendeeRef | None = None) -> int:
    """Add a report."""
    about_id = about.id if about else None
    with write_transaction() as session:
        row = Report(
            event_id=event_id, from_id=writer.id, about_id=about_id, text="Would <b>not</b> stop", created_at=NINE
        )
        session.add(row)
        session.flush()
        return row.id


def test_reports_stand_beside_the_code_of_conduct_until_closed(
    meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef, oona: Actor, sign_in: SignIn
) -> None:
    report = add_report(meetup.id, ada, ben)
    with write_transaction() as session:
        session.get_one(Event, meetup.id).conduct = "Be kind, always."
    desk = sign_in(oona)

    shown = desk.get("/o/e/meetup/reports").text
    waiting = "1 report waits" in desk.get("/o/e/meetup").text
    desk.post(f"/o/e/meetup/reports/{report}/close")

    assert "Would &lt;b&gt;not&lt;/b&gt; stop" in shown
    assert "Be kind, always." in shown
    assert waiting
    assert "1 report waits" not in desk.get("/o/e/meetup").text
    assert "Open again" in desk.get("/o/e/meetup/reports").text


def test_a_report_can_be_opened_again(meetup: MeetupRef, ada: AttendeeRef, oona: Actor, sign_in: SignIn) -> None:
    report, desk = add_report(meetup.id, ada), sign_in(oona)
    desk.post(f"/o/e/meetup/reports/{report}/close")
    desk.post(f"/o/e/meetup/reports/{report}/reopen")

    assert db.session.get_one(Report, report).closed_at is None


def test_a_report_of_another_event_is_not_found(
    meetup: MeetupRef, ada: AttendeeRef, oona: Actor, sign_in: SignIn
) -> None:
    foreign = add_report(add_meetup("foreign").id, ada)

    assert sign_in(oona).post(f"/o/e/meetup/reports/{foreign}/close").status_code == 404


def test_viewers_do_not_read_reports(meetup: MeetupRef, ada: AttendeeRef, sign_in: SignIn) -> None:
    add_report(meetup.id, ada)
    viewer = sign_in(add_member(meetup, "Ulrike", MemberRole.VIEWER))

    assert viewer.get("/o/e/meetup/reports").status_code == 404
    assert "report" not in viewer.get("/o/e/meetup").text.lower()
