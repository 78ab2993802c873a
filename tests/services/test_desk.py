"""The desk counts who came, and what there is to do."""

from datetime import timedelta

from flask import Flask

from eventmatch.domain.actor import Actor
from eventmatch.models.base import db
from eventmatch.models.scan import Scan
from eventmatch.services.desk import desk
from tests.cast import NINE, AttendeeRef, MeetupRef, add_attendee, add_meetup, add_member
from tests.services.scans import scan

MINUTE = timedelta(minutes=1)


def test_counts_stand_beside_the_curve(meetup: MeetupRef, oona: Actor, ada: AttendeeRef) -> None:
    seen = desk(oona, "meetup", now=NINE)

    assert (seen.confirmed, seen.waiting, seen.pending, seen.arrivals.expected) == (1, 0, 0, 1)
    assert seen.may_run
    assert db.session.query(Scan).count() == 0


def test_the_desk_is_the_same_on_both_databases(either_app: Flask) -> None:
    meetup = add_meetup()
    ada = add_attendee(meetup, "Ada")
    scan(meetup, ada, NINE + MINUTE)

    seen = desk(add_member(meetup, "Oona"), "meetup", now=NINE + 10 * MINUTE)

    assert (seen.curve.points[-1].arrived, seen.confirmed, seen.exportable) == (1, 1, 0)
