"""The organiser's page of conflicts."""

from collections.abc import Callable
from datetime import timedelta

from flask.testing import FlaskClient

from eventmatch.domain.actor import Actor
from eventmatch.domain.readings import DoorKey, Reading
from eventmatch.domain.states import Direction
from eventmatch.domain.verdicts import Verdict
from eventmatch.services import uploads
from tests.cast import NINE, AttendeeRef, MeetupRef, add_device

SignIn = Callable[[Actor], FlaskClient]


def let_in(meetup: MeetupRef, device: str, code: str, minute: int) -> None:
    """Let a device decide alone that somebody comes in, and hand that in."""
    at = NINE + minute * timedelta(minutes=1)
    reading = Reading(code, "1", Direction.IN, at, decided=Verdict.ADMITTED)
    uploads.take(DoorKey(meetup.front_door), [reading], by=add_device(meetup, device), at=NINE)


def test_conflict_is_announced_at_the_desk_and_shown_with_both_doors(
    meetup: MeetupRef, ada: AttendeeRef, oona: Actor, sign_in: SignIn
) -> None:
    for minute, device in enumerate(["Phone <1>", "Tablet"]):
        let_in(meetup, device, ada.code, minute)
    let_in(meetup, "Third", "nobody knows this", 7)
    desk = sign_in(oona)

    announced, page = desk.get("/o/e/meetup").text, desk.get("/o/e/meetup/conflicts").text

    assert "left 2 conflicts" in announced
    assert "/o/e/meetup/conflicts" in announced
    shown = (
        "Ada Okafor",
        "10:00",
        "10:01",
        "Phone &lt;1&gt;",
        "Tablet",
        "10:07",
        "Third",
    )
    assert [words for words in shown if words not in page] == []


def test_without_conflicts_the_desk_is_silent_and_the_page_says_so(
    meetup: MeetupRef, ada: AttendeeRef, oona: Actor, sign_in: SignIn
) -> None:
    let_in(meetup, "Phone", ada.code, 0)
    desk = sign_in(oona)

    assert "conflict" not in desk.get("/o/e/meetup").text.lower()
    assert "No conflicts" in desk.get("/o/e/meetup/conflicts").text


def test_attendees_page_says_when_and_where_they_were_let_in_twice(
    meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef, oona: Actor, sign_in: SignIn
) -> None:
    for minute, device in enumerate(["Phone", "Tablet"]):
        let_in(meetup, device, ada.code, minute)
    desk = sign_in(oona)

    adas, bens = (desk.get(f"/o/e/meetup/attendees/{person.id}").text for person in (ada, ben))

    assert "Let in twice: 10:00 at Front door, and 10:01 at Front door." in adas
    assert "Let in twice" not in bens
