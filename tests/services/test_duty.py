"""Duty: a helper's browser is a device for as long as the helper may stand at a door, and no longer theirs alone."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from eventmatch.domain.actor import Actor
from eventmatch.domain.codes import token_hash
from eventmatch.domain.errors import Forbidden, NotFound, SignInNeeded
from eventmatch.domain.permissions import Action
from eventmatch.domain.readings import DoorKey, Override, Reading
from eventmatch.domain.states import AttendeeStatus, MemberRole, StaffRole
from eventmatch.domain.verdicts import Verdict
from eventmatch.models.base import db, write_transaction
from eventmatch.models.device import Device, devices_of
from eventmatch.models.event import Staff
from eventmatch.models.organiser import Member
from eventmatch.models.person import WebSession
from eventmatch.services import access, devices, door, duty, sessions
from eventmatch.services.checkin import scan
from eventmatch.services.undo import undo
from tests.cast import HOUR, NINE, AttendeeRef, MeetupRef, add_attendee, add_device, add_meetup, add_member, add_staff


def stand(by: Actor, meetup: MeetupRef) -> str:
    """Go on duty at the front door and return the token of the browser there."""
    return duty.go_on_duty(by, meetup.slug, meetup.front_door, now=NINE).token


def works(token: str) -> bool:
    """Tell whether a token is a device's."""
    try:
        return devices.device_actor(token, NINE).device_id is not None
    except SignInNeeded:
        return False


def lose_everything(meetup: MeetupRef) -> None:
    """Take every role at the event from everybody."""
    with write_transaction() as session:
        session.execute(delete(Staff))
        session.execute(delete(Member))


def become_viewer(meetup: MeetupRef) -> None:
    """Let those who run events only look on."""
    with write_transaction() as session:
        session.execute(delete(Staff))
        session.execute(update(Member).values(role=MemberRole.VIEWER))


def help_elsewhere(meetup: MeetupRef) -> None:
    """Let everybody help at another event, of another organiser, and no longer here."""
    other = add_meetup("other")
    with write_transaction() as session:
        session.execute(update(Staff).values(event_id=other.id))
        session.execute(update(Member).values(organiser_id=other.organiser_id))


def test_staff_on_duty_are_a_device_under_their_name_until_they_sign_off(meetup: MeetupRef) -> None:
    device = devices.device_actor(token := stand(add_staff(meetup, "Bea"), meetup), NINE)

    assert db.session.get_one(Device, device.device_id).name == "Bea"
    devices.sign_off(device, now=NINE)
    assert not works(token)


def test_changing_doors_ends_the_earlier_duty(meetup: MeetupRef) -> None:
    bea = add_staff(meetup, "Bea")

    first = stand(bea, meetup)
    second = duty.go_on_duty(bea, meetup.slug, meetup.session_door, now=NINE).token

    assert (works(first), works(second)) == (False, True)


def test_attendees_do_not_go_on_duty(meetup: MeetupRef, ada: AttendeeRef) -> None:
    with pytest.raises(NotFound):
        stand(ada.actor, meetup)


@pytest.mark.parametrize("lose", [lose_everything, become_viewer, help_elsewhere])
@pytest.mark.parametrize("role", [*StaffRole, MemberRole.ORGANISER, MemberRole.OWNER])
def test_duty_lasts_while_its_person_may_go_on_it(
    lose: Callable[[MeetupRef], None], role: StaffRole | MemberRole, meetup: MeetupRef, ada: AttendeeRef
) -> None:
    helper = add_staff(meetup, "Bea", role) if isinstance(role, StaffRole) else add_member(meetup, "Bea", role)
    token, tablet = stand(helper, meetup), add_device(meetup)
    by, key = devices.device_actor(token, NINE), DoorKey(meetup.front_door)
    admitted = scan(key, Reading(ada.code, "1"), by=by, at=NINE)
    lose(meetup)

    for act in (
        lambda: scan(key, Reading(ada.code, "2"), by=by, at=NINE),
        lambda: scan(key, Reading(ada.code, "1"), by=by, at=NINE),  # the answer given before names Ada too
        lambda: undo(key, admitted.scan_id, by=by, at=NINE),
        lambda: door.look(meetup.front_door, by=by, now=NINE),
        lambda: door.search(meetup.front_door, "ada", by=by, now=NINE),
        lambda: access.event_for(by, meetup.slug, Action.SCAN),
    ):
        with pytest.raises(NotFound):
            act()
    assert not works(token)
    assert works("emd_Tablet")
    assert scan(key, Reading(ada.code, "3"), by=tablet, at=NINE).verdict is Verdict.ALREADY_IN


def test_only_those_who_run_the_event_may_let_in_anyway(meetup: MeetupRef, oona: Actor) -> None:
    tokens = [stand(actor, meetup) for actor in (add_staff(meetup, "Bea"), oona)]

    assert [may_override(token, meetup) for token in tokens] == [False, True]


def may_override(token: str, meetup: MeetupRef) -> bool:
    """Tell whether the browser with this token is offered to let in anyway."""
    by = devices.device_actor(token, NINE)
    here = door.look(meetup.front_door, by=by, now=NINE)
    [listed] = [row.may_override for row in devices_of(meetup.id) if row.device.id == by.device_id]
    assert listed == here.may_override
    return here.may_override


def test_who_sits_at_an_old_sign_in_goes_on_duty_as_a_helper(meetup: MeetupRef, oona: Actor) -> None:
    with write_transaction() as session:
        session.add(Staff(event_id=meetup.id, person_id=oona.person_id, role=StaffRole.DOOR))

    assert not may_override(stand(replace(oona, fresh=False), meetup), meetup)


def test_ending_what_has_ended_keeps_when_it_did(meetup: MeetupRef, oona: Actor) -> None:
    bea = add_staff(meetup, "Bea")
    token = stand(bea, meetup)
    device = devices.device_actor(token, NINE).device_id or 0
    devices.revoke(oona, meetup.slug, device, now=NINE)
    with write_transaction():
        duty.end_here(token, NINE + HOUR)

    assert db.session.get_one(Device, device).revoked_at == NINE


def test_letting_in_anyway_follows_the_role_of_now(meetup: MeetupRef, oona: Actor) -> None:
    outsider = add_attendee(meetup, "Waldo", status=AttendeeStatus.WAITLISTED)
    token, reading = stand(oona, meetup), Reading(outsider.code, "1", override=Override("Oona", "She is known"))
    before = may_override(token, meetup)
    with write_transaction() as session:
        session.execute(delete(Member))
        session.add(Staff(event_id=meetup.id, person_id=oona.person_id, role=StaffRole.DOOR))
    helping = may_override(token, meetup)

    with pytest.raises(Forbidden):
        scan(DoorKey(meetup.front_door), reading, by=devices.device_actor(token, NINE), at=NINE)
    with write_transaction() as session:
        session.add(Member(organiser_id=meetup.organiser_id, person_id=oona.person_id, role=MemberRole.ORGANISER))

    assert (before, helping, may_override(token, meetup)) == (True, False, True)
    now = scan(DoorKey(meetup.front_door), reading, by=devices.device_actor(token, NINE), at=NINE)
    assert now.verdict is Verdict.ADMITTED


def test_invited_device_lets_in_anyway_as_it_was_invited(meetup: MeetupRef, oona: Actor) -> None:
    add_device(meetup, "Yes", may_override=True)
    add_device(meetup, "No")

    assert [may_override(f"emd_{name}", meetup) for name in ("Yes", "No")] == [True, False]


def test_the_list_says_who_may_not_be_on_duty_any_more(meetup: MeetupRef, oona: Actor) -> None:
    stand(add_staff(meetup, "Bea"), meetup)
    add_device(meetup)
    with write_transaction() as session:
        session.execute(delete(Staff))

    assert {line.name: line.works for line in devices.listing(oona, meetup.slug)} == {"Bea": False, "Tablet": True}


def signed_in(person: Actor, device_token: str = "") -> Actor:
    """Sign somebody in on a browser that may be a device."""
    with write_transaction():
        token = sessions.add_session(person.person_id or 0, browser="test", now=NINE)
    return sessions.recognise(token, device_token, NINE)


def test_ending_a_session_elsewhere_ends_its_persons_duty_elsewhere(meetup: MeetupRef, oona: Actor) -> None:
    bea = add_staff(meetup, "Bea")
    lost, phone, others = signed_in(bea), stand(bea, meetup), stand(oona, meetup)
    here = signed_in(bea)
    add_device(meetup)

    sessions.end_session(here, lost.session_id or 0, now=NINE)

    assert (works(phone), works(others), works("emd_Tablet")) == (False, True, True)


def test_ending_a_session_elsewhere_leaves_duty_on_this_browser(meetup: MeetupRef) -> None:
    bea = add_staff(meetup, "Bea")
    old, token = signed_in(bea), stand(bea, meetup)
    here = signed_in(bea, token)

    sessions.end_session(here, old.session_id or 0, now=NINE)
    after = works(token)
    sessions.end_session(here, here.session_id or 0, now=NINE)

    assert (after, works(token)) == (True, False)


def test_ending_somebody_elses_session_ends_nothing(meetup: MeetupRef, ada: AttendeeRef) -> None:
    bea = add_staff(meetup, "Bea")
    theirs, token = signed_in(bea), stand(bea, meetup)

    sessions.end_session(signed_in(ada.actor), theirs.session_id or 0, now=NINE)

    assert works(token)
    assert db.session.get(WebSession, theirs.session_id) is not None


def test_signing_out_ends_the_duty_of_this_browser_alone(meetup: MeetupRef) -> None:
    bea, other = add_staff(meetup, "Bea"), add_meetup("other")
    with write_transaction() as session:
        session.add(Staff(event_id=other.id, person_id=bea.person_id, role=StaffRole.DOOR))
    here, there = stand(bea, meetup), stand(bea, other)

    sessions.sign_out(signed_in(bea, here), here, now=NINE)

    assert (works(here), works(there)) == (False, True)


def test_signing_out_leaves_an_invited_device_one(meetup: MeetupRef) -> None:
    add_device(meetup)

    sessions.sign_out(signed_in(add_staff(meetup, "Bea"), "emd_Tablet"), "emd_Tablet", now=NINE)

    assert works("emd_Tablet")


def test_whoever_signs_in_next_does_not_inherit_the_duty(meetup: MeetupRef, ada: AttendeeRef) -> None:
    bea = add_staff(meetup, "Bea")
    token = stand(bea, meetup)
    add_device(meetup)

    with write_transaction():
        kept = duty.passes_to(bea.person_id or 0, token, NINE)
    still = works(token)
    with write_transaction():
        handed = [duty.passes_to(ada.person_id, secret, NINE) for secret in (token, "emd_Tablet", "")]

    assert (kept, still) == (True, True)
    assert handed == [False, True, False]
    assert (works(token), works("emd_Tablet")) == (False, True)


def test_control_the_row_of_a_device_tells_nothing_of_a_lost_role(meetup: MeetupRef) -> None:
    token = stand(add_staff(meetup, "Bea"), meetup)
    lose_everything(meetup)

    assert db.session.scalars(select(Device.token_hash).where(Device.revoked_at.is_(None))).all() == [token_hash(token)]
    assert not works(token)


def test_roles_are_asked_for_in_the_statement_of_every_database(either_app: Flask) -> None:
    meetup = add_meetup()
    tokens = [stand(actor, meetup) for actor in (add_staff(meetup, "Bea"), add_member(meetup, "Oona"))]
    before = [may_override(token, meetup) for token in tokens]

    become_viewer(meetup)

    assert (before, [works(token) for token in tokens]) == ([False, True], [False, False])
