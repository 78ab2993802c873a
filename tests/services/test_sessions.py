"""Sessions are recognised while they last, and good for organisers' work only while somebody sits before them."""

from datetime import timedelta

import pytest
from flask import Flask

from eventmatch.models.base import write_transaction
from eventmatch.services.sessions import add_session, recognise
from tests.cast import NINE, MeetupRef, add_attendee, add_device, add_meetup, add_person

HOUR = timedelta(hours=1)


@pytest.fixture
def token(app: Flask) -> str:
    """Return the session of somebody who signed in at nine."""
    oona = add_person("Oona")
    with write_transaction():
        return add_session(oona.person_id or 0, browser="test", now=NINE)


def test_a_session_in_use_stays_fresh_for_twelve_hours(token: str) -> None:
    seen = [recognise(token, None, NINE + hours * 2 * HOUR).fresh for hours in range(7)]

    assert seen == [True] * 6 + [False]


def test_a_session_left_alone_does_not_become_fresh_by_being_used_again(token: str) -> None:
    before = recognise(token, None, NINE + HOUR)
    after = [recognise(token, None, NINE + HOUR + away) for away in (4 * HOUR, 4 * HOUR + timedelta(seconds=1))]

    assert before.fresh
    assert [(actor.signed_in, actor.fresh) for actor in after] == [(True, False), (True, False)]


def test_an_event_years_away_keeps_nobody_signed_in_for_years(app: Flask) -> None:
    far = add_meetup("far", starts_at=NINE.replace(year=9999), ends_at=NINE.replace(year=9999, month=12, day=31))
    ada = add_attendee(far, "Ada Okafor")
    with write_transaction():
        token = add_session(ada.person_id, browser="test", now=NINE)

    days = timedelta(days=366), timedelta(days=368)
    assert [recognise(token, None, NINE + later).signed_in for later in days] == [True, False]


def test_a_device_is_one_until_a_day_after_its_event(meetup: MeetupRef) -> None:
    device = add_device(meetup).device_id

    seen = [recognise(None, "emd_Tablet", NINE + 8 * HOUR + later).device_id for later in (23 * HOUR, 24 * HOUR)]

    assert seen == [device, None]
