"""Rooms and doors as an organiser sets them up."""

from dataclasses import replace

import pytest
from flask import Flask

from eventmatch.domain.actor import Actor
from eventmatch.domain.door_rules import DoorRules, EventDoors, Way
from eventmatch.domain.errors import Conflict, Invalid, NotFound
from eventmatch.domain.states import MemberRole, TicketKind
from eventmatch.models.base import db, write_transaction
from eventmatch.models.event import Door, Event, door_of
from eventmatch.models.work import Audit
from eventmatch.services import rooms, unmanned
from eventmatch.services.rooms import DoorDraft, RoomDraft
from tests.cast import NINE, AttendeeRef, MeetupRef, add_meetup, add_member

STAIRS = DoorRules(Way.IN, frozenset({TicketKind.CREW, TicketKind.PRESS}), badge_admits=True, question="Helmet on?")


def test_the_venue_comes_first_and_each_room_has_its_doors(meetup: MeetupRef, oona: Actor) -> None:
    venue, small = rooms.overview(oona, meetup.slug).rooms

    assert (venue.venue, venue.draft, [door.id for door in venue.doors]) == (
        True,
        RoomDraft("Venue"),
        [meetup.front_door],
    )
    assert (small.draft, [door.draft.name for door in small.doors]) == (RoomDraft("Small room", 2), ["Small room"])


def test_the_room_that_is_nowhere_is_none_to_set_up(meetup: MeetupRef, oona: Actor) -> None:
    door, _ = unmanned.join_door(meetup.id, NINE)

    assert [room.draft.name for room in rooms.overview(oona, meetup.slug).rooms] == ["Venue", "Small room"]
    with pytest.raises(NotFound):
        rooms.door(oona, meetup.slug, door.door_id)


def test_a_new_room_has_one_door_of_its_name(meetup: MeetupRef, oona: Actor) -> None:
    room_id = rooms.add_room(oona, meetup.slug, RoomDraft("  Signal   Box ", 16, 4), now=NINE)

    made = rooms.room(oona, meetup.slug, room_id)
    assert made.draft == RoomDraft("Signal Box", 16, 4)
    assert [(door.draft, door.entrance) for door in made.doors] == [(DoorDraft("Signal Box", DoorRules()), False)]


def test_a_room_is_changed_as_a_whole(meetup: MeetupRef, oona: Actor) -> None:
    small = rooms.overview(oona, meetup.slug).rooms[1]

    rooms.change_room(oona, meetup.slug, small.id, RoomDraft("Loft", None, 0), now=NINE)
    assert rooms.room(oona, meetup.slug, small.id).draft == RoomDraft("Loft")


def test_what_is_decided_about_a_door_is_kept(meetup: MeetupRef, oona: Actor) -> None:
    venue = rooms.overview(oona, meetup.slug).rooms[0]

    stairs = rooms.add_door(oona, meetup.slug, venue.id, DoorDraft("Stairs", STAIRS), now=NINE)
    assert rooms.door(oona, meetup.slug, stairs).draft == DoorDraft("Stairs", STAIRS)
    rooms.change_door(oona, meetup.slug, stairs, DoorDraft("Back stairs", DoorRules(Way.OUT)), now=NINE)
    assert db.session.get_one(Door, stairs).rules == {"way": "out"}
    assert rooms.door(oona, meetup.slug, stairs).draft.name == "Back stairs"


def test_a_name_is_given_once_in_an_event_and_may_be_given_again_elsewhere(either_app: Flask) -> None:
    meetup = add_meetup()
    oona = add_member(meetup, "Oona", MemberRole.OWNER)
    add_meetup("other", organiser_id=meetup.organiser_id)
    venue, small = rooms.overview(oona, meetup.slug).rooms
    rooms.add_room(oona, "other", RoomDraft("Loft"), now=NINE)
    rooms.add_room(oona, meetup.slug, RoomDraft("Loft"), now=NINE)
    rooms.add_door(oona, meetup.slug, small.id, DoorDraft("Front door", DoorRules()), now=NINE)

    for refused in (
        lambda: rooms.add_room(oona, meetup.slug, RoomDraft("Loft"), now=NINE),
        lambda: rooms.change_room(oona, meetup.slug, small.id, RoomDraft("Loft"), now=NINE),
        lambda: rooms.add_door(oona, meetup.slug, venue.id, DoorDraft("Front door", DoorRules()), now=NINE),
    ):
        with pytest.raises(Conflict) as refusal:
            refused()
        assert refusal.value.field == "name"
    assert [room.draft.name for room in rooms.overview(oona, meetup.slug).rooms] == ["Venue", "Small room", "Loft"]


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (RoomDraft(" \u200b "), "name"),
        (RoomDraft("\ufb2c" * 120), "name"),  # fits until it is written as everybody writes it
        (RoomDraft("Loft", None, 5), "seats"),
    ],
)
def test_what_is_wrong_about_a_room_is_said_by_name(
    meetup: MeetupRef, oona: Actor, draft: RoomDraft, field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        rooms.add_room(oona, meetup.slug, draft, now=NINE)

    assert refusal.value.field == field


def test_a_question_of_a_door_has_an_end(meetup: MeetupRef, oona: Actor) -> None:
    rules = DoorRules(question="?" * 301)

    with pytest.raises(Invalid) as refusal:
        rooms.change_door(oona, meetup.slug, meetup.front_door, DoorDraft("Front door", rules), now=NINE)

    assert refusal.value.field == "question"


def test_what_holds_at_all_doors_leaves_other_settings_alone(meetup: MeetupRef, oona: Actor) -> None:
    before = EventDoors(signed_tickets=True)
    with write_transaction() as session:
        session.get_one(Event, meetup.id).settings = {"matching": {"suggestions": 8}, "door": before.stored()}

    rooms.set_rules(oona, meetup.slug, replace(before, re_entry=False, daily=True), now=NINE)

    assert rooms.overview(oona, meetup.slug).rules == EventDoors(re_entry=False, daily=True, signed_tickets=True)
    assert db.session.get_one(Event, meetup.id).settings["matching"] == {"suggestions": 8}


def test_everything_is_written_down(meetup: MeetupRef, oona: Actor) -> None:
    room_id = rooms.add_room(oona, meetup.slug, RoomDraft("Loft"), now=NINE)
    rooms.change_room(oona, meetup.slug, room_id, RoomDraft("Attic"), now=NINE)
    door_id = rooms.add_door(oona, meetup.slug, room_id, DoorDraft("Hatch", DoorRules()), now=NINE)
    rooms.change_door(oona, meetup.slug, door_id, DoorDraft("Trapdoor", DoorRules()), now=NINE)
    rooms.set_rules(oona, meetup.slug, EventDoors(), now=NINE)

    assert [row.action for row in db.session.query(Audit).order_by(Audit.id)] == [
        "add room",
        "change room",
        "add door",
        "change door",
        "set door rules",
    ]


def test_nobody_else_sets_up_rooms(meetup: MeetupRef, oona: Actor, ada: AttendeeRef) -> None:
    stranger = add_member(add_meetup("foreign"), "Fremder", MemberRole.OWNER)
    viewer = add_member(meetup, "Ulrike", MemberRole.VIEWER)
    small = rooms.overview(oona, meetup.slug).rooms[1]
    loft, hatch = RoomDraft("Loft"), DoorDraft("Hatch", DoorRules())

    for who in (stranger, viewer, ada.actor):
        for act in (
            lambda who: rooms.overview(who, meetup.slug),
            lambda who: rooms.add_room(who, meetup.slug, loft, now=NINE),
            lambda who: rooms.change_room(who, meetup.slug, small.id, loft, now=NINE),
            lambda who: rooms.add_door(who, meetup.slug, small.id, hatch, now=NINE),
            lambda who: rooms.change_door(who, meetup.slug, meetup.front_door, hatch, now=NINE),
            lambda who: rooms.set_rules(who, meetup.slug, EventDoors(), now=NINE),
        ):
            with pytest.raises(NotFound):
                act(who)


def test_rooms_and_doors_of_another_event_are_not_found(meetup: MeetupRef, oona: Actor) -> None:
    other = add_meetup("other", organiser_id=meetup.organiser_id)
    door = door_of(other.id, other.session_door)
    assert door is not None

    for act in (
        lambda: rooms.room(oona, meetup.slug, door.room_id),
        lambda: rooms.door(oona, meetup.slug, door.id),
        lambda: rooms.add_door(oona, meetup.slug, door.room_id, DoorDraft("Hatch", DoorRules()), now=NINE),
    ):
        with pytest.raises(NotFound):
            act()
