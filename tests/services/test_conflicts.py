"""Conflicts as the organiser reads them."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, update

from eventmatch.domain.actor import Actor
from eventmatch.domain.errors import NotFound
from eventmatch.domain.readings import DoorKey, Override, Reading
from eventmatch.domain.states import AttendeeStatus, Direction, MemberRole, TicketKind
from eventmatch.domain.verdicts import Verdict
from eventmatch.models.attendee import Attendee
from eventmatch.models.base import db, write_transaction
from eventmatch.models.event import Event
from eventmatch.services import attendees, conflicts, desk, tickets, uploads
from eventmatch.services.checkin import scan
from eventmatch.services.conflicts import Conflicts, Side
from eventmatch.services.entries import Entry
from eventmatch.services.undo import undo
from tests.cast import NINE, AttendeeRef, MeetupRef, add_attendee, add_device, add_meetup, add_member

MINUTE = timedelta(minutes=1)
EVENING = NINE + timedelta(hours=7)


@pytest.fixture
def phones(meetup: MeetupRef) -> list[Actor]:
    """Return two phones that were offline."""
    return [add_device(meetup, name) for name in ("Phone", "Tablet")]


def let_in(door: int, by: Actor, code: str, at: datetime = NINE, *, anyway: bool = False) -> int:
    """Let a device decide alone that somebody comes in, and hand that in; return the scan."""
    why = Override("Bea", "On the list") if anyway else None
    reading = Reading(code, f"{door} {code} {at}", Direction.IN, at, why, decided=Verdict.ADMITTED)
    [answer] = uploads.take(DoorKey(door), [reading], by=by, at=EVENING)
    assert isinstance(answer, Entry)
    return answer.scan_id


def listing(by: Actor) -> Conflicts:
    return conflicts.listing(by, "meetup")


def count(meetup: MeetupRef) -> int:
    return conflicts.count(db.session.get_one(Event, meetup.id))


def test_double_admission_is_told_with_both_doors_times_and_devices(
    meetup: MeetupRef, ada: AttendeeRef, phones: list[Actor], oona: Actor
) -> None:
    let_in(meetup.front_door, phones[1], ada.code, NINE + MINUTE)
    let_in(meetup.front_door, phones[0], ada.code)

    [line] = listing(oona).twice_in

    assert (line.attendee_id, line.name) == (ada.id, "Ada Okafor")
    assert line.first == Side(NINE, "Front door", "Venue", "Phone", offline=True)
    assert line.second == Side(NINE + MINUTE, "Front door", "Venue", "Tablet", offline=True)


def test_online_admission_that_an_offline_door_did_not_know_of_is_told(
    meetup: MeetupRef, ada: AttendeeRef, phones: list[Actor], oona: Actor
) -> None:
    scan(DoorKey(meetup.front_door), Reading(ada.code, "1"), by=phones[0], at=NINE)
    let_in(meetup.front_door, phones[1], ada.code, NINE + MINUTE)

    [line] = listing(oona).twice_in

    assert (line.first.offline, line.second.offline) == (False, True)


def test_event_whose_doors_were_online_has_none(meetup: MeetupRef, ada: AttendeeRef, oona: Actor) -> None:
    tablet = add_device(meetup)
    for nonce in "12":
        scan(DoorKey(meetup.front_door), Reading(ada.code, nonce), by=tablet, at=NINE)

    found = listing(oona)

    assert (found.twice_in, found.let_in, found.too_full, found.strangers) == ((), (), (), ())
    assert count(meetup) == 0


def test_admission_taken_back_ends_the_conflict(
    meetup: MeetupRef, ada: AttendeeRef, phones: list[Actor], oona: Actor
) -> None:
    let_in(meetup.front_door, phones[0], ada.code)
    second = let_in(meetup.front_door, phones[1], ada.code, NINE + MINUTE)
    assert count(meetup) == 1

    undo(DoorKey(meetup.front_door), second, by=phones[1], at=EVENING)

    assert (listing(oona).twice_in, count(meetup)) == ((), 0)


@pytest.mark.parametrize(
    ("standing", "why"),
    [
        ({"barred_at": NINE - MINUTE}, Verdict.BARRED),
        ({"barred_at": NINE + MINUTE}, None),
        ({"status": AttendeeStatus.CANCELLED}, Verdict.CANCELLED),
        ({"status": AttendeeStatus.WAITLISTED, "waiting_since": NINE - MINUTE}, Verdict.WAITLISTED),
    ],
)
def test_who_should_not_have_been_let_in_is_told(
    standing: dict[str, object],
    why: Verdict | None,
    meetup: MeetupRef,
    ada: AttendeeRef,
    phones: list[Actor],
    oona: Actor,
) -> None:
    let_in(meetup.front_door, phones[0], ada.code)
    with write_transaction() as session:
        session.execute(update(Attendee).where(Attendee.id == ada.id).values(standing))

    found = [(line.name, line.why, line.side.door) for line in listing(oona).let_in]

    assert found == ([("Ada Okafor", why, "Front door")] if why else [])


@pytest.mark.parametrize(("replaced", "told"), [(NINE - MINUTE, [Verdict.REVOKED]), (NINE + MINUTE, [])])
def test_code_that_had_been_replaced_is_told_if_it_had(
    replaced: datetime, told: list[Verdict], meetup: MeetupRef, ada: AttendeeRef, phones: list[Actor], oona: Actor
) -> None:
    let_in(meetup.front_door, phones[0], ada.code)
    with write_transaction() as session:
        tickets.issue(session.get_one(Attendee, ada.id), now=replaced)

    assert [line.why for line in listing(oona).let_in] == told


def test_letting_in_anyway_is_a_decision_and_no_conflict(meetup: MeetupRef, phones: list[Actor], oona: Actor) -> None:
    ben = add_attendee(meetup, "Ben", status=AttendeeStatus.CANCELLED)

    let_in(meetup.front_door, phones[0], ben.code, anyway=True)

    assert listing(oona).let_in == ()


def test_room_that_was_too_full_is_told_with_how_many_and_when(
    meetup: MeetupRef, phones: list[Actor], oona: Actor
) -> None:
    people = [add_attendee(meetup, name) for name in ("Ada", "Ben", "Chidi", "Dana")]
    speaker = add_attendee(meetup, "Grace", kind=TicketKind.SPEAKER)
    for minute, person in enumerate([*people, speaker]):
        let_in(meetup.session_door, phones[minute % 2], person.code, NINE + minute * MINUTE)

    [room] = listing(oona).too_full

    assert (room.room, room.capacity, room.since) == ("Small room", 2, NINE + 2 * MINUTE)
    assert (room.people, room.people_at, room.too_many) == (5, NINE + 4 * MINUTE, 2)


def test_somebody_nobody_knows_is_told(meetup: MeetupRef, phones: list[Actor], oona: Actor) -> None:
    let_in(meetup.front_door, phones[0], "no code of ours")

    assert listing(oona).strangers == (Side(NINE, "Front door", "Venue", "Phone", offline=True),)
    assert count(meetup) == 1


def test_where_each_day_counts_anew_tomorrow_is_no_conflict(
    meetup: MeetupRef, ada: AttendeeRef, phones: list[Actor], oona: Actor
) -> None:
    with write_transaction() as session:
        session.execute(update(Event).values(settings={"door": {"daily": True}}))
    for at in (NINE, NINE + timedelta(days=1)):
        let_in(meetup.front_door, phones[0], ada.code, at)

    assert listing(oona).twice_in == ()


def test_attendees_page_shows_theirs_and_nobody_elses(
    meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef, phones: list[Actor], oona: Actor
) -> None:
    for person in (ada, ben):
        for phone in phones:
            let_in(meetup.front_door, phone, person.code)
    with write_transaction() as session:
        session.execute(update(Attendee).where(Attendee.id == ben.id).values(barred_at=NINE - MINUTE))

    found = {person.id: attendees.attendee(oona, "meetup", person.id, now=NINE).conflicts for person in (ada, ben)}

    assert [line.name for line in found[ada.id].twice_in] == ["Ada Okafor"]
    assert found[ada.id].let_in == ()
    assert [line.why for line in found[ben.id].let_in] == [Verdict.BARRED] * 2


def test_desk_counts_them(meetup: MeetupRef, ada: AttendeeRef, phones: list[Actor], oona: Actor) -> None:
    for phone in phones:
        let_in(meetup.front_door, phone, ada.code)

    assert desk.desk(oona, "meetup", now=EVENING).conflicts == 1


def test_who_was_erased_is_in_no_conflict(
    meetup: MeetupRef, ada: AttendeeRef, phones: list[Actor], oona: Actor
) -> None:
    for phone in phones:
        let_in(meetup.front_door, phone, ada.code)
    with write_transaction() as session:
        session.execute(delete(Attendee).where(Attendee.id == ada.id))

    assert listing(oona).twice_in == ()


def test_conflicts_are_the_teams_own(meetup: MeetupRef, ada: AttendeeRef) -> None:
    stranger = add_member(add_meetup("other"), "Fremder", MemberRole.OWNER)

    for by in (stranger, ada.actor):
        with pytest.raises(NotFound):
            listing(by)
    assert listing(add_member(meetup, "Ulrike", MemberRole.VIEWER)).event.slug == "meetup"
