"""The log shows every scan as it was, and what is taken back stays in it."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from eventmatch.domain.actor import Actor
from eventmatch.domain.errors import Conflict, Invalid, NotFound
from eventmatch.domain.readings import DoorKey, Reading
from eventmatch.domain.states import Direction, MemberRole
from eventmatch.domain.verdicts import Verdict
from eventmatch.models.base import db
from eventmatch.models.scan import Presence, Scan
from eventmatch.models.work import Audit
from eventmatch.services.arrivals import arrivals
from eventmatch.services.checkin import scan
from eventmatch.services.door_log import PAGE, line, log, take_back
from eventmatch.services.entries import Entry
from tests.cast import NINE, AttendeeRef, MeetupRef, add_attendee, add_device, add_meetup, add_member

MINUTE = timedelta(minutes=1)


@pytest.fixture
def tablet(meetup: MeetupRef) -> Actor:
    return add_device(meetup)


def read(
    meetup: MeetupRef, tablet: Actor, code: str, minute: int = 0, *, out: bool = False, door: int | None = None
) -> Entry:
    """Scan a code at the front door or another one."""
    reading = Reading(code, f"{minute}", Direction.OUT if out else Direction.IN)
    return scan(DoorKey(door or meetup.front_door), reading, by=tablet, at=NINE + minute * MINUTE)


def test_the_latest_scan_is_on_top_whoever_it_was(
    meetup: MeetupRef, oona: Actor, tablet: Actor, ada: AttendeeRef
) -> None:
    for minute, code in enumerate([ada.code, ada.code, "nonsense"]):
        read(meetup, tablet, code, minute)

    lines = log(oona, "meetup").lines

    assert [(line.verdict, line.name, line.door, line.device) for line in lines] == [
        (Verdict.UNKNOWN, None, "Front door", "Tablet"),
        (Verdict.ALREADY_IN, ada.name, "Front door", "Tablet"),
        (Verdict.ADMITTED, ada.name, "Front door", "Tablet"),
    ]
    assert [line.counts for line in lines] == [False, False, True]


def test_a_part_of_the_log_can_be_asked_for(
    meetup: MeetupRef, oona: Actor, tablet: Actor, ada: AttendeeRef, ben: AttendeeRef
) -> None:
    for minute, code in enumerate([ada.code, ben.code, ada.code]):
        read(meetup, tablet, code, minute)

    assert [line.name for line in log(oona, "meetup", attendee_id=ben.id).lines] == [ben.name]
    assert [line.verdict for line in log(oona, "meetup", refused_only=True).lines] == [Verdict.ALREADY_IN]


def test_pages_follow_each_other_without_gap_or_repeat(meetup: MeetupRef, oona: Actor, tablet: Actor) -> None:
    everything = [read(meetup, tablet, "nonsense", minute).scan_id for minute in range(PAGE + 3)]

    first = log(oona, "meetup")
    second = log(oona, "meetup", before=first.before)

    assert [line.id for line in first.lines + second.lines] == everything[::-1]
    assert (len(first.lines), second.before) == (PAGE, None)


def test_a_wrong_admission_is_taken_back_hours_later_with_name_and_reason(either_app: Flask) -> None:
    meetup = add_meetup()
    oona, tablet, ada = add_member(meetup, "Oona"), add_device(meetup), add_attendee(meetup, "Ada")
    admitted = read(meetup, tablet, ada.code)

    take_back(oona, "meetup", admitted.scan_id, "It was her sister", now=NINE + 120 * MINUTE)

    [shown] = log(oona, "meetup").lines
    assert (shown.undone_by, shown.undone_why, shown.counts) == ("Oona", "It was her sister", False)
    assert (arrivals(meetup.id, NINE).inside, arrivals(meetup.id, NINE).expected) == (0, 1)
    assert db.session.scalar(select(Audit.action).order_by(Audit.id.desc()).limit(1)) == "scan taken back"


def test_a_wrong_exit_is_taken_back_and_they_are_inside_since_they_came(
    meetup: MeetupRef, oona: Actor, tablet: Actor, ada: AttendeeRef
) -> None:
    read(meetup, tablet, ada.code)
    left = read(meetup, tablet, ada.code, 5, out=True)

    take_back(oona, "meetup", left.scan_id, "Only had a look outside", now=NINE + 9 * MINUTE)

    stay = db.session.scalars(select(Presence)).one()
    assert (stay.since, stay.left_at) == (NINE, None)


def test_what_was_taken_back_is_not_taken_back_again(
    meetup: MeetupRef, oona: Actor, tablet: Actor, ada: AttendeeRef
) -> None:
    admitted = read(meetup, tablet, ada.code)
    take_back(oona, "meetup", admitted.scan_id, "Mistake", now=NINE)

    with pytest.raises(Conflict):
        take_back(oona, "meetup", admitted.scan_id, "Mistake", now=NINE)

    assert len(db.session.scalars(select(Scan.id)).all()) == 2


def test_without_a_reason_nothing_is_taken_back(
    meetup: MeetupRef, oona: Actor, tablet: Actor, ada: AttendeeRef
) -> None:
    admitted = read(meetup, tablet, ada.code)

    with pytest.raises(Invalid, match="Say why"):
        take_back(oona, "meetup", admitted.scan_id, "  ", now=NINE)

    assert line(oona, "meetup", admitted.scan_id).counts


def test_another_events_scan_is_as_good_as_missing(meetup: MeetupRef, tablet: Actor, ada: AttendeeRef) -> None:
    admitted = read(meetup, tablet, ada.code)
    owner = add_member(add_meetup("elsewhere"), "Fremder", MemberRole.OWNER)

    for act in (
        lambda: line(owner, "elsewhere", admitted.scan_id),
        lambda: log(owner, "elsewhere", attendee_id=ada.id),
    ):
        with pytest.raises(NotFound):
            act()
