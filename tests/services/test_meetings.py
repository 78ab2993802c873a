"""Everybody sees their own rounds, and a meeting that must not be is as if it had never been."""

from collections.abc import Iterable

import pytest

from eventmatch.domain.actor import Actor
from eventmatch.domain.rounds import Seating
from eventmatch.models.base import write_transaction
from eventmatch.models.rounds import RoundPlan, exchange
from eventmatch.models.tap import NotForMe
from eventmatch.services import meetings, place, rounds, safety, wishes
from eventmatch.services.people import Aside
from tests.cast import HOUR, NINE, AttendeeRef, MeetupRef, add_attendee
from tests.services.test_rounds import publish


@pytest.fixture
def three(meetup: MeetupRef) -> list[AttendeeRef]:
    """Return Ada, Ben and Chidi: Ada meets Ben first, then all three sit together."""
    people = [add_attendee(meetup, name) for name in ("Ada", "Ben", "Chidi")]
    publish(meetup, people)
    ada, ben, chidi = (person.id for person in people)
    with write_transaction() as session:
        made = RoundPlan(event_id=meetup.id, starts_at=NINE, rounds=2, minutes=15, pause=0, created_at=NINE)
        session.add(made)
        session.flush()
        exchange(made.id, [], [Seating(0, 1, (ada, ben)), Seating(1, 2, (ada, ben, chidi))])
    return people


def seen(person: AttendeeRef) -> list[tuple[int, list[str]]]:
    """The table and the others of each round, as one of them sees it."""
    return [(own.table, [other.name for other in own.others]) for own in meetings.own(person.actor, "meetup")]


def tables(oona: Actor) -> Iterable[tuple[int, list[str]]]:
    """The same as the organiser sees it."""
    shown = rounds.overview(oona, "meetup", now=NINE - HOUR).rounds
    return [(line.table, [who.name for who in line.people]) for own in shown for line in own.tables]


def test_everybody_sees_their_own_rounds(three: list[AttendeeRef]) -> None:
    ada, _, chidi = three

    assert seen(ada) == [(1, ["Ben"]), (2, ["Ben", "Chidi"])]
    assert seen(chidi) == [(0, []), (2, ["Ada", "Ben"])]


def test_who_is_in_no_round_sees_none(meetup: MeetupRef, three: list[AttendeeRef]) -> None:
    assert seen(add_attendee(meetup, "Dana")) == []


def test_a_block_takes_the_meeting_from_both_at_once(three: list[AttendeeRef], oona: Actor) -> None:
    ada, ben, chidi = three
    safety.block(ada.actor, "meetup", ben.id, now=NINE)

    assert [seen(person) for person in three] == [[(0, []), (0, [])]] * 3
    assert tables(oona) == []
    assert len(seen(chidi)) == 2


def test_a_meeting_lost_to_a_block_looks_like_one_lost_to_a_cancellation(
    meetup: MeetupRef, three: list[AttendeeRef]
) -> None:
    ada, ben, _ = three
    safety.block(ada.actor, "meetup", ben.id, now=NINE)
    blocked = meetings.own(ben.actor, "meetup")[0]
    safety.unblock(ada.actor, safety.blocked(ada.actor)[0].id)
    place.cancel(ada.actor, "meetup", now=NINE)

    assert meetings.own(ben.actor, "meetup")[0] == blocked


def test_not_for_me_takes_the_meeting_from_my_rounds_alone(three: list[AttendeeRef], oona: Actor) -> None:
    ada, ben, _ = three
    before = seen(ben), tables(oona)
    wishes.put_aside(ada.actor, "meetup", ben.id, Aside.NOT_FOR_ME, now=NINE)

    assert seen(ada) == [(0, []), (2, ["Chidi"])]
    assert (seen(ben), tables(oona)) == before


def test_who_hides_or_leaves_matching_is_in_no_meeting(three: list[AttendeeRef]) -> None:
    ada, ben, _ = three
    place.set_matching(ada.actor, "meetup", wanted=False, now=NINE)

    assert seen(ada) == [(0, []), (0, [])]
    assert seen(ben) == [(0, []), (2, ["Chidi"])]


def test_without_looking_a_block_would_leave_two_together(three: list[AttendeeRef]) -> None:
    ada, ben, _ = three
    with write_transaction() as session:
        session.add(NotForMe(from_id=ben.id, to_id=ada.id, created_at=NINE))

    found = list(meetings.held([Seating(0, 1, (ada.id, ben.id))], [ada.id, ben.id], set()))

    assert found == [Seating(0, 1, (ada.id, ben.id))]
