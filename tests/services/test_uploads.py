"""What devices decided alone: kept as it was, in the order of its own time, whoever hands in first."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from eventmatch.domain.actor import Actor
from eventmatch.domain.errors import Conflict, NotFound
from eventmatch.domain.readings import DoorKey, Override, Reading
from eventmatch.domain.states import Direction
from eventmatch.domain.verdicts import Verdict
from eventmatch.models.base import db, direct_transaction, write_transaction
from eventmatch.models.device import Device
from eventmatch.models.event import Door, Event, Room
from eventmatch.models.scan import Presence, Scan, Waiting
from eventmatch.models.ticket import Ticket, TicketAlias
from eventmatch.services import newcomers, tickets, uploads, waiting
from eventmatch.services.checkin import scan
from eventmatch.services.entries import Entry
from eventmatch.services.undo import undo
from tests.cast import NINE, AttendeeRef, MeetupRef, add_attendee, add_device, add_meetup

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
EVENING = NINE + 7 * HOUR


@pytest.fixture
def phone(meetup: MeetupRef) -> Actor:
    """Return a phone that was offline."""
    return add_device(meetup, "Phone")


def decided(code: str, nonce: str, verdict: Verdict = Verdict.ADMITTED, **told: Any) -> Reading:
    """Return a reading that a device decided alone, at nine unless told otherwise."""
    way = Direction.OUT if verdict in {Verdict.EXITED, Verdict.NOT_INSIDE} else Direction.IN
    return Reading(code, nonce, way, NINE, decided=verdict)._replace(**told)


def take(door: int, *readings: Reading, by: Actor, at: datetime = EVENING) -> list[Entry | Conflict]:
    return uploads.take(DoorKey(door), readings, by=by, at=at)


def one(door: int, reading: Reading, by: Actor) -> Entry:
    [answer] = take(door, reading, by=by)
    assert isinstance(answer, Entry)
    return answer


def kept(nonce: str) -> Scan:
    return db.session.scalars(select(Scan).where(Scan.nonce == nonce)).one()


def inside(door: int) -> dict[int, datetime]:
    """Return who is in the room behind a door, and since when."""
    query = select(Presence.attendee_id, Presence.since).where(Presence.door_id == door, Presence.left_at.is_(None))
    return {row[0]: row[1] for row in db.session.execute(query)}


def count() -> int:
    return db.session.scalar(select(func.count()).select_from(Scan)) or 0


def test_what_a_device_decided_is_kept_with_its_own_time(meetup: MeetupRef, ada: AttendeeRef, phone: Actor) -> None:
    late_clock = decided(ada.code, "1", scanned_at=NINE - HOUR, clock_offset=3_600_000, answers={"Coat?": "yes"})

    entry = one(meetup.front_door, late_clock, phone)

    fact = kept("1")
    assert (fact.verdict, fact.offline, fact.unfounded) == (Verdict.ADMITTED, True, False)
    assert (fact.device_at, fact.clock_offset, fact.effective_at) == (NINE - HOUR, 3_600_000, NINE)
    assert (fact.received_at, fact.answers) == (EVENING, {"Coat?": "yes"})
    assert inside(meetup.front_door) == {ada.id: NINE}
    assert (entry.verdict, entry.repeated, entry.attendee) == (Verdict.ADMITTED, False, None)


@pytest.mark.parametrize("verdict", [v for v in Verdict if v not in {Verdict.ADMITTED, Verdict.EXITED}])
def test_refusals_are_facts_too_and_nobody_judges_them_again(
    verdict: Verdict, meetup: MeetupRef, ada: AttendeeRef, phone: Actor
) -> None:
    one(meetup.front_door, decided(ada.code, "1", verdict), phone)

    assert (kept("1").verdict, kept("1").ticket_id is None) == (verdict, False)
    assert inside(meetup.front_door) == {}


def test_admission_is_kept_whatever_has_become_of_the_ticket(meetup: MeetupRef, ada: AttendeeRef, phone: Actor) -> None:
    with write_transaction():
        tickets.revoke(ada.id, now=NINE)

    assert one(meetup.front_door, decided(ada.code, "1"), phone).verdict is Verdict.ADMITTED


def test_going_out_offline_ends_the_stay(meetup: MeetupRef, ada: AttendeeRef, phone: Actor) -> None:
    went = decided(ada.code, "2", Verdict.EXITED, scanned_at=NINE + HOUR)

    take(meetup.front_door, went, decided(ada.code, "1"), by=phone)

    stay = db.session.scalars(select(Presence)).one()
    assert (stay.since, stay.left_at) == (NINE, NINE + HOUR)


def test_the_same_again_gets_the_first_answer(meetup: MeetupRef, ada: AttendeeRef, phone: Actor) -> None:
    reading = decided(ada.code, "1")
    first = one(meetup.front_door, reading, phone)

    again, twice = take(meetup.front_door, reading, reading, by=phone, at=EVENING + HOUR)

    assert isinstance(again, Entry)
    assert isinstance(twice, Entry)
    assert (again.json, again.repeated, twice.json, twice.repeated) == (first.json, True, first.json, True)
    assert count() == 1


def test_twice_in_one_batch_is_written_once(meetup: MeetupRef, ada: AttendeeRef, phone: Actor) -> None:
    first, again = take(meetup.front_door, decided(ada.code, "1"), decided(ada.code, "1"), by=phone)

    assert [isinstance(answer, Entry) and answer.repeated for answer in (first, again)] == [False, True]
    assert count() == 1


def test_a_nonce_used_for_another_code_loses_none_of_the_others(
    meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef, phone: Actor
) -> None:
    readings = [decided(ada.code, "1"), decided(ben.code, "1"), decided(ben.code, "2")]

    answers = take(meetup.front_door, *readings, by=phone)

    assert [type(answer) for answer in answers] == [Entry, Conflict, Entry]
    assert isinstance(answers[1], Conflict)
    assert answers[1].field == "nonce"
    assert inside(meetup.front_door).keys() == {ada.id, ben.id}


def test_two_devices_may_choose_the_same_nonce(meetup: MeetupRef, ada: AttendeeRef, phone: Actor) -> None:
    tablet = add_device(meetup)

    for device in (phone, tablet):
        assert not one(meetup.front_door, decided(ada.code, "1"), device).repeated
    assert count() == 2


def test_online_answer_that_arrived_is_not_written_again(meetup: MeetupRef, ada: AttendeeRef, phone: Actor) -> None:
    online = scan(DoorKey(meetup.front_door), Reading(ada.code, "1"), by=phone, at=NINE)

    again = one(meetup.front_door, decided(ada.code, "1"), phone)

    assert (again.json, again.repeated, count()) == (online.json, True, 1)


def test_admission_after_an_answer_that_got_lost_is_a_fact_beside_it(
    meetup: MeetupRef, ada: AttendeeRef, phone: Actor
) -> None:
    scan(DoorKey(meetup.front_door), Reading(ada.code, "1"), by=add_device(meetup), at=NINE)
    lost = scan(DoorKey(meetup.front_door), Reading(ada.code, "1"), by=phone, at=NINE + MINUTE)
    alone = decided(ada.code, "1", scanned_at=NINE + MINUTE)

    again = [one(meetup.front_door, alone, phone).json for _ in range(2)]

    verdicts = db.session.scalars(select(Scan.verdict).where(Scan.device_id == phone.device_id).order_by(Scan.id))
    assert (lost.verdict, again) == (Verdict.ALREADY_IN, [lost.json] * 2)
    assert list(verdicts) == [Verdict.ALREADY_IN, Verdict.ADMITTED]


def test_refusal_after_an_answer_that_got_lost_adds_nothing(meetup: MeetupRef, ada: AttendeeRef, phone: Actor) -> None:
    scan(DoorKey(meetup.front_door), Reading(ada.code, "1"), by=phone, at=NINE)

    one(meetup.front_door, decided(ada.code, "1", Verdict.ALREADY_IN), phone)

    assert count() == 1


def test_somebody_unknown_who_was_let_in_is_kept_and_flagged(meetup: MeetupRef, phone: Actor) -> None:
    entry = one(meetup.front_door, decided("nothing we know", "1"), phone)

    assert (entry.verdict, entry.reason) == (Verdict.UNKNOWN, uploads.UNFOUNDED)
    assert (kept("1").verdict, kept("1").unfounded, kept("1").ticket_id) == (Verdict.UNKNOWN, True, None)
    assert len(kept("1").code_hash) == 64


def test_ticket_of_another_event_of_the_organiser_is_nobody_here(meetup: MeetupRef, phone: Actor) -> None:
    chidi = add_attendee(add_meetup("other", organiser_id=meetup.organiser_id), "Chidi")

    one(meetup.front_door, decided(chidi.code, "1"), phone)
    one(meetup.front_door, decided(chidi.code, "2", Verdict.WRONG_EVENT), phone)

    assert [(kept(n).verdict, kept(n).unfounded, kept(n).ticket_id) for n in "12"] == [
        (Verdict.UNKNOWN, True, None),
        (Verdict.WRONG_EVENT, False, None),
    ]


@pytest.mark.parametrize("kind", ["code", "address", "badge", "badge address", "foreign code", "found by name"])
def test_every_way_to_name_somebody_finds_them(
    kind: str, meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef, phone: Actor
) -> None:
    with write_transaction() as session:
        ticket_id = session.scalars(select(Ticket.id).where(Ticket.code == ada.code)).one()
        session.add(TicketAlias(event_id=meetup.id, ticket_id=ticket_id, code="shop-1234567890"))
    codes = {
        "code": ada.code.lower(),
        "address": f"https://example.org/t/{ada.code}",
        "badge": ada.badge,
        "badge address": f"HTTPS://EXAMPLE.ORG/B/{ada.badge}",
        "foreign code": "shop-1234567890",
        "found by name": "",
    }
    found = decided(codes[kind], "1", ticket_id=ticket_id if kind == "found by name" else None)

    one(meetup.front_door, found, phone)

    assert inside(meetup.front_door).keys() == {ada.id}


@pytest.mark.parametrize("shown", ["number", "ticket of elsewhere"])
def test_what_a_device_alone_cannot_know_finds_nobody(
    shown: str, meetup: MeetupRef, ada: AttendeeRef, phone: Actor
) -> None:
    chidi = add_attendee(add_meetup("elsewhere"), "Chidi")
    elsewhere = db.session.scalars(select(Ticket.id).where(Ticket.code == chidi.code)).one()
    reading = decided(ada.number, "1") if shown == "number" else decided("", "1", ticket_id=elsewhere)

    one(meetup.front_door, reading, phone)

    assert (kept("1").ticket_id, kept("1").unfounded) == (None, True)


def test_order_of_time_decides_where_somebody_is(meetup: MeetupRef, ada: AttendeeRef, phone: Actor) -> None:
    tablet = add_device(meetup)
    take(meetup.session_door, decided(ada.code, "2", scanned_at=NINE + HOUR), by=tablet)
    out = decided(ada.code, "3", Verdict.EXITED, scanned_at=NINE + 2 * HOUR)

    take(meetup.front_door, decided(ada.code, "1"), out, by=phone)

    assert inside(meetup.front_door) == inside(meetup.session_door) == {}


def test_who_was_let_in_twice_is_in_since_the_first_time(meetup: MeetupRef, ada: AttendeeRef, phone: Actor) -> None:
    take(meetup.front_door, decided(ada.code, "1", scanned_at=NINE + HOUR), by=phone)
    take(meetup.front_door, decided(ada.code, "1"), by=add_device(meetup))

    assert inside(meetup.front_door) == {ada.id: NINE}


@pytest.mark.parametrize(("came_at", "waits"), [(NINE - MINUTE, True), (NINE + MINUTE, False)])
def test_whoever_was_let_in_meanwhile_waits_no_more(
    came_at: datetime, meetup: MeetupRef, ada: AttendeeRef, phone: Actor, *, waits: bool
) -> None:
    room_id = db.session.get_one(Door, meetup.session_door).room_id
    with direct_transaction() as within:
        waiting.join(within, room_id, ada.id, NINE)

    take(meetup.session_door, decided(ada.code, "1", scanned_at=came_at), by=phone)

    assert [row.attendee_id for row in db.session.scalars(select(Waiting))] == [ada.id] * waits


def test_where_each_day_counts_anew_the_second_day_begins_a_stay(
    meetup: MeetupRef, ada: AttendeeRef, phone: Actor
) -> None:
    with write_transaction() as session:
        session.execute(update(Event).values(settings={"door": {"daily": True}}))
    tomorrow = NINE + 24 * HOUR

    take(meetup.front_door, decided(ada.code, "1"), decided(ada.code, "2", scanned_at=tomorrow), by=phone)

    assert inside(meetup.front_door) == {ada.id: tomorrow}


def test_offline_admissions_count_above_a_rooms_places(meetup: MeetupRef, phone: Actor) -> None:
    people = [add_attendee(meetup, name) for name in ("Ada", "Ben", "Chidi")]

    take(meetup.session_door, *(decided(p.code, p.name) for p in people), by=phone)

    assert len(inside(meetup.session_door)) == 3
    assert db.session.scalars(select(Room.capacity).where(Room.name == "Small room")).one() == 2


def test_name_and_reason_of_letting_in_anyway_are_kept(meetup: MeetupRef, ada: AttendeeRef, phone: Actor) -> None:
    one(meetup.front_door, decided(ada.code, "1", override=Override("Bea", "On the paper list")), phone)

    assert (kept("1").override_by, kept("1").override_why) == ("Bea", "On the paper list")


def test_admission_taken_back_online_stays_taken_back(meetup: MeetupRef, ada: AttendeeRef, phone: Actor) -> None:
    door = DoorKey(meetup.front_door)
    undo(door, one(meetup.front_door, decided(ada.code, "1"), phone).scan_id, by=phone, at=EVENING)

    take(meetup.front_door, decided(ada.code, "1"), by=phone)

    assert inside(meetup.front_door) == {}


def test_more_readings_than_one_transaction_holds_are_all_written(
    meetup: MeetupRef, ada: AttendeeRef, phone: Actor
) -> None:
    readings = [decided(ada.code, str(number), Verdict.ALREADY_IN) for number in range(uploads.AT_ONCE * 2 + 1)]

    answers = take(meetup.front_door, *readings, by=phone)

    assert len({answer.scan_id for answer in answers if isinstance(answer, Entry)}) == count() == len(readings)


def test_device_of_another_door_may_not_hand_in(meetup: MeetupRef, ada: AttendeeRef) -> None:
    other = add_device(meetup, "Other", doors=[meetup.session_door])

    with pytest.raises(NotFound):
        take(meetup.front_door, decided(ada.code, "1"), by=other)
    assert count() == 0


def test_handing_in_is_a_contact(meetup: MeetupRef, ada: AttendeeRef, phone: Actor) -> None:
    one(meetup.front_door, decided(ada.code, "1"), phone)

    assert db.session.get_one(Device, phone.device_id).last_contact_at == EVENING


def test_who_came_while_the_door_was_offline_gets_names_to_meet(
    meetup: MeetupRef, ada: AttendeeRef, phone: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    announced: list[bool] = []
    monkeypatch.setattr(newcomers, "announce", lambda: announced.append(True))

    one(meetup.front_door, decided(ada.code, "1", Verdict.BARRED), phone)
    one(meetup.session_door, decided(ada.code, "2"), phone)
    assert announced == []
    one(meetup.front_door, decided(ada.code, "3"), phone)
    assert announced == [True]


def test_both_databases_take_over_the_same(either_app: Flask) -> None:
    meetup = add_meetup()
    ada, phone = add_attendee(meetup, "Ada"), add_device(meetup)
    far_off = decided(ada.code, "1", scanned_at=NINE - 90 * 24 * HOUR, clock_offset=90 * 24 * 3_600_000)

    for reading in (far_off, far_off, decided("?", "2"), decided(ada.code, "3", Verdict.EXITED, scanned_at=EVENING)):
        one(meetup.front_door, reading, phone)

    stay = db.session.scalars(select(Presence)).one()
    assert (stay.since, stay.left_at, count()) == (NINE, EVENING, 3)
