"""What is asked about pairs of people takes time by the people there are, not by all their pairs."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from eventmatch.models.base import db, write_transaction
from eventmatch.models.event import Event
from eventmatch.models.match import blocked_pairs, excluded_pairs
from eventmatch.models.outcome import met_before
from eventmatch.models.tap import Block
from tests.cast import NINE, AttendeeRef, MeetupRef
from tests.services.test_checkin_race import more_guests

PEOPLE = 1_500  # a million pairs
EACH = 200  # steps of SQLite's own for each of them, at most

QUESTIONS: dict[str, Callable[[Event], Any]] = {
    "blocked": lambda of: blocked_pairs(of.id),
    "excluded": lambda of: excluded_pairs(of.id),
    "met before": met_before,
}


def steps(ask: Callable[[], Any]) -> int:
    """Count the thousands of steps SQLite takes to answer."""
    counted = [0]

    def count() -> int:
        counted[0] += 1
        return 0

    event.listen(db.engine, "checkout", lambda connection, *_: connection.set_progress_handler(count, 1000))
    db.session.rollback()
    ask()
    return counted[0]


@pytest.mark.parametrize("question", QUESTIONS)
def test_nobody_is_put_beside_everybody(
    question: str, app: Flask, meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef
) -> None:
    more_guests(meetup, PEOPLE)
    with write_transaction() as session:
        session.add(Block(from_id=ada.id, to_id=ben.id, created_at=NINE))
    of = db.session.get_one(Event, meetup.id)

    assert steps(lambda: QUESTIONS[question](of)) * 1000 < PEOPLE * EACH


def test_everybody_beside_everybody_is_seen(app: Flask, meetup: MeetupRef) -> None:
    """The control: the same count of the same people, in pairs."""
    more_guests(meetup, PEOPLE)
    pairs = "SELECT count(*) FROM attendee AS one JOIN attendee AS other ON one.kind = other.kind AND one.id < other.id"

    assert steps(lambda: db.session.connection().exec_driver_sql(pairs).scalar()) * 1000 > PEOPLE * EACH
