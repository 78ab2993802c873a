"""A kiosk in front of everybody: it lets in who shows a code, names hardly anybody, and is locked."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from eventmatch.domain.actor import NOBODY, Actor
from eventmatch.domain.errors import Conflict, Invalid, NotFound, SignInNeeded, TooMany
from eventmatch.domain.permissions import Action
from eventmatch.domain.readings import DoorKey, Reading
from eventmatch.domain.states import DeviceKind, MemberRole
from eventmatch.domain.verdicts import Verdict
from eventmatch.models.base import db
from eventmatch.models.device import Device
from eventmatch.models.scan import Scan
from eventmatch.services import badge_sheets, checkin, devices, door, kiosk, sessions, undo, walk_ins, welcome
from eventmatch.services.access import event_for
from eventmatch.services.kiosk import NewKiosk
from tests.cast import HOUR, NINE, AttendeeRef, MeetupRef, add_attendee, add_meetup, add_member
from tests.services.test_welcome import SITE

SECOND = timedelta(seconds=1)


def pair(meetup: MeetupRef, by: Actor, *, prints: bool = False) -> tuple[Actor, str]:
    """Invite and pair a kiosk with the PIN 2468, and return who it is and its token."""
    new = NewKiosk("Tablet", [meetup.front_door], "2468", prints_badges=prints)
    pairing = devices.pair(kiosk.invite(by, meetup.slug, new, now=NINE).token, now=NINE)
    assert pairing.kind is DeviceKind.KIOSK
    return sessions.recognise(None, pairing.token, NINE), pairing.token


@pytest.fixture
def tablet(meetup: MeetupRef, oona: Actor) -> Actor:
    """Return a kiosk at the front door."""
    return pair(meetup, oona)[0]


def test_a_code_and_a_number_let_in(meetup: MeetupRef, tablet: Actor, ada: AttendeeRef, ben: AttendeeRef) -> None:
    answers = [kiosk.scan(tablet, code, code, now=NINE).verdict for code in (ada.code, ben.number, ada.code)]

    assert answers == [Verdict.ADMITTED, Verdict.ADMITTED, Verdict.ADMITTED]  # the third is a retry of the first
    assert db.session.query(Scan).count() == 2


def test_a_badge_does_not(tablet: Actor, ada: AttendeeRef) -> None:
    assert kiosk.scan(tablet, ada.badge, "1", now=NINE).verdict is Verdict.WRONG_DOOR


def test_numbers_cannot_be_tried_until_one_fits(tablet: Actor, ada: AttendeeRef) -> None:
    for n in range(checkin.WRONG_NUMBERS):
        kiosk.scan(tablet, f"ZZZZ{n:02}", str(n), now=NINE)

    with pytest.raises(TooMany):
        kiosk.scan(tablet, "ZZZZZZ", "x", now=NINE)
    assert kiosk.scan(tablet, ada.code, "y", now=NINE).verdict is Verdict.ADMITTED


def refused(act: Callable[[], object]) -> None:
    """Assert that something is as good as missing."""
    with pytest.raises(NotFound):
        act()


def test_a_locked_kiosk_is_no_scanner(meetup: MeetupRef, tablet: Actor, ada: AttendeeRef) -> None:
    place = DoorKey(meetup.front_door)
    refused(lambda: checkin.scan(place, Reading(ada.code, "1"), by=tablet, at=NINE))
    refused(lambda: door.look(meetup.front_door, by=tablet, now=NINE))
    refused(lambda: door.search(meetup.front_door, "ada", by=tablet, now=NINE))
    refused(lambda: undo.undo(place, 1, by=tablet, at=NINE))
    refused(lambda: walk_ins.look(meetup.front_door, by=tablet, now=NINE))
    refused(lambda: event_for(tablet, "meetup", Action.SCAN))
    refused(lambda: event_for(tablet, "meetup", Action.SEE_EVENT_DESK))
    with pytest.raises(Conflict):
        devices.sign_off(tablet, now=NINE)


def test_its_pin_makes_it_a_scanner_until_it_is_locked_again(meetup: MeetupRef, oona: Actor, ada: AttendeeRef) -> None:
    locked, token = pair(meetup, oona)
    kiosk.unlock(locked, "2468", now=NINE)
    staff = sessions.recognise(None, token, NINE)
    found = door.search(meetup.front_door, "ada", by=staff, now=NINE)
    kiosk.lock(staff)

    assert (staff.device_id, [person.name for person in found]) == (locked.kiosk_id, ["Ada Okafor"])
    assert sessions.recognise(None, token, NINE) == locked


def test_it_locks_itself_after_five_minutes(meetup: MeetupRef, oona: Actor) -> None:
    locked, token = pair(meetup, oona)
    kiosk.unlock(locked, "2468", now=NINE)

    assert sessions.recognise(None, token, NINE + kiosk.UNLOCKED_FOR - SECOND).device_id == locked.kiosk_id
    assert sessions.recognise(None, token, NINE + kiosk.UNLOCKED_FOR).device_id is None


def test_staff_end_it_while_it_is_open(meetup: MeetupRef, oona: Actor) -> None:
    locked, token = pair(meetup, oona)
    kiosk.unlock(locked, "2468", now=NINE)
    devices.sign_off(sessions.recognise(None, token, NINE), now=NINE)

    with pytest.raises(NotFound):
        kiosk.look(locked, now=NINE)


def test_a_wrong_pin_opens_nothing(tablet: Actor) -> None:
    with pytest.raises(Invalid):
        kiosk.unlock(tablet, "1357", now=NINE)


def test_its_token_is_nothing_to_the_interface_of_programs(meetup: MeetupRef, oona: Actor, ada: AttendeeRef) -> None:
    _, token = pair(meetup, oona)

    with pytest.raises(NotFound):
        checkin.scan(DoorKey(meetup.front_door), Reading(ada.code, "1"), by=devices.device_actor(token, NINE), at=NINE)


def test_a_kiosk_may_show_the_welcome_screen_of_its_own_event(meetup: MeetupRef, tablet: Actor) -> None:
    add_meetup("elsewhere")

    assert welcome.screen(tablet, "meetup", None, site=SITE, now=NINE).door.name == "Front door"
    with pytest.raises(NotFound):
        welcome.screen(tablet, "elsewhere", None, site=SITE, now=NINE)


@pytest.mark.parametrize("typed", ["Ada Okafor", "ada okaf", "OKAFOR ADA", "Adà Ókafor", "Ada Oka"])
def test_a_full_name_tells_that_one_is_on_the_list(typed: str, tablet: Actor, ada: AttendeeRef) -> None:
    assert [(found.name, found.organisation) for found in kiosk.find(tablet, typed, now=NINE)] == [("Ada Okafor", "")]


@pytest.mark.parametrize("typed", ["", "Ada", "okafor", "   ", "%", "a" * 200])
def test_less_than_two_names_tell_nothing(typed: str, tablet: Actor, ada: AttendeeRef) -> None:
    with pytest.raises(Invalid):
        kiosk.find(tablet, typed, now=NINE)


@pytest.mark.parametrize("typed", ["Ad Ok", "A Okafor", "Ada Ok", "Ada Hartwig", "Ben Okafor", "% %"])
def test_pieces_of_names_and_names_of_two_people_find_nobody(
    typed: str, tablet: Actor, ada: AttendeeRef, ben: AttendeeRef
) -> None:
    try:
        found = kiosk.find(tablet, typed, now=NINE)
    except Invalid:
        found = []

    assert found == []


def test_short_names_are_found_whole(meetup: MeetupRef, tablet: Actor) -> None:
    add_attendee(meetup, "Bo Li")

    assert [found.name for found in kiosk.find(tablet, "bo li", now=NINE)] == ["Bo Li"]


def test_who_hides_or_is_barred_is_on_no_list_that_everybody_reads(meetup: MeetupRef, tablet: Actor) -> None:
    add_attendee(meetup, "Harald Brenner", barred_at=NINE)
    add_attendee(meetup, "Konrad Brenner", hidden_at=NINE)

    assert kiosk.find(tablet, "Harald Brenner", now=NINE) == []
    assert kiosk.find(tablet, "Konrad Brenner", now=NINE) == []


def test_namesakes_in_numbers_are_not_listed(meetup: MeetupRef, tablet: Actor) -> None:
    for n in range(kiosk.MOST_FOUND + 1):
        add_attendee(meetup, "Anna Schmidt", email=f"anna{n}@example.org")

    with pytest.raises(Invalid):
        kiosk.find(tablet, "Anna Schmidt", now=NINE)


def test_the_badge_is_printed_for_whom_the_kiosk_lets_in_and_only_if_wanted(
    meetup: MeetupRef, oona: Actor, ada: AttendeeRef
) -> None:
    printing, _ = pair(meetup, oona, prints=True)
    plain, _ = pair(meetup, oona)
    admitted = kiosk.scan(printing, ada.code, "1", now=NINE)
    again = kiosk.scan(printing, ada.code, "2", now=NINE + HOUR)

    badge = kiosk.badge(printing, admitted, base_url=SITE.base_url, now=NINE)
    assert badge is not None
    assert badge.name == "Ada Okafor"
    assert kiosk.badge(printing, again, base_url=SITE.base_url, now=NINE) is None
    assert kiosk.badge(plain, admitted, base_url=SITE.base_url, now=NINE) is None
    assert badge_sheets.one(meetup.id, ada.id, SITE.base_url).printed_at == NINE


def test_only_who_runs_the_event_invites_a_kiosk_and_the_pin_is_not_kept(meetup: MeetupRef, oona: Actor) -> None:
    viewer = add_member(meetup, "Ulrike", MemberRole.VIEWER)
    new = NewKiosk("Tablet", [meetup.front_door], "2468", prints_badges=False)
    for who, refusal in ((viewer, NotFound), (NOBODY, SignInNeeded)):
        with pytest.raises(refusal):
            kiosk.invite(who, "meetup", new, now=NINE)
    pair(meetup, oona)

    stored = db.session.query(Device.pin_hash).scalar()
    assert stored.startswith("$argon2id$")
    assert "2468" not in stored.split("$")


@pytest.mark.parametrize(("pin", "doors", "field"), [("12", None, "pin"), ("2468", [], "doors")])
def test_a_kiosk_needs_a_pin_and_a_door(
    pin: str, doors: list[int] | None, field: str, meetup: MeetupRef, oona: Actor
) -> None:
    new = NewKiosk("Tablet", [meetup.front_door] if doors is None else doors, pin, prints_badges=False)

    with pytest.raises(Invalid) as refusal:
        kiosk.invite(oona, "meetup", new, now=NINE)
    assert refusal.value.field == field


def test_a_revoked_kiosk_and_one_of_nobody_are_nothing(meetup: MeetupRef, oona: Actor) -> None:
    who, token = pair(meetup, oona)
    devices.revoke(oona, "meetup", who.kiosk_id or 0, now=NINE)

    assert sessions.recognise(None, token, NINE) == NOBODY
    for gone in (who, NOBODY):
        with pytest.raises(NotFound):
            kiosk.look(gone, now=NINE)
