"""How it was to meet somebody."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from eventmatch.domain.actor import Actor
from eventmatch.domain.errors import NotFound
from eventmatch.domain.rounds import Seating
from eventmatch.domain.states import HowItWas
from eventmatch.models.attendee import Attendee
from eventmatch.models.base import db, write_transaction
from eventmatch.models.contact import BadgeScan
from eventmatch.models.outcome import Outcome
from eventmatch.models.rounds import RoundPlan, exchange
from eventmatch.models.tap import Block, NotForMe, Wish
from eventmatch.services import attendees, outcomes, place, safety
from eventmatch.services.outcomes import Met
from tests.cast import HOUR, NINE, AttendeeRef, MeetupRef, add_attendee, add_meetup

USEFUL, NOT_USEFUL = HowItWas.USEFUL, HowItWas.NOT_USEFUL


def agree(one: AttendeeRef, other: AttendeeRef) -> None:
    """Let two have agreed to meet."""
    with write_transaction() as session:
        for a, b in ((one, other), (other, one)):
            session.add(Wish(from_id=a.id, to_id=b.id, created_at=NINE, spot="the red sofa"))


def scan(scanner: AttendeeRef, owner: AttendeeRef, *, accepted: bool = True) -> None:
    """Let one scan the other's badge."""
    with write_transaction() as session:
        at = NINE if accepted else None
        session.add(BadgeScan(scanner_id=scanner.id, owner_id=owner.id, created_at=NINE, accepted_at=at))


def seat(meetup: MeetupRef, *people: AttendeeRef) -> None:
    """Let these have a meeting in the second of two rounds of fifteen minutes, from the beginning on."""
    with write_transaction() as session:
        made = RoundPlan(event_id=meetup.id, starts_at=NINE, rounds=2, minutes=15, pause=0, created_at=NINE)
        session.add(made)
        session.flush()
        exchange(made.id, [], [Seating(1, 1, tuple(sorted(person.id for person in people)))])


def untold(who: AttendeeRef) -> list[str]:
    return [one.name for one in outcomes.met(who.actor, "meetup", now=NINE).untold]


def test_who_agreed_to_meet_is_asked_how_it_was(ada: AttendeeRef, ben: AttendeeRef) -> None:
    agree(ada, ben)

    assert (untold(ada), untold(ben)) == (["Ben Hartwig"], ["Ada Okafor"])


def test_who_connected_by_badge_is_asked_how_it_was(ada: AttendeeRef, ben: AttendeeRef) -> None:
    scan(ben, ada)

    assert (untold(ada), untold(ben)) == (["Ben Hartwig"], ["Ada Okafor"])


def test_who_had_a_meeting_is_asked_once_the_round_is_over(
    meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef
) -> None:
    seat(meetup, ada, ben)
    over = NINE + timedelta(minutes=30)

    assert outcomes.met(ada.actor, "meetup", now=over - timedelta(seconds=1)).untold == ()
    assert [one.name for one in outcomes.met(ada.actor, "meetup", now=over).untold] == ["Ben Hartwig"]
    for word in HowItWas:
        outcomes.tell(ada.actor, "meetup", ben.id, word, now=over)
    assert [row.value for row in db.session.scalars(select(Outcome))] == [[*HowItWas][-1]]


def test_all_three_at_a_table_are_asked_about_each_other(meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef) -> None:
    three = [ada, ben, add_attendee(meetup, "Chidi")]
    seat(meetup, *three)

    asked = [outcomes.met(who.actor, "meetup", now=NINE + HOUR).untold for who in three]
    assert [[one.name for one in those] for those in asked] == [
        ["Ben Hartwig", "Chidi"],
        ["Ada Okafor", "Chidi"],
        ["Ada Okafor", "Ben Hartwig"],
    ]


def test_a_blocked_pair_at_a_table_is_not_asked_nor_the_third_about_a_meeting_that_fell_away(
    meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef
) -> None:
    three = [ada, ben, add_attendee(meetup, "Chidi")]
    seat(meetup, *three)
    with write_transaction() as session:
        session.add(Block(from_id=ada.id, to_id=ben.id, created_at=NINE))

    assert [outcomes.met(who.actor, "meetup", now=NINE + HOUR).untold for who in three] == [(), (), ()]
    with pytest.raises(NotFound):
        outcomes.tell(ben.actor, "meetup", ada.id, USEFUL, now=NINE + HOUR)


def test_whom_one_put_aside_before_the_meeting_one_is_not_asked_about(
    meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef
) -> None:
    seat(meetup, ada, ben)
    with write_transaction() as session:
        session.add(NotForMe(from_id=ada.id, to_id=ben.id, created_at=NINE))

    asked = [outcomes.met(who.actor, "meetup", now=NINE + HOUR).untold for who in (ada, ben)]
    assert [[one.name for one in those] for those in asked] == [[], ["Ada Okafor"]]


def test_one_sided_wishes_and_scans_are_no_meeting(meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef) -> None:
    chidi = add_attendee(meetup, "Chidi")
    with write_transaction() as session:
        session.add(Wish(from_id=ada.id, to_id=ben.id, created_at=NINE))
    scan(ada, chidi, accepted=False)

    assert [untold(who) for who in (ada, ben, chidi)] == [[], [], []]
    for other in (ben, chidi):
        with pytest.raises(NotFound):
            outcomes.tell(ada.actor, "meetup", other.id, USEFUL, now=NINE)


def test_an_agreement_is_no_meeting_before_the_doors_open(ada: AttendeeRef, ben: AttendeeRef) -> None:
    agree(ada, ben)

    assert outcomes.met(ada.actor, "meetup", now=NINE - 2 * HOUR).untold == ()


def test_the_last_word_counts_and_keeps_when_it_was_first_said(ada: AttendeeRef, ben: AttendeeRef) -> None:
    agree(ada, ben)
    outcomes.tell(ada.actor, "meetup", ben.id, USEFUL, now=NINE)
    outcomes.tell(ada.actor, "meetup", ben.id, NOT_USEFUL, now=NINE + HOUR)

    [row] = db.session.scalars(select(Outcome))
    assert (row.value, row.created_at, row.changed_at) == (NOT_USEFUL, NINE, NINE + HOUR)
    assert outcomes.met(ada.actor, "meetup", now=NINE).told == (Met(ben.id, "Ben Hartwig", "", NOT_USEFUL),)


def test_it_can_still_be_told_after_the_event(ada: AttendeeRef, ben: AttendeeRef) -> None:
    agree(ada, ben)
    outcomes.tell(ada.actor, "meetup", ben.id, USEFUL, now=NINE + timedelta(days=1))

    assert untold(ada) == []


@pytest.mark.parametrize("value", HowItWas)
def test_the_other_sees_nothing_of_it(ada: AttendeeRef, ben: AttendeeRef, value: HowItWas) -> None:
    agree(ada, ben)
    before = outcomes.met(ben.actor, "meetup", now=NINE)
    outcomes.tell(ada.actor, "meetup", ben.id, value, now=NINE)

    assert outcomes.met(ben.actor, "meetup", now=NINE) == before


@pytest.mark.parametrize("blocker", ["ada", "ben"])
def test_a_block_of_either_ends_the_question_for_both(ada: AttendeeRef, ben: AttendeeRef, blocker: str) -> None:
    scan(ben, ada)
    one, other = (ada, ben) if blocker == "ada" else (ben, ada)
    outcomes.tell(ada.actor, "meetup", ben.id, USEFUL, now=NINE)
    safety.block(one.actor, "meetup", other.id, now=NINE)

    for who in (ada, ben):
        view = outcomes.met(who.actor, "meetup", now=NINE)
        assert (view.untold, view.told) == ((), ())
    with pytest.raises(NotFound):
        outcomes.tell(ada.actor, "meetup", ben.id, NOT_USEFUL, now=NINE)


def test_who_hides_is_not_asked_about(ada: AttendeeRef, ben: AttendeeRef) -> None:
    scan(ben, ada)
    place.set_hidden(ben.actor, "meetup", hidden=True, now=NINE)

    assert untold(ada) == []


@pytest.mark.parametrize("side", ["from_id", "to_id"])
def test_it_goes_with_either_of_the_two(ada: AttendeeRef, ben: AttendeeRef, side: str) -> None:
    agree(ada, ben)
    outcomes.tell(ada.actor, "meetup", ben.id, USEFUL, now=NINE)
    gone = {"from_id": ada.id, "to_id": ben.id}[side]
    with write_transaction() as session:
        session.execute(delete(Attendee).where(Attendee.id == gone))

    assert list(db.session.scalars(select(Outcome))) == []


def test_nobody_tells_about_people_of_another_event(meetup: MeetupRef, ada: AttendeeRef) -> None:
    foreign = add_attendee(add_meetup("other"), "Zoe")
    for attendee_id in (foreign.id, ada.id, 10**9):
        with pytest.raises(NotFound):
            outcomes.tell(ada.actor, "meetup", attendee_id, USEFUL, now=NINE)


def test_who_is_barred_tells_nothing(ada: AttendeeRef, ben: AttendeeRef, oona: Actor) -> None:
    agree(ada, ben)
    attendees.bar(oona, "meetup", ada.id, "Shouted", now=NINE)

    with pytest.raises(NotFound):
        outcomes.tell(ada.actor, "meetup", ben.id, USEFUL, now=NINE)
