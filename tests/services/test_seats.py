"""Seats are never given twice, whoever asks at once, and go to who has waited longest."""

import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from flask import Flask

from eventmatch.domain.answers import Answers
from eventmatch.domain.profiles import Profile
from eventmatch.domain.states import AttendeeStatus
from eventmatch.gateways import queue
from eventmatch.models.attendee import Attendee, attendee_of_email, seats_taken
from eventmatch.models.base import db, write_transaction
from eventmatch.models.event import Event
from eventmatch.models.work import Outbox
from eventmatch.services import place, registration, seats
from tests.cast import HOUR, NINE, MeetupRef, add_attendee, add_meetup
from tests.letters import enclosed

BEFORE = NINE - 100 * HOUR
LATER = BEFORE + 48 * HOUR
RACERS, SEATS = 20, 3


def at_once(app: Flask, act: Callable[[int], None]) -> None:
    """Let all racers do something at the same moment; what fails in one fails the test."""
    barrier, errors = threading.Barrier(RACERS), list[Exception]()

    def run(number: int) -> None:
        with app.app_context():
            try:
                barrier.wait()
                act(number)
            except Exception as error:  # noqa: BLE001 - whatever goes wrong must be counted
                errors.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(RACERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


@pytest.fixture
def full(app: Flask) -> MeetupRef:
    """Return an event whose only seat Ben has."""
    meetup = add_meetup(capacity=1)
    add_attendee(meetup, "Ben Hartwig")
    return meetup


@pytest.fixture
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let letters lie: races are about seats."""
    monkeypatch.setattr(queue, "enqueue", lambda *_, **__: None)


def name(number: int) -> str:
    return f"racer{number}@example.org"


def register(meetup: MeetupRef, email: str) -> str:
    registration.register(meetup.slug, email, Answers(Profile(email)), now=BEFORE)
    row = db.session.query(Outbox).filter_by(recipient=email).order_by(Outbox.id.desc()).first()
    assert row is not None
    return str(enclosed(row)["verify_path"]).rpartition("/")[2]


def add_waiting(meetup: MeetupRef, who: str, since: datetime, **columns: Any) -> None:
    add_attendee(meetup, who, status=AttendeeStatus.WAITLISTED, waiting_since=since, **columns)


def statuses(meetup: MeetupRef) -> dict[AttendeeStatus, int]:
    db.session.rollback()
    found = [row.status for row in db.session.query(Attendee).filter_by(event_id=meetup.id)]
    return {status: found.count(status) for status in found}


def status_of(meetup: MeetupRef, email: str) -> AttendeeStatus:
    db.session.rollback()
    found = attendee_of_email(meetup.id, email)
    assert found is not None
    return found.status


@pytest.mark.usefixtures("quiet")
def test_twenty_registrations_at_once_hold_the_last_three_seats_and_no_more(either_app: Flask) -> None:
    meetup = add_meetup(capacity=SEATS)
    at_once(either_app, lambda n: registration.register(meetup.slug, name(n), Answers(Profile("R")), now=BEFORE))

    assert seats_taken(meetup.id, BEFORE) == SEATS
    assert statuses(meetup) == {AttendeeStatus.PENDING: RACERS}


@pytest.mark.usefixtures("quiet")
def test_twenty_confirmations_at_once_fill_the_last_three_seats_and_no_more(either_app: Flask) -> None:
    meetup = add_meetup(capacity=SEATS)
    tokens = [register(meetup, name(n)) for n in range(RACERS)]
    with write_transaction() as session:  # all holds have run out: everybody races for what is free
        session.query(Attendee).update({Attendee.held_until: BEFORE, Attendee.waiting_since: BEFORE})
    at_once(either_app, lambda n: void(registration.confirm(tokens[n], browser="race", now=BEFORE)))

    assert statuses(meetup) == {AttendeeStatus.CONFIRMED: SEATS, AttendeeStatus.WAITLISTED: RACERS - SEATS}


@pytest.mark.usefixtures("quiet")
def test_cancelling_while_others_register_keeps_every_seat_single(either_app: Flask) -> None:
    meetup = add_meetup(capacity=SEATS)
    holders = [add_attendee(meetup, f"Holder{n}") for n in range(SEATS)]
    tokens = [register(meetup, name(n)) for n in range(RACERS - SEATS)]

    def act(number: int) -> None:
        if number < SEATS:
            place.cancel(holders[number].actor, meetup.slug, now=BEFORE)
        else:
            registration.confirm(tokens[number - SEATS], browser="race", now=BEFORE)

    at_once(either_app, act)

    assert seats_taken(meetup.id, BEFORE) == SEATS
    assert statuses(meetup)[AttendeeStatus.CONFIRMED] == SEATS
    assert statuses(meetup)[AttendeeStatus.WAITLISTED] == RACERS - 2 * SEATS


@pytest.mark.usefixtures("quiet")
def test_counting_first_and_writing_then_gives_seats_twice(either_app: Flask) -> None:
    """The control: the same race without the lock around count and write sells far more than there is."""
    meetup, barrier = add_meetup(capacity=SEATS), threading.Barrier(RACERS)

    def naive(number: int) -> None:
        is_free = seats_taken(meetup.id, BEFORE) < SEATS
        db.session.rollback()
        barrier.wait()
        with write_transaction() as session:
            status = AttendeeStatus.CONFIRMED if is_free else AttendeeStatus.WAITLISTED
            row = Attendee(event_id=meetup.id, email=name(number), name="R", status=status, registered_at=BEFORE)
            session.add(row)

    at_once(either_app, naive)

    assert seats_taken(meetup.id, BEFORE) > SEATS


def void(_value: object) -> None:
    """Do nothing with a value."""


def test_a_registration_at_a_full_event_holds_nothing_and_waits_once_verified(full: MeetupRef) -> None:
    token = register(full, "ada@example.org")
    registration.confirm(token, browser="test", now=BEFORE)

    assert seats_taken(full.id, BEFORE) == 1
    assert status_of(full, "ada@example.org") is AttendeeStatus.WAITLISTED
    assert [row.letter for row in db.session.query(Outbox).order_by(Outbox.id)][1:] == ["waiting_list"]


def test_a_held_seat_is_sure_even_when_the_event_fills_up(app: Flask) -> None:
    meetup = add_meetup(capacity=1)
    first, second = register(meetup, "ada@example.org"), register(meetup, "dana@example.org")
    registration.confirm(second, browser="test", now=BEFORE)
    registration.confirm(first, browser="test", now=BEFORE)

    assert status_of(meetup, "ada@example.org") is AttendeeStatus.CONFIRMED
    assert status_of(meetup, "dana@example.org") is AttendeeStatus.WAITLISTED


def test_a_hold_that_runs_out_goes_to_who_waits(app: Flask) -> None:
    meetup = add_meetup(capacity=1)
    register(meetup, "never@example.org")
    registration.confirm(register(meetup, "ada@example.org"), browser="test", now=BEFORE)

    assert (seats.promote_everywhere(LATER), seats.promote_everywhere(LATER)) == (1, 0)
    assert status_of(meetup, "ada@example.org") is AttendeeStatus.CONFIRMED
    newest = db.session.query(Outbox).order_by(Outbox.id.desc()).first()
    assert newest is not None
    assert (newest.letter, newest.recipient) == ("promoted", "ada@example.org")


def test_a_hold_that_has_not_run_out_is_kept(app: Flask) -> None:
    meetup = add_meetup(capacity=1)
    register(meetup, "slow@example.org")
    registration.confirm(register(meetup, "ada@example.org"), browser="test", now=BEFORE)

    assert seats.promote_everywhere(LATER - HOUR) == 0


def test_asking_again_without_proof_prolongs_no_hold(app: Flask) -> None:
    meetup = add_meetup(capacity=1)
    register(meetup, "never@example.org")
    registration.register(meetup.slug, "never@example.org", Answers(Profile("Never")), now=LATER - HOUR)

    assert seats_taken(meetup.id, LATER) == 0


def test_made_up_addresses_keep_nobody_out(app: Flask) -> None:
    meetup = add_meetup(capacity=40)
    for number in range(60):
        register(meetup, f"made-up{number}@example.org")
    held = seats_taken(meetup.id, BEFORE)
    real = [registration.confirm(register(meetup, f"real{n}@example.org"), browser="", now=BEFORE) for n in range(30)]

    assert held == 10
    assert len(real) == 30
    assert statuses(meetup)[AttendeeStatus.CONFIRMED] == 30


def test_the_oldest_on_the_waiting_list_comes_first_and_only_as_many_as_there_are_seats(full: MeetupRef) -> None:
    for hours, who in enumerate(["dana", "ada", "chidi"]):
        add_waiting(full, who.title(), BEFORE - hours * HOUR)
    with write_transaction() as session:
        session.get_one(Event, full.id).capacity = 3

    assert seats.promote(full.id, BEFORE) == 2
    assert status_of(full, "chidi@example.org") is AttendeeStatus.CONFIRMED
    assert status_of(full, "ada@example.org") is AttendeeStatus.CONFIRMED
    assert status_of(full, "dana@example.org") is AttendeeStatus.WAITLISTED


def test_someone_new_does_not_overtake_the_waiting_list(full: MeetupRef) -> None:
    add_waiting(full, "Ada", BEFORE)
    with write_transaction() as session:
        session.get_one(Event, full.id).capacity = 2
    token = register(full, "new@example.org")
    registration.confirm(token, browser="test", now=BEFORE)

    assert status_of(full, "ada@example.org") is AttendeeStatus.CONFIRMED
    assert status_of(full, "new@example.org") is AttendeeStatus.WAITLISTED


def test_nobody_barred_and_nobody_after_the_end_is_promoted(full: MeetupRef) -> None:
    add_waiting(full, "Harald", BEFORE, barred_at=BEFORE)
    add_waiting(full, "Ada", BEFORE + HOUR)
    with write_transaction() as session:
        session.get_one(Event, full.id).capacity = 9

    assert seats.promote(full.id, NINE + 8 * HOUR) == 0
    assert seats.promote(full.id, BEFORE) == 1
    assert status_of(full, "harald@example.org") is AttendeeStatus.WAITLISTED


def test_without_a_capacity_there_is_always_a_seat(meetup: MeetupRef) -> None:
    registration.confirm(register(meetup, "ada@example.org"), browser="test", now=BEFORE)

    assert status_of(meetup, "ada@example.org") is AttendeeStatus.CONFIRMED


def test_every_minute_free_seats_are_given_away(full: MeetupRef, app: Flask) -> None:
    add_waiting(full, "Ada", BEFORE)
    with write_transaction() as session:
        session.get_one(Event, full.id).capacity = 2
    queue.enqueue("seats")

    assert status_of(full, "ada@example.org") is AttendeeStatus.CONFIRMED
    assert "sweep seats" in [task.name for task in app.extensions["queue"].huey._registry.periodic_tasks]  # noqa: SLF001 - no other way to look
