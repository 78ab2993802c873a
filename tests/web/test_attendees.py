"""The organiser's list and pages of attendees."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from eventmatch.domain.actor import Actor
from eventmatch.domain.states import MemberRole
from eventmatch.models.attendee import Attendee
from eventmatch.models.base import db
from eventmatch.models.work import Outbox
from tests.cast import AttendeeRef, MeetupRef, add_attendee, add_meetup, add_member

SignIn = Callable[[Actor], FlaskClient]


@pytest.fixture
def desk(oona: Actor, sign_in: SignIn) -> FlaskClient:
    """Return Oona's browser."""
    return sign_in(oona)


def test_attendees_are_listed_and_found(desk: FlaskClient, ada: AttendeeRef, ben: AttendeeRef) -> None:
    everybody, found = desk.get("/o/e/meetup/attendees").text, desk.get("/o/e/meetup/attendees?q=okaf").text

    assert f'href="/o/e/meetup/attendees/{ada.id}"><bdi>{ada.name}' in everybody
    assert ben.name in everybody
    assert ada.name in found
    assert ben.name not in found
    assert "Nobody fits" in desk.get("/o/e/meetup/attendees?q=zzz").text


@pytest.mark.parametrize(
    "query", ["show=nonsense", "after=x", "after=99999999999999999999", "before=-1", "q=%00", "q=%ff%fe", "q=%25_%27"]
)
def test_an_odd_address_is_answered(desk: FlaskClient, ada: AttendeeRef, query: str) -> None:
    assert desk.get(f"/o/e/meetup/attendees?{query}").status_code == 200


def test_barring_needs_a_reason(desk: FlaskClient, ada: AttendeeRef) -> None:
    page = f"/o/e/meetup/attendees/{ada.id}"

    refused = desk.post(f"{page}/bar", data={"why": " "})
    barred = desk.post(f"{page}/bar", data={"why": "Followed somebody"})

    assert (refused.status_code, barred.status_code) == (422, 303)
    assert "Followed somebody" in desk.get(page).text
    desk.post(f"{page}/unbar")
    assert db.session.get_one(Attendee, ada.id).barred_at is None


def test_the_ticket_can_be_mailed_again(desk: FlaskClient, ada: AttendeeRef) -> None:
    desk.post(f"/o/e/meetup/attendees/{ada.id}/resend")

    letter = db.session.query(Outbox).one()
    assert (letter.letter, letter.recipient) == ("ticket", ada.email)


def test_a_full_room_takes_somebody_in_or_not_at_the_push_of_a_button(desk: FlaskClient, ada: AttendeeRef) -> None:
    page = f"/o/e/meetup/attendees/{ada.id}"
    assert 'aria-pressed="false"' in desk.get(page).text

    desk.post(f"{page}/space", data={"needs": "yes"})
    assert db.session.get_one(Attendee, ada.id).needs_space
    assert 'aria-pressed="true"' in desk.get(page).text
    desk.post(f"{page}/space", data={"needs": ""})
    assert not db.session.get_one(Attendee, ada.id).needs_space


def test_a_viewer_reads_and_does_nothing(meetup: MeetupRef, ada: AttendeeRef, sign_in: SignIn) -> None:
    viewer = sign_in(add_member(meetup, "Ulrike", MemberRole.VIEWER))
    page = f"/o/e/meetup/attendees/{ada.id}"

    assert viewer.get(page).status_code == 200
    assert "Bar from this event" not in viewer.get(page).text
    assert [
        viewer.post(f"{page}/{act}", data={"why": "x"}).status_code for act in ("bar", "unbar", "resend", "space")
    ] == [404] * 4


def test_an_attendee_of_another_event_is_not_found(desk: FlaskClient) -> None:
    stranger = add_attendee(add_meetup("foreign"), "Stranger")

    page = f"/o/e/meetup/attendees/{stranger.id}"
    assert desk.get(page).status_code == 404
    assert desk.post(f"{page}/bar", data={"why": "x"}).status_code == 404
