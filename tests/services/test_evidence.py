"""What the matcher may learn from."""

from datetime import timedelta
from itertools import combinations

import pytest
from flask import Flask
from sqlalchemy import insert, update

from eventmatch.domain.states import HowItWas
from eventmatch.models.attendee import Attendee
from eventmatch.models.base import db, write_transaction
from eventmatch.models.contact import Contact
from eventmatch.models.event import Event
from eventmatch.models.outcome import Outcome
from eventmatch.models.tap import Block
from eventmatch.services import evidence, match_input
from tests.cast import HOUR, NINE, AttendeeRef, MeetupRef, add_attendee, add_meetup
from tests.services.test_outcomes import agree, scan

USEFUL, NOT_USEFUL, DID_NOT_HAPPEN = HowItWas
YEAR = timedelta(days=365)


def say(one: AttendeeRef, other: AttendeeRef, word: HowItWas) -> None:
    with write_transaction() as session:
        session.add(Outcome(from_id=one.id, to_id=other.id, value=word, created_at=NINE, changed_at=NINE))


def known(meetup: MeetupRef, *people: AttendeeRef) -> list[tuple[int, int, bool]]:
    return evidence.outcomes(meetup.id, {who.id for who in people})


@pytest.mark.parametrize(
    ("adas", "bens", "of_use"),
    [
        (USEFUL, None, True),
        (None, USEFUL, True),
        (USEFUL, DID_NOT_HAPPEN, True),
        (USEFUL, NOT_USEFUL, False),
        (None, NOT_USEFUL, False),
        (DID_NOT_HAPPEN, DID_NOT_HAPPEN, None),
        (None, None, None),
    ],
)
def test_one_word_of_either_counts_and_a_contrary_one_more(
    meetup: MeetupRef,
    ada: AttendeeRef,
    ben: AttendeeRef,
    *,
    adas: HowItWas | None,
    bens: HowItWas | None,
    of_use: bool | None,
) -> None:
    for one, other, word in ((ada, ben, adas), (ben, ada, bens)):
        if word:
            say(one, other, word)

    assert known(meetup, ada, ben) == ([] if of_use is None else [(ada.id, ben.id, of_use)])


@pytest.mark.parametrize("act", [agree, scan])
def test_who_agreed_or_connected_met_to_some_use(
    meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef, act: object
) -> None:
    act(ben, ada)  # type: ignore[operator]  # one of the two above

    assert known(meetup, ada, ben) == [(ada.id, ben.id, True)]
    say(ada, ben, NOT_USEFUL)
    assert known(meetup, ada, ben) == [(ada.id, ben.id, False)]


def test_blocked_pairs_and_people_who_left_are_no_evidence(
    meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef
) -> None:
    chidi = add_attendee(meetup, "Chidi")
    for other in (ben, chidi):
        say(ada, other, USEFUL)
    with write_transaction() as session:
        session.add(Block(from_id=ben.id, to_id=ada.id, created_at=NINE))

    assert known(meetup, ada, ben, chidi) == [(ada.id, chidi.id, True)]
    assert known(meetup, ada, ben) == []


def test_another_events_words_are_no_evidence_here(meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef) -> None:
    say(ada, ben, USEFUL)

    assert known(add_meetup("other"), ada, ben) == []


@pytest.mark.parametrize(("words", "handed"), [(199, 0), (200, 200)])
def test_two_hundred_outcomes_are_enough_to_learn_from(meetup: MeetupRef, words: int, handed: int) -> None:
    people = [add_attendee(meetup, f"P{number}") for number in range(21)]
    pairs = list(combinations(people, 2))[:words]
    rows = [{"from_id": b.id, "to_id": a.id, "value": USEFUL, "created_at": NINE, "changed_at": NINE} for a, b in pairs]
    with write_transaction() as session:
        session.execute(insert(Outcome), rows)

    outcomes = match_input.wanted(event(meetup)).outcomes
    assert len(outcomes) == handed
    assert set(outcomes) <= {(str(a.id), str(b.id), True) for a, b in pairs}


def event(meetup: MeetupRef) -> Event:
    return db.session.get_one(Event, meetup.id)


def before(meetup: MeetupRef, *people: AttendeeRef, ours: bool = True) -> list[AttendeeRef]:
    """Let these people have been at an event a year earlier, of the same team or of another."""
    team = meetup.organiser_id if ours else None
    begun = NINE - YEAR
    earlier = add_meetup("earlier", organiser_id=team, opens_at=begun, starts_at=begun, ends_at=begun + HOUR)
    places = [add_attendee(earlier, who.name, email=f"old{who.email}") for who in people]
    with write_transaction() as session:
        for place, who in zip(places, people, strict=True):
            session.execute(update(Attendee).where(Attendee.id == place.id).values(person_id=who.person_id))
    return places


def keep(owner: AttendeeRef, other: AttendeeRef, place: AttendeeRef) -> None:
    """Let one keep the other in the book from where the other had this place."""
    with write_transaction() as session:
        event_id = session.get_one(Attendee, place.id).event_id
        session.add(Contact(owner_id=owner.person_id, other_id=other.person_id, event_id=event_id, met_at=NINE))


@pytest.mark.parametrize(("ours", "met"), [(True, 1), (False, 0)])
def test_who_kept_the_other_from_an_earlier_event_of_the_team_met_before(
    meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef, *, ours: bool, met: int
) -> None:
    _, his = before(meetup, ada, ben, ours=ours)
    keep(ada, ben, his)

    assert evidence.earlier(event(meetup), {ada.id, ben.id}) == [(ada.id, ben.id)] * met


@pytest.mark.parametrize(
    ("words", "met"), [([USEFUL], 1), ([NOT_USEFUL], 0), ([DID_NOT_HAPPEN], 0), ([USEFUL, NOT_USEFUL], 0)]
)
def test_who_found_an_earlier_meeting_useful_met_before(
    meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef, words: list[HowItWas], met: int
) -> None:
    places = before(meetup, ada, ben)
    for word, (one, other) in zip(words, (places, reversed(places)), strict=False):
        say(one, other, word)

    assert evidence.earlier(event(meetup), {ada.id, ben.id}) == [(ada.id, ben.id)] * met


def test_earlier_meetings_are_found_in_either_database(either_app: Flask) -> None:
    meetup = add_meetup()
    ada, ben = add_attendee(meetup, "Ada"), add_attendee(meetup, "Ben")
    hers, his = before(meetup, ada, ben)
    say(hers, his, USEFUL)

    assert evidence.earlier(event(meetup), {ada.id, ben.id}) == [(ada.id, ben.id)]


def test_a_meeting_at_this_event_is_no_earlier_one(meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef) -> None:
    say(ada, ben, USEFUL)
    keep(ada, ben, ben)

    assert evidence.earlier(event(meetup), {ada.id, ben.id}) == []


@pytest.mark.parametrize(("rule", "excluded"), [("avoid", 1), ("signal", 0), (None, 0)])
def test_earlier_meetings_are_a_signal_and_avoided_if_the_organiser_says_so(
    meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef, rule: str | None, excluded: int
) -> None:
    _, his = before(meetup, ada, ben)
    keep(ada, ben, his)
    with write_transaction() as session:
        settings = {"matching": {"earlier_meetings": rule}} if rule else {}
        session.execute(update(Event).where(Event.id == meetup.id).values(settings=settings))

    wanted = match_input.wanted(event(meetup))
    pair = (str(ada.id), str(ben.id))
    assert (wanted.earlier, wanted.excluded) == ([pair], [pair] * excluded)
