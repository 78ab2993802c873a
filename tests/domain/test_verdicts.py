"""The order of judgement, written out by hand: who wins when several reasons apply."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from eventmatch.domain.states import AttendeeStatus, Direction, TicketKind
from eventmatch.domain.verdicts import OVERRIDABLE, DoorState, TicketState, Tone, Verdict, judge, tone

NINE = datetime(2027, 3, 4, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DOOR = DoorState(opens_at=NINE - HOUR, closes_at=NINE + HOUR, entrance=True)
ROOM = replace(DOOR, entrance=False)
ADA = TicketState(status=AttendeeStatus.CONFIRMED, kind=TicketKind.GUEST)
INSIDE = replace(ADA, inside=True, arrived=True)
ARRIVED = replace(ADA, arrived=True)
FULL = replace(ROOM, free_places=0)

TABLE = [
    ("plain guest", ADA, DOOR, "in", 0, "admitted"),
    (
        "everything wrong: barred wins",
        replace(INSIDE, barred=True, revoked=True, status=AttendeeStatus.CANCELLED),
        FULL,
        "in",
        9,
        "barred",
    ),
    (
        "revoked before cancelled",
        replace(INSIDE, revoked=True, status=AttendeeStatus.CANCELLED),
        DOOR,
        "in",
        9,
        "revoked",
    ),
    ("cancelled before presence", replace(INSIDE, status=AttendeeStatus.CANCELLED), DOOR, "in", 0, "cancelled"),
    ("waiting before presence", replace(INSIDE, status=AttendeeStatus.WAITLISTED), DOOR, "in", 0, "waitlisted"),
    ("not verified is not confirmed", replace(ADA, status=AttendeeStatus.PENDING), DOOR, "in", 0, "waitlisted"),
    ("barred people do not even go out", replace(INSIDE, barred=True), DOOR, "out", 0, "barred"),
    ("out from inside, also when closed", INSIDE, DOOR, "out", 9, "exited"),
    ("out from outside", ADA, DOOR, "out", 0, "not_inside"),
    ("presence before window", INSIDE, DOOR, "in", 9, "already_in"),
    ("presence before door rules", INSIDE, replace(DOOR, kinds=frozenset({TicketKind.CREW})), "in", 0, "already_in"),
    ("presence before a full room", INSIDE, FULL, "in", 0, "already_in"),
    ("too early", ADA, DOOR, "in", -2, "not_yet_open"),
    ("on the minute of opening", ADA, DOOR, "in", -1, "admitted"),
    ("on the minute of closing", ADA, DOOR, "in", 1, "closed"),
    ("window before door rules", replace(ADA, by_badge=True), DOOR, "in", -2, "not_yet_open"),
    ("kind this door is not for", ADA, replace(DOOR, kinds=frozenset({TicketKind.CREW})), "in", 0, "wrong_door"),
    ("badge at first entry", replace(ADA, by_badge=True), DOOR, "in", 0, "wrong_door"),
    ("badge where badges admit", replace(ADA, by_badge=True), replace(DOOR, badge_admits=True), "in", 0, "admitted"),
    ("badge on coming back", replace(ARRIVED, by_badge=True), DOOR, "in", 0, "admitted"),
    ("room before the entrance", ADA, ROOM, "in", 0, "wrong_door"),
    ("room after the entrance", ARRIVED, ROOM, "in", 0, "admitted"),
    ("door rules before a full room", ADA, FULL, "in", 0, "wrong_door"),
    ("full room", ARRIVED, FULL, "in", 0, "room_full"),
    ("last place", ARRIVED, replace(ROOM, free_places=1), "in", 0, "admitted"),
    ("full room, speaker", replace(ARRIVED, kind=TicketKind.SPEAKER), FULL, "in", 0, "admitted"),
    ("full room, crew", replace(ARRIVED, kind=TicketKind.CREW), FULL, "in", 0, "admitted"),
    ("full room, press", replace(ARRIVED, kind=TicketKind.PRESS), FULL, "in", 0, "room_full"),
]


@pytest.mark.parametrize(
    ("ticket", "door", "direction", "hours", "verdict"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE]
)
def test_first_reason_in_the_agreed_order_wins(
    ticket: TicketState, door: DoorState, direction: str, hours: int, verdict: str
) -> None:
    assert judge(ticket, door, Direction(direction), NINE + hours * HOUR) == verdict


def test_what_admits_nobody_never_looks_good() -> None:
    assert {verdict for verdict in Verdict if tone(verdict) is Tone.GOOD} == {Verdict.ADMITTED, Verdict.EXITED}
    assert tone(Verdict.ALREADY_IN) is Tone.WAIT


def test_nobody_overrides_a_bar_a_dead_code_or_a_stranger() -> None:
    never = {Verdict.BARRED, Verdict.REVOKED, Verdict.UNKNOWN, Verdict.WRONG_EVENT, Verdict.ALREADY_IN}

    assert not OVERRIDABLE & never
