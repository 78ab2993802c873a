"""Those who take part online check in by joining, and take no place in the building."""

from typing import Any

import pytest
from flask import Flask

from eventmatch.domain.door_rules import EVER
from eventmatch.domain.errors import Conflict, NotFound
from eventmatch.domain.states import AttendeeStatus, Came, DeviceKind, Direction, Mode
from eventmatch.domain.verdicts import Verdict
from eventmatch.models import arrival
from eventmatch.models.base import db, write_transaction
from eventmatch.models.device import Device
from eventmatch.models.event import Event, Room
from eventmatch.models.scan import Scan
from eventmatch.services import attendee_list, joining
from eventmatch.services.people import at_once
from tests.cast import HOUR, NINE, AttendeeRef, MeetupRef, add_attendee, add_device, add_meetup, add_member, add_person
from tests.services.test_checkin import read

URL = "https://meet.example.org/spring"


def with_link(meetup: MeetupRef, url: str = URL) -> MeetupRef:
    """Give an event its link."""
    with write_transaction() as session:
        session.get_one(Event, meetup.id).settings = {"join_url": url}
    return meetup


def online(meetup: MeetupRef, name: str = "Emeka", **columns: Any) -> AttendeeRef:
    """Add somebody who takes part online."""
    return add_attendee(meetup, name, **{"mode": Mode.ONLINE} | columns)


def test_joining_is_a_scan_by_the_link_and_shows_the_address(either_app: Flask) -> None:
    meetup = with_link(add_meetup())
    emeka = online(meetup)

    joined = joining.join(emeka.actor, "meetup", now=NINE)

    assert (joined.entry.verdict, joined.url) == (Verdict.ADMITTED, URL)
    assert db.session.query(Device.kind).join(Scan, Scan.device_id == Device.id).scalar() is DeviceKind.LINK


def test_joining_again_leads_in_again_and_checks_in_once(meetup: MeetupRef) -> None:
    emeka = online(with_link(meetup))

    verdicts = [joining.join(emeka.actor, "meetup", now=NINE + n * HOUR).entry.verdict for n in range(3)]

    assert verdicts == [Verdict.ADMITTED, Verdict.ALREADY_IN, Verdict.ALREADY_IN]


def test_whoever_joined_is_in_and_takes_no_place_in_the_building(either_app: Flask) -> None:
    meetup = with_link(add_meetup())
    with write_transaction() as session:
        session.query(Room).filter_by(is_venue=True).update({"capacity": 1})
    ada, emeka = add_attendee(meetup, "Ada"), online(meetup)
    joining.join(emeka.actor, "meetup", now=NINE)

    answer = read(meetup, add_device(meetup), ada.code)

    assert (answer.verdict, answer.room.inside) == (Verdict.ADMITTED, 1)
    assert arrival.arrived_since(emeka.id, EVER) == NINE
    assert at_once(emeka.actor, "meetup", now=NINE) == ()


def test_the_list_says_who_joined_online(meetup: MeetupRef) -> None:
    oona, emeka = add_member(meetup, "Oona"), online(with_link(meetup))
    joining.join(emeka.actor, "meetup", now=NINE)

    [line] = attendee_list.listing(oona, "meetup", now=NINE + HOUR).lines
    assert (line.how, line.arrived_at) == (Came.ONLINE, NINE)


def test_whoever_comes_to_the_venue_as_well_is_one_person_there(meetup: MeetupRef) -> None:
    oona, emeka = add_member(meetup, "Oona"), online(with_link(meetup), mode=Mode.EITHER)
    joining.join(emeka.actor, "meetup", now=NINE)
    read(meetup, add_device(meetup), emeka.code, at=NINE + HOUR)

    [line] = attendee_list.listing(oona, "meetup", now=NINE + HOUR).lines
    assert (line.how, line.arrived_at) == (Came.SEEN, NINE + HOUR)
    assert arrival.venue_counts(meetup.id, EVER) == (1, 1)


def test_whoever_is_at_the_venue_is_not_asked_to_join_until_they_leave_it(meetup: MeetupRef) -> None:
    tablet, emeka = add_device(meetup), online(with_link(meetup), mode=Mode.EITHER)
    offered = [joining.is_offered(emeka.actor, "meetup", now=NINE)]
    for direction in (Direction.IN, Direction.OUT):
        read(meetup, tablet, emeka.code, direction=direction)
        offered.append(joining.is_offered(emeka.actor, "meetup", now=NINE))

    assert offered == [True, False, True]


def test_whoever_joined_finds_the_way_in_again(meetup: MeetupRef) -> None:
    emeka = online(with_link(meetup))
    joining.join(emeka.actor, "meetup", now=NINE)

    assert joining.is_offered(emeka.actor, "meetup", now=NINE + HOUR)


CLOSED: list[tuple[dict[str, Any], Any, str]] = [
    ({"mode": Mode.IN_PERSON}, NINE, URL),
    ({"barred_at": NINE}, NINE, URL),
    ({"status": AttendeeStatus.CANCELLED}, NINE, URL),
    ({"status": AttendeeStatus.WAITLISTED}, NINE, URL),
    ({}, NINE - 2 * HOUR, URL),
    ({}, NINE + 8 * HOUR, URL),
    ({}, NINE, ""),
    ({}, NINE, "http://meet.example.org"),
]


@pytest.mark.parametrize(("columns", "at", "url"), CLOSED)
def test_the_link_is_for_those_online_with_a_place_while_the_doors_are_open(
    columns: dict[str, Any], at: Any, url: str, meetup: MeetupRef
) -> None:
    emeka = online(with_link(meetup, url), **columns)

    assert not joining.is_offered(emeka.actor, "meetup", now=at)
    with pytest.raises(Conflict):
        joining.join(emeka.actor, "meetup", now=at)


def test_whoever_has_no_place_does_not_get_the_link(meetup: MeetupRef) -> None:
    with pytest.raises(NotFound):
        joining.join(add_person("Stella"), with_link(meetup).slug, now=NINE)
