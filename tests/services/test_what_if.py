"""What other weights and rules would do."""

import pytest
from sqlalchemy import select

from eventmatch.domain.actor import Actor
from eventmatch.domain.errors import NotFound
from eventmatch.domain.match_rules import MatchRules
from eventmatch.domain.states import JobStatus, MemberRole, SameOrganisation
from eventmatch.models.base import db, write_transaction
from eventmatch.models.event import Event
from eventmatch.models.match import MatchRun
from eventmatch.models.tap import NotForMe
from eventmatch.services import matching, what_if
from eventmatch.services.what_if import Trial
from tests.cast import NINE, AttendeeRef, MeetupRef, add_attendee, add_meetup, add_member
from tests.services.test_matching import here_and_now


@pytest.fixture
def kestrels(meetup: MeetupRef, monkeypatch: pytest.MonkeyPatch) -> list[AttendeeRef]:
    """Let four people of one organisation take part, and one of another."""
    monkeypatch.setattr(matching, "in_child", here_and_now)
    names = [("Ada", "Kestrel"), ("Ben", "Kestrel"), ("Chidi", "Kestrel"), ("Dana", "Kestrel"), ("Emeka", "Plover")]
    return [add_attendee(meetup, name, organisation=one, asks=["scrum"], offers=["scrum"]) for name, one in names]


def tried(by: Actor, rules: MatchRules) -> Trial:
    return what_if.trial(by, "meetup", what_if.start(by, "meetup", rules, now=NINE))


def test_a_trial_says_who_would_lose_names(kestrels: list[AttendeeRef], oona: Actor) -> None:
    trial = tried(oona, MatchRules(same_organisation=SameOrganisation.AVOID))

    assert trial.job.status is JobStatus.DONE
    assert (trial.before["weak"], trial.after["weak"], trial.after["none"]) == (0, 4, 0)
    assert trial.before["fill"] > trial.after["fill"]
    assert trial.losing == 4
    assert [(loser.name, loser.before, loser.after) for loser in trial.losers] == [
        (name, 4, 1) for name in ("Ada", "Ben", "Chidi", "Dana")
    ]
    assert trial.after["kept"] == pytest.approx(0.4)


@pytest.mark.usefixtures("kestrels")
def test_what_is_decided_already_would_change_nothing(oona: Actor) -> None:
    trial = tried(oona, MatchRules())

    assert (trial.losing, trial.losers, trial.after["kept"]) == (0, (), 1.0)
    assert {**trial.before, "kept": 1.0} == trial.after


@pytest.mark.usefixtures("kestrels")
def test_a_trial_saves_and_publishes_nothing(meetup: MeetupRef, oona: Actor) -> None:
    tried(oona, MatchRules(9, same_organisation=SameOrganisation.AVOID))

    assert db.session.get_one(Event, meetup.id).settings == {}
    assert list(db.session.scalars(select(MatchRun))) == []


def test_a_trial_tells_of_no_rejection(kestrels: list[AttendeeRef], oona: Actor) -> None:
    matching.start(oona, "meetup", now=NINE)
    with write_transaction() as session:
        session.add(NotForMe(from_id=kestrels[1].id, to_id=kestrels[0].id, created_at=NINE))
    trial = tried(oona, MatchRules())

    assert (trial.losing, trial.after["kept"]) == (0, 1.0)


def test_nobody_else_sees_a_trial_or_starts_one(meetup: MeetupRef, kestrels: list[AttendeeRef], oona: Actor) -> None:
    job_id = what_if.start(oona, "meetup", MatchRules(), now=NINE)
    other = add_member(add_meetup("other"), "Fremder", MemberRole.OWNER)
    viewer = add_member(meetup, "Ulrike", MemberRole.VIEWER)

    for actor in (other, viewer, kestrels[0].actor):
        with pytest.raises(NotFound):
            what_if.trial(actor, "meetup", job_id)
        with pytest.raises(NotFound):
            what_if.start(actor, "meetup", MatchRules(), now=NINE)
    with pytest.raises(NotFound):
        what_if.trial(other, "other", job_id)


@pytest.mark.usefixtures("kestrels")
def test_other_work_is_no_trial(oona: Actor) -> None:
    job_id = matching.start(oona, "meetup", now=NINE)

    with pytest.raises(NotFound):
        what_if.trial(oona, "meetup", job_id)
