"""What the organiser decides about lists and about pairs."""

from dataclasses import replace

import pytest
from sqlalchemy import delete, select, update

from eventmatch.domain.actor import Actor
from eventmatch.domain.errors import Invalid, NotFound
from eventmatch.domain.match_rules import MatchRules
from eventmatch.domain.states import MemberRole, PairRule, SameOrganisation
from eventmatch.models.attendee import Attendee
from eventmatch.models.base import db, write_transaction
from eventmatch.models.event import Event
from eventmatch.models.match import PairDecision
from eventmatch.models.tap import NotForMe
from eventmatch.models.work import Audit
from eventmatch.services import match_input, match_rules, matching
from eventmatch.services.match_input import fingerprint
from tests.cast import NINE, AttendeeRef, MeetupRef, add_attendee, add_meetup, add_member
from tests.services.test_matching import here_and_now, pairs


def event(meetup: MeetupRef) -> Event:
    return db.session.get_one(Event, meetup.id)


def decide(by: Actor, one: str, other: str, rule: PairRule = PairRule.NEVER) -> None:
    match_rules.decide(by, "meetup", one, other, rule, now=NINE)


def test_saved_rules_are_what_lists_are_computed_by(meetup: MeetupRef, oona: Actor) -> None:
    with write_transaction() as session:
        session.execute(update(Event).values(settings={"accent": "#123456"}))
    rules = MatchRules(4, same_organisation=SameOrganisation.AVOID)
    match_rules.save(oona, "meetup", rules, now=NINE)

    assert match_rules.rules(oona, "meetup").rules == rules
    assert event(meetup).settings["accent"] == "#123456"
    assert match_input.wanted(event(meetup)).settings == rules.stored()
    [note] = db.session.scalars(select(Audit).where(Audit.action == "change matching rules"))
    assert note.person_id == oona.person_id


def test_saving_brings_new_lists(meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef, oona: Actor) -> None:
    before = fingerprint(match_input.wanted(event(meetup)))
    match_rules.save(oona, "meetup", MatchRules(9), now=NINE)

    assert fingerprint(match_input.wanted(event(meetup))) != before


def test_weights_of_nothing_are_refused_and_change_nothing(meetup: MeetupRef, oona: Actor) -> None:
    nothing = replace(MatchRules(), weights=dict.fromkeys(MatchRules().weights, 0))
    with pytest.raises(Invalid):
        match_rules.save(oona, "meetup", nothing, now=NINE)

    assert event(meetup).settings == {}


@pytest.mark.parametrize("who", ["viewer", "ada", "stranger"])
def test_only_those_who_run_the_event_decide(meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef, who: str) -> None:
    actor = {
        "viewer": lambda: add_member(meetup, "Ulrike", MemberRole.VIEWER),
        "ada": lambda: ada.actor,
        "stranger": lambda: add_member(add_meetup("other"), "Fremder", MemberRole.OWNER),
    }[who]()
    for act in (
        lambda: match_rules.rules(actor, "meetup"),
        lambda: match_rules.save(actor, "meetup", MatchRules(), now=NINE),
        lambda: match_rules.pairs(actor, "meetup"),
        lambda: decide(actor, ada.name, ben.name),
        lambda: match_rules.drop(actor, "meetup", 1, now=NINE),
    ):
        with pytest.raises(NotFound):
            act()


@pytest.mark.parametrize("by", ["name", "email", "number"])
def test_two_people_are_named_as_the_organiser_knows_them(
    meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef, oona: Actor, by: str
) -> None:
    decide(oona, f"  {getattr(ben, by)} ".upper(), getattr(ada, by))

    [line] = match_rules.pairs(oona, "meetup").pairs
    assert (line.names, line.rule, line.matched) == (("Ada Okafor", "Ben Hartwig"), PairRule.NEVER, True)


@pytest.mark.usefixtures("ada", "ben")
@pytest.mark.parametrize(
    ("one", "other", "field", "words"),
    [
        ("Nobody", "Ben Hartwig", "one", "Nobody here is called this"),
        ("Ada Okafor", "zoe@example.org", "other", "Nobody here is called this"),
        ("Ada Okafor", "ada okafor", "other", "two different people"),
        ("Sam", "Ben Hartwig", "one", "Several people are called this"),
        ("Zoe", "Ben Hartwig", "one", "Nobody here is called this"),
    ],
)
def test_who_is_not_clear_is_refused_by_field(
    meetup: MeetupRef, oona: Actor, one: str, other: str, field: str, words: str
) -> None:
    for number in (1, 2):
        add_attendee(meetup, "Sam", email=f"sam{number}@example.org")
    add_attendee(add_meetup("other"), "Zoe")

    with pytest.raises(Invalid, match=words) as refused:
        decide(oona, one, other)
    assert refused.value.field == field
    assert match_rules.pairs(oona, "meetup").pairs == ()


def test_the_last_decision_about_two_counts_until_it_is_dropped(
    meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef, oona: Actor
) -> None:
    decide(oona, ada.name, ben.name)
    decide(oona, ben.name, ada.name, PairRule.MUST)
    [line] = match_rules.pairs(oona, "meetup").pairs
    match_rules.drop(oona, "meetup", line.id, now=NINE)

    assert line.rule is PairRule.MUST
    assert match_rules.pairs(oona, "meetup").pairs == ()


def test_who_must_never_meet_is_on_no_list(
    meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef, oona: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matching, "in_child", here_and_now)
    add_attendee(meetup, "Chidi", asks=["scrum"])
    decide(oona, ada.name, ben.name)
    matching.start(oona, "meetup", now=NINE)

    assert pairs(meetup)
    assert (ada.id, ben.id) not in pairs(meetup)


def test_who_must_meet_is_handed_to_the_matcher_and_no_tap_changes_that(
    meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef, oona: Actor
) -> None:
    decide(oona, ada.name, ben.name, PairRule.MUST)
    before = match_input.wanted(event(meetup))
    with write_transaction() as session:
        session.add(NotForMe(from_id=ben.id, to_id=ada.id, created_at=NINE))
    after = match_input.wanted(event(meetup))

    assert before.must == [(str(ada.id), str(ben.id))]
    assert fingerprint(after) == fingerprint(before)
    assert after.excluded == before.must


@pytest.mark.parametrize("rule", PairRule)
def test_a_decision_brings_new_lists(
    meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef, oona: Actor, rule: PairRule
) -> None:
    before = fingerprint(match_input.wanted(event(meetup)))
    decide(oona, ada.name, ben.name, rule)

    assert fingerprint(match_input.wanted(event(meetup))) != before


def test_a_decision_goes_with_either_of_the_two(
    meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef, oona: Actor
) -> None:
    decide(oona, ada.name, ben.name)
    with write_transaction() as session:
        session.execute(delete(Attendee).where(Attendee.id == ben.id))

    assert list(db.session.scalars(select(PairDecision))) == []


def test_another_events_decision_is_as_good_as_missing(
    meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef, oona: Actor
) -> None:
    decide(oona, ada.name, ben.name)
    piet = add_member(add_meetup("other"), "Piet")
    [line] = match_rules.pairs(oona, "meetup").pairs

    with pytest.raises(NotFound):
        match_rules.drop(piet, "other", line.id, now=NINE)
    assert len(match_rules.pairs(oona, "meetup").pairs) == 1
