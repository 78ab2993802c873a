"""Counts of who came and is there: where each day counts anew, whoever came before midnight is nowhere."""

from datetime import UTC, datetime

import pytest
from flask import Flask

from eventmatch.domain.door_rules import EventDoors
from eventmatch.models import arrival
from eventmatch.models.base import db, write_transaction
from eventmatch.models.event import Door, Event, counts_from
from eventmatch.models.scan import Presence
from tests.cast import NINE, AttendeeRef, MeetupRef, add_attendee, add_meetup

MIDNIGHT = datetime(2027, 3, 3, 23, tzinfo=UTC)  # in Berlin
YESTERDAY = MIDNIGHT.replace(hour=22, minute=59)


@pytest.fixture
def people(either_app: Flask) -> tuple[MeetupRef, AttendeeRef, AttendeeRef]:
    """Return a meetup where Ada came yesterday and never went out, and Ben came at midnight sharp."""
    meetup = add_meetup()
    ada, ben = add_attendee(meetup, "Ada"), add_attendee(meetup, "Ben")
    with write_transaction() as session:
        for who, since in ((ada, YESTERDAY), (ben, MIDNIGHT)):
            for door_id in (meetup.front_door, meetup.session_door):
                door = session.get_one(Door, door_id)
                session.add(Presence(attendee_id=who.id, room_id=door.room_id, door_id=door_id, since=since))
    return meetup, ada, ben


def counts(meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef, *, daily: bool) -> dict[str, object]:
    """Return everything that is counted, at nine."""
    with write_transaction() as session:
        session.get_one(Event, meetup.id).settings = {"door": EventDoors(daily=daily).stored()}
    since, small = counts_from(meetup.id, NINE), db.session.get_one(Door, meetup.session_door).room_id
    return {
        "venue": arrival.venue_counts(meetup.id, since),
        "expected": arrival.still_expected(meetup.id, since),
        "in_venue": arrival.in_venue(meetup.id, since),
        "small room": arrival.rooms_inside(meetup.id, since)[small],
        "found": set(arrival.inside_since(small, [ada.id, ben.id], since)),
        "arrived": [arrival.arrived_since(who.id, since) for who in (ada, ben)],
    }


def test_presence_of_yesterday_is_nobodys(people: tuple[MeetupRef, AttendeeRef, AttendeeRef]) -> None:
    _, _, ben = people

    assert counts(*people, daily=True) == {
        "venue": (1, 1),
        "expected": 1,
        "in_venue": {ben.id},
        "small room": 1,
        "found": {ben.id},
        "arrived": [None, MIDNIGHT],
    }


def test_where_days_are_one_long_event_whoever_stayed_is_there(
    people: tuple[MeetupRef, AttendeeRef, AttendeeRef],
) -> None:
    """The control: the same people, counted as usual."""
    _, ada, ben = people

    assert counts(*people, daily=False) == {
        "venue": (2, 2),
        "expected": 0,
        "in_venue": {ada.id, ben.id},
        "small room": 2,
        "found": {ada.id, ben.id},
        "arrived": [YESTERDAY, MIDNIGHT],
    }
