"""The organiser's downloads."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from eventmatch.domain.actor import Actor
from eventmatch.domain.states import MemberRole, Purpose
from eventmatch.formats.spreadsheet import read_table
from tests.cast import AttendeeRef, MeetupRef, add_attendee, add_member

SignIn = Callable[[Actor], FlaskClient]


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


def test_only_those_who_run_the_event_may_download(meetup: MeetupRef, ada: AttendeeRef, sign_in: SignIn) -> None:
    viewer = add_member(meetup, "Ulrike", MemberRole.VIEWER)

    assert [sign_in(who).get("/o/e/meetup/contacts.csv").status_code for who in (viewer, ada.actor)] == [404, 404]


def test_another_extension_is_not_found(oona: Actor, sign_in: SignIn) -> None:
    assert sign_in(oona).get("/o/e/meetup/contacts.html").status_code == 404
