"""What organisers decide about doors survives being kept, and nonsense changes nothing."""

import json
from datetime import UTC, datetime

import pytest

from eventmatch.domain.door_rules import EVER, DoorRules, EventDoors, Way
from eventmatch.domain.states import TicketKind

CHOSEN = DoorRules(Way.OUT, frozenset({TicketKind.CREW, TicketKind.PRESS}), badge_admits=True, question="Helmet on?")


@pytest.mark.parametrize("rules", [DoorRules(), CHOSEN])
def test_rules_of_a_door_come_back_from_json(rules: DoorRules) -> None:
    assert DoorRules.of(json.loads(json.dumps(rules.stored()))) == rules


def test_a_usual_door_keeps_nothing() -> None:
    assert DoorRules().stored() == {}


def test_nonsense_in_a_door_is_as_usual() -> None:
    assert DoorRules.of({"way": "up", "kinds": ["wizard"], "badge_admits": "yes", "question": None}) == DoorRules()


def test_settings_of_an_event_come_back_from_json() -> None:
    chosen = EventDoors(re_entry=False, poster=True)

    assert EventDoors.of({"door": json.loads(json.dumps(chosen.stored())), "matching": {}}) == chosen


def test_nonsense_in_an_event_is_as_usual() -> None:
    assert EventDoors.of({"door": {"re_entry": "no", "walk_ins": 1, "wings": True}}) == EventDoors()


@pytest.mark.parametrize(("daily", "since"), [(True, datetime(2027, 3, 3, 23, tzinfo=UTC)), (False, EVER)])
def test_presence_counts_from_the_local_midnight_where_each_day_counts_anew(since: datetime, *, daily: bool) -> None:
    now = datetime(2027, 3, 4, 9, tzinfo=UTC)

    assert EventDoors(daily=daily).counts_from(now, "Europe/Berlin") == since
