"""Doors as an organiser makes and changes them."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from eventmatch.domain.actor import Actor
from eventmatch.domain.door_rules import DoorRules, Way
from eventmatch.domain.states import TicketKind
from eventmatch.models.base import db
from eventmatch.models.event import Door
from tests.cast import MeetupRef

SignIn = Callable[[Actor], FlaskClient]
PAGE = "/o/e/meetup/rooms"
STAIRS = {"name": "Stairs", "way": "in", "kinds": ["crew", "press"], "badge_admits": "y", "question": "Helmet on?"}


@pytest.fixture
def desk(meetup: MeetupRef, oona: Actor, sign_in: SignIn) -> FlaskClient:
    """Return Oona's browser."""
    return sign_in(oona)


def venue(meetup: MeetupRef) -> int:
    return db.session.get_one(Door, meetup.front_door).room_id


def stairs() -> Door:
    db.session.rollback()
    return db.session.scalars(select(Door).where(Door.name == "Stairs")).one()


def test_a_door_is_added_with_its_rules_and_shown_with_them(desk: FlaskClient, meetup: MeetupRef) -> None:
    assert "Badges admit here" in desk.get(f"{PAGE}/{venue(meetup)}/doors/new").text
    assert desk.post(f"{PAGE}/{venue(meetup)}/doors/new", data=STAIRS).status_code == 303

    kinds = frozenset({TicketKind.CREW, TicketKind.PRESS})
    assert DoorRules.of(stairs().rules) == DoorRules(Way.IN, kinds, badge_admits=True, question="Helmet on?")
    page = desk.get(PAGE).text
    assert "Only in" in page
    assert "only: Crew, Press" in page
    assert "badges admit" in page
    assert "Helmet on?" in page


def test_a_door_is_changed_from_what_it_was(desk: FlaskClient, meetup: MeetupRef) -> None:
    desk.post(f"{PAGE}/{venue(meetup)}/doors/new", data=STAIRS)
    address = f"{PAGE}/doors/{stairs().id}"

    form = desk.get(address).text
    desk.post(address, data={"name": "Stairs", "way": "both"})

    assert form.count("checked") == 4  # the way, two kinds, badges
    assert 'value="Helmet on?"' in form
    assert DoorRules.of(stairs().rules) == DoorRules()


@pytest.mark.parametrize(
    ("wrong", "blamed"),
    [
        ({"name": ""}, "name"),
        ({"name": "Front door"}, "name"),
        ({"way": "up"}, "way"),
        ({"kinds": ["wizard"]}, "kinds"),
        ({"question": "?" * 301}, "question"),
    ],
)
def test_what_is_wrong_about_a_door_is_said_beside_its_field(
    desk: FlaskClient, meetup: MeetupRef, wrong: dict[str, object], blamed: str
) -> None:
    answer = desk.post(f"{PAGE}/{venue(meetup)}/doors/new", data=STAIRS | wrong)

    assert answer.status_code in {409, 422}
    assert f'id="{blamed}-error"' in answer.text


def test_a_door_is_removed_but_not_the_last_one_of_the_venue(desk: FlaskClient, meetup: MeetupRef) -> None:
    desk.post(f"{PAGE}/{venue(meetup)}/doors/new", data=STAIRS)
    spare = stairs().id

    assert f"{PAGE}/doors/{spare}/remove" in desk.get(f"{PAGE}/doors/{spare}").text
    desk.post(f"{PAGE}/doors/{spare}/remove")
    only = desk.get(f"{PAGE}/doors/{meetup.front_door}").text
    desk.post(f"{PAGE}/doors/{meetup.front_door}/remove")

    assert "Add another one first" in only
    assert "Add another one first" in desk.get(PAGE).text
    assert db.session.scalars(select(Door.id).where(Door.room_id == venue(meetup))).all() == [meetup.front_door]
