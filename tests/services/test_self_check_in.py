"""What an organiser lets guests do without staff."""

import pytest

from eventmatch.domain.actor import Actor
from eventmatch.domain.door_rules import EventDoors
from eventmatch.domain.errors import NotFound
from eventmatch.domain.states import MemberRole
from eventmatch.models.base import db, write_transaction
from eventmatch.models.event import Event
from eventmatch.services import self_check_in
from tests.cast import NINE, AttendeeRef, MeetupRef, add_member


def test_nothing_is_allowed_before_somebody_says_so(meetup: MeetupRef, oona: Actor) -> None:
    allowed = self_check_in.allowed(oona, "meetup")

    assert (allowed.walk_ins, allowed.poster) == (False, False)


def test_what_is_allowed_leaves_other_settings_alone(meetup: MeetupRef, oona: Actor) -> None:
    with write_transaction() as session:
        settings = {"matching": {"suggestions": 5}, "door": {"daily": True, "later": "kept"}}
        session.get_one(Event, meetup.id).settings = settings

    self_check_in.allow(oona, "meetup", walk_ins=True, poster=False, now=NINE)

    kept = db.session.get_one(Event, meetup.id).settings
    assert EventDoors.of(kept) == EventDoors(daily=True, walk_ins=True)
    assert (kept["matching"], kept["door"]["later"]) == ({"suggestions": 5}, "kept")


def test_only_who_runs_the_event_decides(meetup: MeetupRef, ada: AttendeeRef) -> None:
    for who in (ada.actor, add_member(meetup, "Ulrike", MemberRole.VIEWER)):
        with pytest.raises(NotFound):
            self_check_in.allow(who, "meetup", walk_ins=True, poster=True, now=NINE)
