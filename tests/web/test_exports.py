"""The organiser's downloads."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from eventmatch.domain.actor import Actor
from eventmatch.domain.readings import DoorKey, Reading
from eventmatch.domain.states import MemberRole, Purpose
from eventmatch.formats.spreadsheet import read_table
from eventmatch.models.base import write_transaction
from eventmatch.models.event import Door, ProgrammeSession
from eventmatch.services.checkin import scan
from eventmatch.web.clock import utcnow
from tests.cast import HOUR, AttendeeRef, MeetupRef, add_attendee, add_device, add_meetup, add_member

SignIn = Callable[[Actor], FlaskClient]
DAY = 24 * HOUR


@pytest.mark.parametrize("extension", ["csv", "xlsx"])
def test_contacts_come_as_a_file_that_holds_who_agreed(
    meetup: MeetupRef, ada: AttendeeRef, oona: Actor, sign_in: SignIn, extension: str
) -> None:
    add_attendee(meetup, "Dana", organisation="=Brennau", consents=[Purpose.ORGANISER_EXPORT])

    answer = sign_in(oona).get(f"/o/e/meetup/contacts.{extension}")

    rows = [record.cells for record in read_table(answer.data).rows]
    assert [(row["Name"], row["Organisation"], row["Phone"]) for row in rows] == [("Dana", "=Brennau", "")]
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="meetup-contacts-')
    assert (b"'=Brennau" in answer.data) is (extension == "csv")


@pytest.mark.parametrize("extension", ["csv", "xlsx"])
def test_who_was_in_which_session_comes_as_a_file(
    meetup: MeetupRef, oona: Actor, sign_in: SignIn, extension: str
) -> None:
    began = utcnow() - HOUR
    today = add_meetup("today", organiser_id=meetup.organiser_id, opens_at=began, starts_at=began, ends_at=began + DAY)
    ada, tablet = add_attendee(today, "Ada", organisation="+Brennau"), add_device(today)
    for door in (today.front_door, today.session_door):
        scan(DoorKey(door), Reading(ada.code, str(door)), by=tablet, at=began)
    with write_transaction() as session:
        room_id = session.get_one(Door, today.session_door).room_id
        times = {"starts_at": began, "ends_at": began + HOUR / 2}
        session.add(ProgrammeSession(event_id=today.id, room_id=room_id, title="=Trams", **times))

    answer = sign_in(oona).get(f"/o/e/today/attendance.{extension}")

    assert answer.headers["Content-Disposition"].startswith('attachment; filename="today-attendance-')
    rows = [record.cells for record in read_table(answer.data).rows]
    told = [(row["Session"], row["Name"], row["Organisation"], row["Minutes"], row["E-mail"]) for row in rows]
    assert told == [("=Trams", "Ada", "+Brennau", "30", "")]
    assert (b"'=Trams" in answer.data) is (extension == "csv")


def test_only_those_who_run_the_event_may_download(meetup: MeetupRef, ada: AttendeeRef, sign_in: SignIn) -> None:
    viewer = add_member(meetup, "Ulrike", MemberRole.VIEWER)

    for file in ("contacts", "attendance"):
        assert [sign_in(who).get(f"/o/e/meetup/{file}.csv").status_code for who in (viewer, ada.actor)] == [404, 404]


def test_another_extension_is_not_found(oona: Actor, sign_in: SignIn) -> None:
    assert sign_in(oona).get("/o/e/meetup/contacts.html").status_code == 404
    assert sign_in(oona).get("/o/e/meetup/attendance.html").status_code == 404
