"""Turns in front of a full room."""

from datetime import datetime, timedelta
from itertools import permutations

import pytest
from flask import Flask
from sqlalchemy import select

from eventmatch.models.base import db, direct_transaction
from eventmatch.models.event import Door
from eventmatch.models.scan import Waiting
from eventmatch.services import waiting
from tests.cast import NINE, AttendeeRef, MeetupRef, add_attendee, add_meetup

MINUTE = timedelta(minutes=1)
MOMENTS = (NINE, NINE + MINUTE, NINE + 2 * MINUTE)


@pytest.fixture
def meetup(either_app: Flask) -> MeetupRef:
    return add_meetup()


@pytest.fixture
def ada(meetup: MeetupRef) -> AttendeeRef:
    return add_attendee(meetup, "Ada")


def room(meetup: MeetupRef, door: str = "session_door") -> int:
    return db.session.get_one(Door, getattr(meetup, door)).room_id


def turns() -> list[tuple[int, int, datetime]]:
    """Return who waits where, since when."""
    rows = db.session.execute(select(Waiting.attendee_id, Waiting.room_id, Waiting.since).order_by(Waiting.since))
    return [(row[0], row[1], row[2]) for row in rows]


@pytest.mark.parametrize("order", list(permutations(MOMENTS)))
def test_whoever_is_turned_away_again_keeps_the_earliest_turn(
    meetup: MeetupRef, ada: AttendeeRef, order: tuple[datetime, ...]
) -> None:
    small = room(meetup)
    for at in order:
        with direct_transaction() as within:
            waiting.join(within, small, ada.id, at)

    assert turns() == [(ada.id, small, NINE)]


def test_a_turn_ends_in_the_one_room_that_is_entered(meetup: MeetupRef, ada: AttendeeRef) -> None:
    ben, small, venue = add_attendee(meetup, "Ben"), room(meetup), room(meetup, "front_door")
    with direct_transaction() as within:
        for room_id, who in ((small, ada), (venue, ada), (small, ben)):
            waiting.join(within, room_id, who.id, NINE)
        waiting.leave(within, ada.id, NINE, small)

    assert sorted(turns()) == sorted([(ada.id, venue, NINE), (ben.id, small, NINE)])


def test_whoever_leaves_the_venue_waits_nowhere(meetup: MeetupRef, ada: AttendeeRef) -> None:
    ben, small, venue = add_attendee(meetup, "Ben"), room(meetup), room(meetup, "front_door")
    with direct_transaction() as within:
        for room_id, who in ((small, ada), (venue, ada), (small, ben)):
            waiting.join(within, room_id, who.id, NINE)
        waiting.leave(within, ada.id, NINE)

    assert turns() == [(ben.id, small, NINE)]


def test_what_happened_before_a_turn_began_does_not_end_it(meetup: MeetupRef, ada: AttendeeRef) -> None:
    small = room(meetup)
    with direct_transaction() as within:
        waiting.join(within, small, ada.id, NINE)
        waiting.leave(within, ada.id, NINE - MINUTE, small)
        waiting.leave(within, ada.id, NINE - MINUTE)

    assert turns() == [(ada.id, small, NINE)]


def test_ending_what_is_over_changes_nothing(meetup: MeetupRef, ada: AttendeeRef) -> None:
    with direct_transaction() as within:
        waiting.leave(within, ada.id, NINE, room(meetup))
        waiting.leave(within, ada.id, NINE)

    assert turns() == []
