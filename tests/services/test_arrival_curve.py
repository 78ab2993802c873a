"""Arrivals are counted as they happened."""

from datetime import timedelta

from eventmatch.domain.verdicts import Verdict
from eventmatch.models.base import db
from eventmatch.models.event import Event
from eventmatch.services.arrival_curve import SHOWN_MINUTES, Curve, arrival_curve, rate
from tests.cast import NINE, AttendeeRef, MeetupRef
from tests.services.scans import scan

MINUTE = timedelta(minutes=1)


def event_of(meetup: MeetupRef) -> Event:
    """Return the event's row."""
    return db.session.get_one(Event, meetup.id)


def test_before_the_first_arrival_there_is_no_curve(meetup: MeetupRef) -> None:
    assert arrival_curve(event_of(meetup), NINE) == Curve((), "")


def test_the_curve_counts_each_person_once_from_their_first_admission(
    meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef
) -> None:
    scan(meetup, ada, NINE + MINUTE)
    scan(meetup, ada, NINE + 2 * MINUTE, Verdict.ALREADY_IN)
    scan(meetup, ada, NINE + 20 * MINUTE)
    scan(meetup, ben, NINE + 11 * MINUTE)

    curve = {point.at: point.arrived for point in arrival_curve(event_of(meetup), NINE + 21 * MINUTE).points}
    assert (curve[NINE], curve[NINE + 5 * MINUTE], curve[NINE + 15 * MINUTE]) == (0, 1, 2)
    assert max(curve.values()) == 2


def test_a_scan_taken_back_and_one_at_an_inner_door_are_no_arrival(
    meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef
) -> None:
    mistake = scan(meetup, ada, NINE)
    scan(meetup, ada, NINE + MINUTE, Verdict.EXITED, undoes_id=mistake)
    scan(meetup, ben, NINE + 2 * MINUTE, door_id=meetup.session_door)

    assert arrival_curve(event_of(meetup), NINE + 10 * MINUTE).points == ()


def test_a_long_event_is_drawn_in_longer_steps(meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef) -> None:
    scan(meetup, ada, NINE)
    scan(meetup, ben, NINE + timedelta(days=20))

    curve = arrival_curve(event_of(meetup), NINE + timedelta(days=20)).points
    assert len(curve) < 60
    assert curve[-1].arrived == 2


def test_each_minute_counts_those_let_in_at_the_entrances_in_it(
    meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef
) -> None:
    scan(meetup, ada, NINE)
    scan(meetup, ben, NINE + timedelta(seconds=59))
    scan(meetup, ada, NINE + MINUTE, Verdict.ALREADY_IN)
    scan(meetup, ada, NINE + 2 * MINUTE, door_id=meetup.session_door)
    scan(meetup, ben, NINE + 3 * MINUTE)

    seen = rate(event_of(meetup), NINE + 3.5 * MINUTE)

    assert {minute: came for minute, came in seen.minutes if came} == {NINE: 2, NINE + 3 * MINUTE: 1}
    assert (len(seen.minutes), seen.most, seen.minutes[-1][0]) == (SHOWN_MINUTES, 2, NINE + 3 * MINUTE)


def test_a_minute_longer_ago_than_is_shown_counts_no_more(meetup: MeetupRef, ada: AttendeeRef) -> None:
    scan(meetup, ada, NINE)

    assert rate(event_of(meetup), NINE + SHOWN_MINUTES * MINUTE).most == 0
