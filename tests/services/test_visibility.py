"""Nobody sees a peer who is not there for them."""

from typing import Any

import pytest

from eventmatch.domain.errors import NotFound
from eventmatch.domain.states import AttendeeStatus
from eventmatch.models.attendee import Attendee
from eventmatch.models.base import db, write_transaction
from eventmatch.models.tap import Block
from eventmatch.services import visibility
from tests.cast import NINE, AttendeeRef, MeetupRef, add_attendee, add_meetup


def row(who: AttendeeRef) -> Attendee:
    return db.session.get_one(Attendee, who.id)


def block(one: AttendeeRef, other: AttendeeRef) -> None:
    with write_transaction() as session:
        session.add(Block(from_id=one.id, to_id=other.id, created_at=NINE))


def test_confirmed_attendees_see_each_other_and_not_themselves(ada: AttendeeRef, ben: AttendeeRef) -> None:
    assert visibility.visible_peers(row(ada)) == {ben.id}


@pytest.mark.parametrize(
    "state",
    [
        {"status": AttendeeStatus.PENDING, "held_until": NINE},
        {"status": AttendeeStatus.WAITLISTED},
        {"status": AttendeeStatus.CANCELLED},
        {"barred_at": NINE},
        {"hidden_at": NINE},
    ],
    ids=["pending", "waitlisted", "cancelled", "barred", "hidden"],
)
def test_who_has_no_sure_place_or_hides_is_not_seen(meetup: MeetupRef, ada: AttendeeRef, state: dict[str, Any]) -> None:
    chidi = add_attendee(meetup, "Chidi Obiakor", **state)

    assert chidi.id not in visibility.visible_peers(row(ada))
    with pytest.raises(NotFound):
        visibility.visible_peer(row(ada), chidi.id)


def test_a_block_hides_both_from_each_other(ada: AttendeeRef, ben: AttendeeRef) -> None:
    block(ada, ben)

    assert visibility.visible_peers(row(ada)) == set()
    assert visibility.visible_peers(row(ben)) == set()


def test_a_block_at_one_event_holds_at_every_other(ada: AttendeeRef, ben: AttendeeRef) -> None:
    block(ada, ben)
    later = add_meetup("later")
    with write_transaction() as session:
        for who in (ada, ben):
            place = {"status": AttendeeStatus.CONFIRMED, "registered_at": NINE, "name": who.name}
            session.add(Attendee(event_id=later.id, person_id=who.person_id, **place))
    places = db.session.query(Attendee).filter_by(event_id=later.id).all()

    assert [visibility.visible_peers(place) for place in places] == [set(), set()]


def test_people_of_another_event_are_not_peers(ada: AttendeeRef) -> None:
    elsewhere = add_attendee(add_meetup("elsewhere"), "Chidi Obiakor")

    assert elsewhere.id not in visibility.visible_peers(row(ada))
    with pytest.raises(NotFound):
        visibility.visible_peer(row(ada), elsewhere.id)


def test_a_visible_peer_is_handed_out(ada: AttendeeRef, ben: AttendeeRef) -> None:
    assert visibility.visible_peer(row(ada), ben.id).name == ben.name


def test_the_block_tests_fail_when_nobody_asks_for_blocks(
    ada: AttendeeRef, ben: AttendeeRef, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: with the check taken out, the leak that the tests above look for is there."""
    block(ada, ben)
    monkeypatch.setattr(visibility, "blocked_attendees", lambda _: set[int]())

    assert visibility.visible_peers(row(ada)) == {ben.id}
    assert visibility.visible_peer(row(ada), ben.id).name == ben.name
