"""Guests check themselves in: old codes are refused, twice is once, and the door's verdicts hold."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from eventmatch.domain.actor import NOBODY, Actor
from eventmatch.domain.door_rules import EVER
from eventmatch.domain.errors import Conflict, NotFound, SignInNeeded
from eventmatch.domain.readings import DoorKey
from eventmatch.domain.states import AttendeeStatus, Came, DeviceKind, Direction, Purpose
from eventmatch.domain.verdicts import Verdict
from eventmatch.domain.welcome import SEEN_LASTS, STEP, Seen
from eventmatch.formats.spreadsheet import read_table
from eventmatch.models import arrival
from eventmatch.models.base import db, write_transaction
from eventmatch.models.check_in import self_reported, ways_in
from eventmatch.models.device import Device
from eventmatch.models.event import Room
from eventmatch.models.scan import Presence, Scan, inside
from eventmatch.models.ticket import Ticket
from eventmatch.services import attendee_list, attendees, desk, exports, here, undo, welcome
from eventmatch.services.here import Standing
from tests.cast import HOUR, NINE, AttendeeRef, MeetupRef, add_attendee, add_device, add_meetup, add_member, add_person
from tests.services.test_checkin import read
from tests.services.test_welcome import SITE, allow, code_on_poster, code_on_screen

MINUTE = timedelta(minutes=1)


def seen_at(meetup: MeetupRef, at: datetime = NINE, kind: DeviceKind = DeviceKind.SCREEN) -> Seen:
    """Return what a browser keeps that read a code."""
    return Seen(meetup.id, meetup.front_door, kind, at)


def tap(meetup: MeetupRef, who: AttendeeRef, at: datetime = NINE, **seen: Any) -> Verdict:
    """Tap “I'm here” with a code read at this moment."""
    return here.check_in(who.actor, meetup.slug, seen_at(meetup, at, **seen), now=at).verdict


def standing(meetup: MeetupRef, by: Actor, at: datetime = NINE, seen: Seen | None = None) -> Standing:
    """Return where somebody stands who has just read the screen."""
    return here.look(by, meetup.slug, seen or seen_at(meetup, at), now=at).standing


def admissions() -> int:
    """Count the scans that let somebody in."""
    return db.session.scalar(select(func.count()).where(Scan.verdict == Verdict.ADMITTED)) or 0


def test_a_tap_lets_in_through_the_one_door(either_app: Flask) -> None:
    meetup = add_meetup()
    ada = add_attendee(meetup, "Ada")
    seen = welcome.read("meetup", code_on_screen(meetup), site=SITE, now=NINE)

    entry = here.check_in(ada.actor, "meetup", seen, now=NINE)

    assert entry.verdict is Verdict.ADMITTED
    scan = db.session.query(Scan).one()
    assert (scan.door_id, db.session.get_one(Device, scan.device_id).kind) == (meetup.front_door, DeviceKind.SCREEN)
    assert arrival.arrived_since(ada.id, EVER) == NINE


def test_the_same_attendee_twice_is_one_check_in(either_app: Flask) -> None:
    meetup = add_meetup()
    ada = add_attendee(meetup, "Ada")

    answers = [tap(meetup, ada), tap(meetup, ada), tap(meetup, ada, NINE + HOUR)]

    assert answers == [Verdict.ADMITTED, Verdict.ADMITTED, Verdict.ALREADY_IN]
    assert (admissions(), db.session.query(Presence).count()) == (1, 1)


def test_two_attendees_with_one_code_are_both_in(either_app: Flask) -> None:
    meetup = add_meetup()
    ada, ben = add_attendee(meetup, "Ada"), add_attendee(meetup, "Ben")
    code = code_on_screen(meetup)

    for who in (ada, ben):
        seen = welcome.read("meetup", code, site=SITE, now=NINE + STEP)
        assert here.check_in(who.actor, "meetup", seen, now=NINE + STEP).verdict is Verdict.ADMITTED

    assert (admissions(), db.session.query(Device).count()) == (2, 1)


def test_the_code_counts_while_the_mail_is_looked_for_and_no_longer(meetup: MeetupRef, ada: AttendeeRef) -> None:
    seen = seen_at(meetup)

    with pytest.raises(Conflict):
        here.check_in(ada.actor, "meetup", seen, now=NINE + SEEN_LASTS)
    assert here.check_in(ada.actor, "meetup", seen, now=NINE + SEEN_LASTS - MINUTE).verdict is Verdict.ADMITTED


def test_without_a_code_of_this_event_nothing_happens(meetup: MeetupRef, ada: AttendeeRef) -> None:
    for seen in (None, seen_at(add_meetup("elsewhere")), seen_at(meetup, kind=DeviceKind.POSTER)):
        with pytest.raises(Conflict):
            here.check_in(ada.actor, "meetup", seen, now=NINE)

    assert db.session.query(Scan).count() == 0


def test_whoever_has_no_place_checks_nobody_in(meetup: MeetupRef) -> None:
    for who, refusal in ((NOBODY, SignInNeeded), (add_person("Stella"), NotFound)):
        with pytest.raises(refusal):
            here.check_in(who, "meetup", seen_at(meetup), now=NINE)


VERDICTS: list[tuple[dict[str, Any], datetime, Verdict]] = [
    ({"barred_at": NINE}, NINE, Verdict.BARRED),
    ({"status": AttendeeStatus.CANCELLED}, NINE, Verdict.CANCELLED),
    ({"status": AttendeeStatus.WAITLISTED}, NINE, Verdict.WAITLISTED),
    ({}, NINE - 2 * HOUR, Verdict.NOT_YET_OPEN),
    ({}, NINE + 9 * HOUR, Verdict.CLOSED),
]


@pytest.mark.parametrize(("columns", "at", "verdict"), VERDICTS)
def test_the_doors_verdicts_hold(columns: dict[str, Any], at: datetime, verdict: Verdict, meetup: MeetupRef) -> None:
    ada = add_attendee(meetup, "Ada", **columns)

    assert tap(meetup, ada, at) is verdict
    assert inside(db.session.query(Room.id).filter_by(is_venue=True).scalar()) == 0


def test_a_full_venue_is_full_for_those_who_check_themselves_in(either_app: Flask) -> None:
    meetup = add_meetup()
    with write_transaction() as session:
        session.query(Room).filter_by(is_venue=True).update({"capacity": 1})
    ada, ben = add_attendee(meetup, "Ada"), add_attendee(meetup, "Ben")

    assert [tap(meetup, ada), tap(meetup, ben)] == [Verdict.ADMITTED, Verdict.ROOM_FULL]


def test_whoever_was_early_is_judged_anew_a_minute_later(meetup: MeetupRef, ada: AttendeeRef) -> None:
    opens = NINE - HOUR

    assert [tap(meetup, ada, opens - MINUTE), tap(meetup, ada, opens)] == [Verdict.NOT_YET_OPEN, Verdict.ADMITTED]


def test_whoever_went_out_comes_back_within_the_same_minute(meetup: MeetupRef, ada: AttendeeRef) -> None:
    tablet = add_device(meetup)
    tap(meetup, ada)
    read(meetup, tablet, ada.code, direction=Direction.OUT, at=NINE)

    assert tap(meetup, ada) is Verdict.ADMITTED
    assert inside(db.session.query(Room.id).filter_by(is_venue=True).scalar()) == 1


def test_an_impatient_guest_leaves_one_line_a_minute(meetup: MeetupRef) -> None:
    harald = add_attendee(meetup, "Harald", barred_at=NINE)
    for second in range(0, 60, 5):
        tap(meetup, harald, NINE + timedelta(seconds=second))

    assert db.session.query(Scan).count() == 1


STANDINGS: list[tuple[dict[str, Any], bool, Standing]] = [
    ({}, False, Standing.READY),
    ({"barred_at": NINE}, True, Standing.READY),
    ({"status": AttendeeStatus.WAITLISTED}, True, Standing.WAITING),
    ({"status": AttendeeStatus.CANCELLED}, False, Standing.READY),
    ({"status": AttendeeStatus.CANCELLED}, True, Standing.REGISTER),
    ({"status": AttendeeStatus.PENDING, "held_until": NINE}, False, Standing.REGISTER),
]


@pytest.mark.parametrize(("columns", "walk_ins", "expected"), STANDINGS)
def test_each_place_has_its_page(
    columns: dict[str, Any], expected: Standing, meetup: MeetupRef, *, walk_ins: bool
) -> None:
    allow(meetup, walk_ins=walk_ins)

    assert standing(meetup, add_attendee(meetup, "Ada", **columns).actor) is expected


def test_who_has_no_place_may_register_only_where_that_is_allowed(meetup: MeetupRef) -> None:
    stella = add_person("Stella")
    before = standing(meetup, stella)
    allow(meetup, walk_ins=True)

    assert (before, standing(meetup, stella)) == (Standing.NO_PLACE, Standing.REGISTER)


def test_nobody_signed_in_is_asked_for_an_address_whoever_they_are(meetup: MeetupRef, ada: AttendeeRef) -> None:
    assert standing(meetup, NOBODY) is Standing.SIGN_IN
    assert here.look(NOBODY, "meetup", None, now=NINE).standing is Standing.SCAN


def test_after_the_event_nobody_is_asked_for_anything(meetup: MeetupRef, ada: AttendeeRef) -> None:
    assert standing(meetup, ada.actor, NINE + 8 * HOUR) is Standing.OVER


def test_who_is_in_is_in_until_they_leave(meetup: MeetupRef, ada: AttendeeRef) -> None:
    tap(meetup, ada)
    during = standing(meetup, ada.actor)
    read(meetup, add_device(meetup), ada.code, direction=Direction.OUT, at=NINE + HOUR)

    assert (during, standing(meetup, ada.actor, NINE + 2 * HOUR)) == (Standing.INSIDE, Standing.READY)


def test_where_each_day_counts_anew_one_is_in_for_a_day(app: Flask) -> None:
    camp = add_meetup("camp", ends_at=NINE + 56 * HOUR)
    ada = add_attendee(camp, "Ada")
    tap(camp, ada)
    usual = standing(camp, ada.actor, NINE + 24 * HOUR)
    allow(camp, daily=True)

    assert (usual, standing(camp, ada.actor, NINE + 24 * HOUR)) == (Standing.INSIDE, Standing.READY)


def by_poster(meetup: MeetupRef, who: AttendeeRef) -> None:
    """Check in with the poster."""
    allow(meetup, poster=True)
    seen = welcome.read("meetup", code_on_poster(meetup), site=SITE, now=NINE)
    assert here.check_in(who.actor, "meetup", seen, now=NINE).verdict is Verdict.ADMITTED


def test_a_poster_check_in_is_marked_in_list_page_export_and_desk(either_app: Flask) -> None:
    meetup = add_meetup()
    oona = add_member(meetup, "Oona")
    agreed = [Purpose.ORGANISER_EXPORT]
    ada, ben, _ = (add_attendee(meetup, name, consents=agreed) for name in ("Ada", "Ben", "Chidi"))
    by_poster(meetup, ada)
    tap(meetup, ben)

    lines = attendee_list.listing(oona, "meetup", now=NINE).lines
    assert [(line.name, line.how, line.arrived_at) for line in lines] == [
        ("Ada", Came.SELF_REPORTED, NINE),
        ("Ben", Came.SEEN, NINE),
        ("Chidi", Came.SEEN, None),
    ]
    assert attendees.attendee(oona, "meetup", ada.id, now=NINE).how is Came.SELF_REPORTED
    assert attendees.attendee(oona, "meetup", ben.id, now=NINE).how is Came.SEEN
    assert desk.desk(oona, "meetup", now=NINE).self_reported == 1
    file = b"".join(exports.contacts(oona, "meetup", "csv", now=NINE).body)
    assert [(row.cells["Name"], row.cells["Checked in"], row.cells["How"]) for row in read_table(file).rows] == [
        ("Ada", "2027-03-04 10:00", "self-reported"),
        ("Ben", "2027-03-04 10:00", "at the venue"),
        ("Chidi", "", ""),
    ]


def test_whoever_staff_see_later_is_no_longer_self_reported(meetup: MeetupRef, ada: AttendeeRef) -> None:
    by_poster(meetup, ada)
    before, tablet = self_reported(meetup.id), add_device(meetup)
    answer = read(meetup, tablet, ada.code, at=NINE + HOUR)

    assert (before, answer.verdict, self_reported(meetup.id)) == ({ada.id}, Verdict.ALREADY_IN, set())


def test_an_undone_admission_by_staff_proves_nothing(meetup: MeetupRef, ada: AttendeeRef) -> None:
    by_poster(meetup, ada)
    tablet = add_device(meetup)
    entry = read(meetup, tablet, ada.badge, inner=True)
    undo.undo(DoorKey(meetup.session_door), entry.scan_id, by=tablet, at=NINE)

    assert self_reported(meetup.id) == {ada.id}


def test_each_event_has_its_own_self_reported(meetup: MeetupRef, ada: AttendeeRef) -> None:
    by_poster(meetup, ada)

    assert self_reported(add_meetup("elsewhere").id) == set()
    assert ways_in(meetup.id, []) == {}


def test_a_ticket_that_was_never_issued_is_no_fault_of_ours(meetup: MeetupRef, ada: AttendeeRef) -> None:
    with write_transaction() as session:
        session.query(Ticket).delete()

    with pytest.raises(Conflict):
        tap(meetup, ada)
