"""The door log on pages."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from eventmatch.domain.actor import Actor
from eventmatch.domain.states import MemberRole
from tests.cast import NINE, AttendeeRef, MeetupRef, add_member
from tests.services.scans import scan

SignIn = Callable[[Actor], FlaskClient]


@pytest.fixture
def scan_id(meetup: MeetupRef, ada: AttendeeRef) -> int:
    return scan(meetup, ada, NINE)


def test_a_scan_is_taken_back_from_its_own_page(oona: Actor, sign_in: SignIn, ada: AttendeeRef, scan_id: int) -> None:
    desk = sign_in(oona)
    assert ada.name in desk.get(f"/o/e/meetup/log/{scan_id}").text

    answer = desk.post(f"/o/e/meetup/log/{scan_id}", data={"why": "Wrong person"})

    assert (answer.status_code, answer.location) == (303, f"/o/e/meetup/log?attendee={ada.id}")
    assert "Wrong person" in desk.get(answer.location).text


def test_an_empty_reason_is_asked_for_again(oona: Actor, sign_in: SignIn, scan_id: int) -> None:
    answer = sign_in(oona).post(f"/o/e/meetup/log/{scan_id}", data={"why": ""})

    assert answer.status_code == 422
    assert "Say why; it stays in the log." in answer.text


def test_who_only_looks_sees_the_log_and_no_way_to_change_it(meetup: MeetupRef, sign_in: SignIn, scan_id: int) -> None:
    page = sign_in(add_member(meetup, "Ulrike", MemberRole.VIEWER)).get("/o/e/meetup/log")

    assert page.status_code == 200
    assert f"log/{scan_id}" not in page.text


@pytest.mark.parametrize("query", ["before=x", "before=-1", "attendee=99999999999999999999", "show=%00", "before=0"])
def test_odd_questions_are_answered_with_the_whole_log(
    oona: Actor, sign_in: SignIn, ada: AttendeeRef, scan_id: int, query: str
) -> None:
    assert ada.name in sign_in(oona).get(f"/o/e/meetup/log?{query}").text
