"""What a paired browser sees."""

import pytest

from eventmatch.domain.actor import NOBODY, Actor
from eventmatch.domain.errors import Invalid, NotFound
from eventmatch.domain.readings import DoorKey, Reading
from eventmatch.domain.states import AttendeeStatus
from eventmatch.services import door
from eventmatch.services.checkin import scan
from tests.cast import NINE, AttendeeRef, MeetupRef, add_attendee, add_device, add_meetup


@pytest.fixture
def tablet(meetup: MeetupRef) -> Actor:
    return add_device(meetup)


def names(meetup: MeetupRef, by: Actor, typed: str) -> list[str]:
    """Search at the front door."""
    return [person.name for person in door.search(meetup.front_door, typed, by=by, now=NINE)]


def test_search_forgives_accents_and_case(meetup: MeetupRef, ada: AttendeeRef, tablet: Actor) -> None:
    add_attendee(meetup, "Lena Brückner")

    assert names(meetup, tablet, "BRUCK") == ["Lena Brückner"]


def test_search_finds_by_organisation_too(meetup: MeetupRef, tablet: Actor) -> None:
    add_attendee(meetup, "Lena", organisation="Halden Mutual")

    assert names(meetup, tablet, "hald") == ["Lena"]


@pytest.mark.parametrize("typed", ["", "a", " a ", "%%", "a%", "_._"])
def test_nobody_browses_the_list_of_everybody(typed: str, meetup: MeetupRef, ada: AttendeeRef, tablet: Actor) -> None:
    with pytest.raises(Invalid):
        names(meetup, tablet, typed)


def test_search_ends_at_twenty(meetup: MeetupRef, tablet: Actor) -> None:
    for number in range(22):
        add_attendee(meetup, f"Guest {number}", email=f"guest{number}@example.org")

    assert len(names(meetup, tablet, "guest")) == 20


def test_search_stays_within_the_event(meetup: MeetupRef, tablet: Actor) -> None:
    add_attendee(add_meetup("foreign"), "Zoe")

    assert names(meetup, tablet, "zoe") == []


def test_found_number_lets_in_and_the_state_is_shown(meetup: MeetupRef, ada: AttendeeRef, tablet: Actor) -> None:
    add_attendee(meetup, "Adam", status=AttendeeStatus.CANCELLED)
    found = door.search(meetup.front_door, "ada", by=tablet, now=NINE)

    scan(DoorKey(meetup.front_door), Reading(found[0].number, "1"), by=tablet, at=NINE)

    again = door.search(meetup.front_door, "ada", by=tablet, now=NINE)
    assert [(person.name, person.status.value, person.since) for person in again] == [
        ("Ada Okafor", "confirmed", NINE),
        ("Adam", "cancelled", None),
    ]


def test_page_of_a_door_is_for_its_devices_alone(meetup: MeetupRef, ada: AttendeeRef) -> None:
    inner_only = add_device(meetup, "Inner", doors=[meetup.session_door])

    for actor in (NOBODY, ada.actor, inner_only):
        with pytest.raises(NotFound):
            door.look(meetup.front_door, by=actor, now=NINE)
        with pytest.raises(NotFound):
            door.search(meetup.front_door, "ada", by=actor, now=NINE)


def test_page_counts_this_doors_room(meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef, tablet: Actor) -> None:
    scan(DoorKey(meetup.front_door), Reading(ada.code, "1"), by=tablet, at=NINE)

    front, small = (door.look(door_id, by=tablet, now=NINE) for door_id in (meetup.front_door, meetup.session_door))

    assert (front.inside, front.capacity, front.arrivals.expected, front.last_five_minutes) == (1, None, 1, 1)
    assert (small.inside, small.capacity, [other.name for other in small.others]) == (0, 2, ["Front door"])
