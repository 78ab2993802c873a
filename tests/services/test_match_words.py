"""Words that may mean the same: asked about, decided by the organiser, and read so by the matcher alone."""

import pytest
from sqlalchemy import select, update

from eventmatch.domain.actor import Actor
from eventmatch.domain.errors import Invalid, NotFound
from eventmatch.domain.match_rules import MatchRules
from eventmatch.domain.states import HiddenFrom, MemberRole
from eventmatch.models.attendee import Attendee, AttendeeTag
from eventmatch.models.base import db, write_transaction
from eventmatch.models.event import Event
from eventmatch.models.work import Audit
from eventmatch.services import match_input, match_rules, match_words
from eventmatch.services.match_input import fingerprint
from eventmatch.services.matching_core import core_settings
from tests.cast import NINE, MeetupRef, add_attendee, add_meetup, add_member

PM, TYPO, SHORT = "project management", "project managment", "pm"


@pytest.fixture(autouse=True)
def crowd(meetup: MeetupRef) -> None:
    """Let three people spell one thing in two ways, and one organisation in three."""
    add_attendee(meetup, "Ada", interests=[PM], offers=[PM], organisation="ACME")
    add_attendee(meetup, "Ben", interests=[TYPO], organisation="Acme Ltd.")
    add_attendee(meetup, "Chidi", asks=[PM], interests=["kanban"], organisation="ACME GmbH")
    add_attendee(meetup, "Dana", interests=["budgeting"], organisation="ACME")


def asked(by: Actor) -> list[tuple[str, int, str, int]]:
    view = match_words.words(by, "meetup")
    return [(one.written.text, one.written.people, one.meant.text, one.meant.people) for one in view.proposals]


def decided(by: Actor) -> list[tuple[str, str, str]]:
    return [(one.kind.value, one.written, one.meant) for one in match_words.words(by, "meetup").decided]


def same(by: Actor, written: str, meant: str, kind: str = "tag") -> None:
    match_words.same(by, "meetup", kind, written, meant, now=NINE)


def different(by: Actor, one: str, other: str, kind: str = "tag") -> None:
    match_words.different(by, "meetup", kind, one, other, now=NINE)


def undo(by: Actor, written: str, kind: str = "tag") -> None:
    match_words.undo(by, "meetup", kind, written, now=NINE)


def event(meetup: MeetupRef) -> Event:
    return db.session.get_one(Event, meetup.id)


def mark(meetup: MeetupRef) -> str:
    return fingerprint(match_input.wanted(event(meetup)))


def test_near_spellings_are_asked_about_and_the_more_usual_would_stay(oona: Actor) -> None:
    assert asked(oona) == [(TYPO, 1, PM, 2), ("Acme Ltd.", 1, "ACME", 2), ("ACME GmbH", 1, "ACME", 2)]


def test_nothing_is_merged_until_somebody_says_so(meetup: MeetupRef, oona: Actor) -> None:
    asked(oona)

    settings = core_settings(match_input.wanted(event(meetup)))
    assert (dict(settings.synonyms), dict(settings.organisation_synonyms)) == ({}, {})


def test_what_is_the_same_is_read_so_and_no_longer_asked(meetup: MeetupRef, oona: Actor) -> None:
    same(oona, TYPO, PM)
    same(oona, "Acme Ltd.", "ACME", "organisation")

    settings = core_settings(match_input.wanted(event(meetup)))
    assert asked(oona) == [("ACME GmbH", 1, "ACME", 3)]
    assert decided(oona) == [("tag", TYPO, PM), ("organisation", "Acme Ltd.", "ACME")]
    assert (settings.synonyms, settings.organisation_synonyms) == ({TYPO: PM}, {"Acme Ltd.": "ACME"})


def test_nothing_an_attendee_typed_is_changed(oona: Actor) -> None:
    def typed() -> list[str]:
        return [*db.session.scalars(select(AttendeeTag.tag)), *db.session.scalars(select(Attendee.organisation))]

    before = typed()
    same(oona, TYPO, PM)
    same(oona, "Acme Ltd.", "ACME", "organisation")

    assert typed() == before
    assert TYPO in before


def test_what_is_different_is_not_asked_again_and_changes_no_list(meetup: MeetupRef, oona: Actor) -> None:
    before = mark(meetup)
    for _ in range(2):
        different(oona, PM.upper(), TYPO)
    different(oona, "ACME", "ACME GmbH", "organisation")

    assert asked(oona) == [("Acme Ltd.", 1, "ACME", 2)]
    assert mark(meetup) == before
    assert event(meetup).settings["different_words"]["tag"] == [[PM, TYPO]]


@pytest.mark.parametrize("kind", ["tag", "organisation"])
def test_a_decision_brings_new_lists_and_undoing_it_brings_the_old(meetup: MeetupRef, oona: Actor, kind: str) -> None:
    before = mark(meetup)
    same(oona, "kanban", "scrum", kind)
    between = mark(meetup)
    undo(oona, "KANBAN", kind)

    assert between != before
    assert decided(oona) == []
    assert core_settings(match_input.wanted(event(meetup))).synonyms == {}


def test_what_is_undone_is_asked_again(oona: Actor) -> None:
    before = asked(oona)
    same(oona, TYPO, PM)
    undo(oona, TYPO)

    assert asked(oona) == before


def test_a_chain_is_followed_to_its_end(meetup: MeetupRef, oona: Actor) -> None:
    same(oona, SHORT, TYPO)
    same(oona, TYPO, PM)

    assert core_settings(match_input.wanted(event(meetup))).synonyms == {SHORT: PM, TYPO: PM}


@pytest.mark.parametrize(
    ("kind", "written", "meant", "field"),
    [
        ("tag", "", PM, "written"),
        ("tag", PM, " \x00 ", "meant"),
        ("tag", "PM", "pm", "meant"),
        ("tag", "x" * 201, PM, "written"),
        ("tag", PM, "k", "meant"),
        ("tag", "K", "kanban", "written"),
        ("people", PM, "kanban", "kind"),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(
    oona: Actor, kind: str, written: str, meant: str, field: str
) -> None:
    same(oona, "k", PM)
    with pytest.raises(Invalid) as refused:
        same(oona, written, meant, kind)

    assert refused.value.field == field
    assert decided(oona) == [("tag", "k", PM)]


def test_one_word_cannot_differ_from_itself(oona: Actor) -> None:
    with pytest.raises(Invalid):
        different(oona, "PM", "pm")


def test_what_was_never_decided_cannot_be_undone(oona: Actor) -> None:
    same(oona, TYPO, PM)
    with pytest.raises(NotFound):
        undo(oona, TYPO, "organisation")


def test_rules_and_words_leave_each_other_alone(meetup: MeetupRef, oona: Actor) -> None:
    with write_transaction() as session:
        session.execute(update(Event).values(settings={"accent": "#123456"}))
    same(oona, TYPO, PM)
    match_rules.save(oona, "meetup", MatchRules(9), now=NINE)
    same(oona, "kanban", "scrum")

    assert match_rules.rules(oona, "meetup").rules.suggestions == 9
    assert len(decided(oona)) == 2
    assert event(meetup).settings["accent"] == "#123456"


def test_a_decision_is_written_down_without_its_words(oona: Actor) -> None:
    same(oona, TYPO, PM)

    [note] = db.session.scalars(select(Audit).where(Audit.action == "read a word as another"))
    assert note.person_id == oona.person_id
    assert note.detail == {"kind": "tag"}


def test_words_of_those_who_do_not_take_part_are_not_read(meetup: MeetupRef, oona: Actor) -> None:
    add_attendee(meetup, "Emeka", interests=["budgetting"], consents=())

    assert "budgetting" not in [one for one, *_ in asked(oona)]


@pytest.mark.parametrize(
    ("hidden", "told"),
    [
        (HiddenFrom.NOBODY, True),
        (HiddenFrom.ORGANISATION, True),
        (HiddenFrom.ORGANISER, False),
        (HiddenFrom.BOTH, False),
    ],
)
def test_asks_hidden_from_the_team_are_not_told(
    meetup: MeetupRef, oona: Actor, hidden: HiddenFrom, *, told: bool
) -> None:
    add_attendee(meetup, "Emeka", asks=["budgetting"], ask_hidden_from=hidden)

    assert ("budgetting" in [one for one, *_ in asked(oona)]) == told


def test_more_than_twenty_five_questions_of_a_kind_wait_and_keep_no_others_waiting(
    meetup: MeetupRef, oona: Actor
) -> None:
    add_attendee(meetup, "Emeka", interests=[f"topic{number} planning" for number in range(30)])
    add_attendee(meetup, "Grace", interests=[f"topic{number}-planning" for number in range(30)])

    view = match_words.words(oona, "meetup")
    kinds = [one.kind.value for one in view.proposals]
    assert (kinds.count("tag"), kinds.count("organisation"), view.more) == (25, 2, True)


@pytest.mark.parametrize("who", ["viewer", "ada", "stranger"])
def test_only_those_who_run_the_event_decide(meetup: MeetupRef, who: str) -> None:
    actor = {
        "viewer": lambda: add_member(meetup, "Ulrike", MemberRole.VIEWER),
        "ada": lambda: add_attendee(meetup, "Another").actor,
        "stranger": lambda: add_member(add_meetup("other"), "Fremder", MemberRole.OWNER),
    }[who]()
    for act in (
        lambda: match_words.words(actor, "meetup"),
        lambda: same(actor, TYPO, PM),
        lambda: different(actor, TYPO, PM),
        lambda: undo(actor, TYPO),
        lambda: same(actor, "", "", "people"),
        lambda: different(actor, "", ""),
        lambda: undo(actor, "", "people"),
    ):
        with pytest.raises(NotFound):
            act()
