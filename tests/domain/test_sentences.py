"""What a door says."""

from datetime import UTC, datetime, timedelta

import pytest

from eventmatch.domain.sentences import Circumstances, reason
from eventmatch.domain.states import AttendeeStatus, TicketKind
from eventmatch.domain.verdicts import DoorState, TicketState, Verdict

NINE = datetime(2027, 3, 4, 9, 0, tzinfo=UTC)
DOOR = DoorState(opens_at=NINE, closes_at=NINE + timedelta(hours=8), entrance=True)
ADA = TicketState(AttendeeStatus.CONFIRMED, TicketKind.GUEST)
KNOWN = Circumstances("Europe/Berlin", NINE, DOOR, ADA, since=NINE, since_door="Front door", seats=16, standing=4)


@pytest.mark.parametrize("verdict", Verdict)
def test_every_verdict_has_a_sentence_even_when_nothing_is_known(verdict: Verdict) -> None:
    assert reason(verdict, Circumstances("UTC", NINE, DOOR)).endswith(".")


def test_moment_is_told_in_the_events_zone() -> None:
    assert reason(Verdict.ALREADY_IN, KNOWN) == "Already in since 10:00, Front door."


def test_another_day_is_named() -> None:
    tomorrow = KNOWN._replace(at=NINE + timedelta(days=1))

    assert reason(Verdict.ALREADY_IN, tomorrow) == "Already in since 04 March, 10:00, Front door."


def test_wrong_door_tells_which_rule_it_was() -> None:
    crew = DOOR._replace(kinds=frozenset({TicketKind.CREW, TicketKind.SPEAKER}))
    room = DOOR._replace(entrance=False)

    badge, gone = ADA._replace(by_badge=True), ADA._replace(been_in=True, arrived=True)
    once, way_out = DOOR._replace(re_entry=False), DOOR._replace(exit_only=True)
    cases = [(crew, ADA), (DOOR, badge), (room, ADA), (once, gone), (way_out, ADA)]

    told = [reason(Verdict.WRONG_DOOR, KNOWN._replace(door=door, ticket=ticket)) for door, ticket in cases]

    assert told == [
        "This door is only for: crew, speaker.",
        "A badge opens no entrance. Ask for the ticket, or search for the name.",
        "Has not checked in at the entrance yet.",
        "Has been in and went out; here nobody may come back in.",
        "This door only leads out. Send them to the entrance.",
    ]


@pytest.mark.parametrize(
    ("free", "words"), [(5, "May go in."), (4, "Standing room: 3 left"), (1, "Standing room: 0 left")]
)
def test_standing_room_is_told_once_the_seats_are_taken(free: int, words: str) -> None:
    assert words in reason(Verdict.ADMITTED, KNOWN._replace(door=DOOR._replace(free_places=free)))
