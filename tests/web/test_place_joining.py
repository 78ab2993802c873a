"""Joining online on the own place, and where the organiser puts the link."""

from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient

from eventmatch.domain.actor import Actor
from eventmatch.domain.states import AttendeeStatus, Mode
from eventmatch.models.base import db
from eventmatch.models.scan import Scan
from tests.cast import HOUR, NINE, MeetupRef, add_attendee
from tests.services.test_joining import URL, with_link
from tests.web.test_organiser import PICNIC

ME = "/e/meetup/me"


def test_joining_shows_the_address_on_a_page_and_redirects_nowhere(meetup: MeetupRef, sign_in: Any) -> None:
    emeka: FlaskClient = sign_in(add_attendee(with_link(meetup), "Emeka", mode=Mode.ONLINE).actor)
    with time_machine.travel(NINE, tick=False):
        offered, joined, after = emeka.get(ME).text, emeka.post(f"{ME}/join"), emeka.get(ME).text

    assert "Join online" in offered
    assert URL not in offered + after
    assert (joined.status_code, f'href="{URL}"' in joined.text) == (200, True)
    assert 'rel="noopener noreferrer"' in joined.text
    assert "You’re in" in after


@pytest.mark.parametrize("columns", [{"mode": Mode.IN_PERSON}, {"status": AttendeeStatus.WAITLISTED}])
def test_who_does_not_take_part_online_is_offered_nothing(
    columns: dict[str, Any], meetup: MeetupRef, sign_in: Any
) -> None:
    emeka: FlaskClient = sign_in(add_attendee(with_link(meetup), "Emeka", **({"mode": Mode.ONLINE} | columns)).actor)
    with time_machine.travel(NINE, tick=False):
        assert "Join online" not in emeka.get(ME).text
        assert emeka.post(f"{ME}/join").status_code == 409

    assert db.session.query(Scan).count() == 0


def test_before_the_doors_open_there_is_no_button(meetup: MeetupRef, sign_in: Any) -> None:
    emeka: FlaskClient = sign_in(add_attendee(with_link(meetup), "Emeka", mode=Mode.EITHER).actor)
    with time_machine.travel(NINE - 2 * HOUR, tick=False):
        assert "Join online" not in emeka.get(ME).text


def test_the_organiser_puts_the_link_on_the_events_page_and_nobody_reads_it_there(
    client: FlaskClient, oona: Actor, sign_in: Any
) -> None:
    desk: FlaskClient = sign_in(oona)
    address = desk.post("/o/events/new", data=PICNIC | {"join_url": URL}).location or ""
    slug = address.rpartition("/")[2]

    assert f'value="{URL}"' in desk.get(f"{address}/edit").text
    assert URL not in client.application.test_client().get(f"/e/{slug}").text
    desk.post(f"{address}/edit", data=PICNIC | {"join_url": ""})
    assert URL not in desk.get(f"{address}/edit").text


@pytest.mark.parametrize("url", ["http://meet.example.org", "javascript:alert(1)", "https://a.example@b.example/"])
def test_a_link_that_is_none_is_refused_beside_its_field(url: str, oona: Actor, sign_in: Any) -> None:
    desk: FlaskClient = sign_in(oona)

    answer = desk.post("/o/events/new", data=PICNIC | {"join_url": url})

    assert answer.status_code == 422
    assert 'id="join_url-error"' in answer.text
