"""Pairing, and its end."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from eventmatch.domain.actor import NOBODY, Actor
from eventmatch.domain.codes import token_hash
from eventmatch.domain.errors import Invalid, NotFound, SignInNeeded
from eventmatch.domain.states import MemberRole
from eventmatch.models.base import db
from eventmatch.models.device import Device
from eventmatch.models.work import Audit
from eventmatch.services import devices
from tests.cast import HOUR, NINE, AttendeeRef, MeetupRef, add_meetup, add_member


def invite(meetup: MeetupRef, by: Actor, **values: object) -> devices.Invitation:
    """Invite a tablet for the front door."""
    values = {"name": "Tablet", "door_ids": [meetup.front_door], "may_override": False} | values
    return devices.invite(by, meetup.slug, **values, now=NINE)  # type: ignore[arg-type]  # tests name what they need


def test_link_pairs_once(meetup: MeetupRef, oona: Actor) -> None:
    token = invite(meetup, oona).token

    pairing = devices.pair(token, now=NINE + HOUR)

    assert pairing.door_id == meetup.front_door
    assert devices.device_actor(pairing.token, NINE).device_id is not None
    with pytest.raises(Invalid):
        devices.pair(token, now=NINE + HOUR)


def test_looking_at_a_link_uses_nothing_up(meetup: MeetupRef, oona: Actor) -> None:
    token = invite(meetup, oona).token

    view = devices.look_at_pairing(token, NINE)

    assert (view.device, view.doors) == ("Tablet", ("Front door",))
    assert devices.pair(token, now=NINE).door_id == meetup.front_door


def test_link_lasts_a_day(meetup: MeetupRef, oona: Actor) -> None:
    token = invite(meetup, oona).token

    for act in (devices.look_at_pairing, lambda token, now: devices.pair(token, now=now)):
        with pytest.raises(Invalid):
            act(token, NINE + timedelta(hours=24))


def test_neither_link_nor_token_is_stored(meetup: MeetupRef, oona: Actor) -> None:
    token = invite(meetup, oona).token
    waiting = db.session.scalars(select(Device.pairing_hash)).one()
    pairing = devices.pair(token, now=NINE)

    device = db.session.scalars(select(Device)).one()

    assert (waiting, device.pairing_hash, device.token_hash) == (token_hash(token), None, token_hash(pairing.token))


def test_revoked_device_is_nobody(meetup: MeetupRef, oona: Actor) -> None:
    invitation = invite(meetup, oona)
    pairing = devices.pair(invitation.token, now=NINE)

    devices.revoke(oona, meetup.slug, invitation.device_id, now=NINE)

    with pytest.raises(SignInNeeded):
        devices.device_actor(pairing.token, NINE)


def test_device_ends_a_day_after_its_event(meetup: MeetupRef, oona: Actor) -> None:
    token = devices.pair(invite(meetup, oona).token, now=NINE).token

    assert devices.device_actor(token, NINE + 31 * HOUR).device_id is not None
    with pytest.raises(SignInNeeded):
        devices.device_actor(token, NINE + 32 * HOUR)


@pytest.mark.parametrize("values", [{"name": " "}, {"name": "x" * 201}, {"door_ids": []}, {"door_ids": [999]}])
def test_device_needs_a_name_and_a_door_of_its_event(values: dict[str, object], meetup: MeetupRef, oona: Actor) -> None:
    with pytest.raises(Invalid):
        invite(meetup, oona, **values)


def test_only_those_who_run_the_event_invite_list_and_revoke(meetup: MeetupRef, oona: Actor, ada: AttendeeRef) -> None:
    stranger = add_member(add_meetup("foreign"), "Zoe", MemberRole.OWNER)
    device_id = invite(meetup, oona).device_id

    for actor, refusal in ((ada.actor, NotFound), (stranger, NotFound), (NOBODY, SignInNeeded)):
        with pytest.raises(refusal):
            invite(meetup, actor)
        with pytest.raises(refusal):
            devices.listing(actor, meetup.slug)
        with pytest.raises(refusal):
            devices.revoke(actor, meetup.slug, device_id, now=NINE)


def test_foreign_device_is_as_good_as_missing(meetup: MeetupRef, oona: Actor) -> None:
    foreign = add_meetup("foreign")
    boss = add_member(foreign, "Zoe", MemberRole.OWNER)
    device_id = invite(foreign, boss).device_id

    with pytest.raises(NotFound):
        devices.revoke(oona, meetup.slug, device_id, now=NINE)

    assert db.session.get_one(Device, device_id).revoked_at is None


def test_pairing_and_revoking_are_written_down(meetup: MeetupRef, oona: Actor) -> None:
    invitation = invite(meetup, oona)
    devices.pair(invitation.token, now=NINE)
    devices.revoke(oona, meetup.slug, invitation.device_id, now=NINE)

    actions = db.session.scalars(select(Audit.action).order_by(Audit.id)).all()

    assert actions == ["device invited", "device paired", "device revoked"]
