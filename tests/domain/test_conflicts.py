"""What doors without network let happen, read from the passages alone."""

from datetime import UTC, datetime, timedelta

import pytest

from eventmatch.domain.conflicts import Crossing, Double, Overfull, against, doubles, overfull
from eventmatch.domain.states import AttendeeStatus, Direction
from eventmatch.domain.verdicts import Verdict

NINE = datetime(2027, 3, 4, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = 60  # minutes
VENUE, ROOM, OTHER = 1, 2, 3
ADA, BEN, CHIDI = 11, 12, 13


def step(
    minutes: float,
    room: int = VENUE,
    who: int = ADA,
    *,
    out: bool = False,
    offline: bool = True,
    anyway: bool = False,
    exempt: bool = False,
    status: AttendeeStatus = AttendeeStatus.CONFIRMED,
    barred: float | None = None,
    revoked: float | None = None,
    waiting: float | None = None,
) -> Crossing:
    """Let somebody through a door so many minutes after nine; moments of standing are minutes as well."""
    moments = [None if at is None else NINE + at * MINUTE for at in (barred, revoked, waiting)]
    way = Direction.OUT if out else Direction.IN
    place = (room, room * 10, room == VENUE, way, NINE + minutes * MINUTE)
    return Crossing(*place, int(minutes), who, 7, offline, anyway, exempt, status, *moments)


def test_coming_in_twice_names_both_admissions() -> None:
    first, again = step(0), step(5, offline=False)

    assert list(doubles([first, again])) == [Double(first, again)]


def test_each_further_admission_is_told_beside_the_first() -> None:
    first, second, third = step(0), step(1), step(2)

    assert list(doubles([first, second, third])) == [Double(first, second), Double(first, third)]


@pytest.mark.parametrize("left", [ROOM, VENUE])
def test_whoever_went_out_of_the_room_or_the_venue_may_come_in_again(left: int) -> None:
    assert not list(doubles([step(0, ROOM), step(1, left, out=True), step(2, ROOM)]))


def test_another_room_in_between_leaves_the_first_but_not_the_venue() -> None:
    steps = [step(0, VENUE), step(1, ROOM), step(2, OTHER), step(3, ROOM), step(4, VENUE)]

    assert list(doubles(steps)) == [Double(steps[0], steps[4])]


def test_doors_that_were_both_online_cannot_conflict() -> None:
    assert not list(doubles([step(0, offline=False), step(1, offline=False)]))


def test_first_offline_admission_and_a_later_online_one_are_a_conflict() -> None:
    assert len(list(doubles([step(0), step(1, offline=False)]))) == 1


def test_where_each_day_counts_anew_tomorrow_is_no_conflict() -> None:
    steps = [step(0), step(15 * HOUR)]  # past midnight in Berlin

    assert list(doubles(steps)) == [Double(*steps)]
    assert not list(doubles(steps, "Europe/Berlin"))


@pytest.mark.parametrize(
    ("admission", "why"),
    [
        (step(5), None),
        (step(5, barred=4), Verdict.BARRED),
        (step(5, barred=5), Verdict.BARRED),
        (step(5, barred=6), None),
        (step(5, barred=4, anyway=True), Verdict.BARRED),
        (step(5, revoked=4), Verdict.REVOKED),
        (step(5, revoked=6), None),
        (step(5, revoked=4, status=AttendeeStatus.CANCELLED), Verdict.CANCELLED),
        (step(5, revoked=6, status=AttendeeStatus.CANCELLED), None),
        (step(5, status=AttendeeStatus.CANCELLED), Verdict.CANCELLED),
        (step(5, status=AttendeeStatus.CANCELLED, anyway=True), None),
        (step(5, status=AttendeeStatus.WAITLISTED, waiting=4), Verdict.WAITLISTED),
        (step(5, status=AttendeeStatus.WAITLISTED, waiting=6), None),
        (step(5, status=AttendeeStatus.WAITLISTED, waiting=4, anyway=True), None),
        (step(5, status=AttendeeStatus.PENDING), Verdict.WAITLISTED),
        (step(5, barred=4, out=True), None),
        (step(5, barred=4, offline=False), None),
    ],
)
def test_what_should_have_kept_somebody_out_counts_from_its_moment(admission: Crossing, why: Verdict | None) -> None:
    assert against(admission) is why


def full(*steps: Crossing, zone: str | None = None) -> Overfull | None:
    """Return what is told of a room for one."""
    return overfull(steps, {ROOM: 1}, zone).get(ROOM)


def test_room_is_too_full_from_the_first_one_too_many() -> None:
    found = full(step(0, ROOM), step(1, ROOM, BEN), step(2, ROOM, CHIDI), step(3, ROOM, BEN, out=True))

    assert found == Overfull(ROOM, 1, NINE + MINUTE, people=3, people_at=NINE + 2 * MINUTE, too_many=2)


@pytest.mark.parametrize(
    "second",
    [
        step(1, ROOM, BEN, offline=False),
        step(1, ROOM, BEN, exempt=True),
        step(1, ROOM, BEN, anyway=True),
        step(1, ROOM, ADA),
        step(1, OTHER, BEN),
    ],
    ids=["let in online", "exempt", "let in anyway", "the same person again", "a room without a limit"],
)
def test_what_is_no_fault_of_an_offline_door_is_not_told(second: Crossing) -> None:
    assert full(step(0, ROOM), second) is None


def test_whoever_went_elsewhere_left_a_place() -> None:
    assert full(step(0, ROOM), step(1, OTHER), step(2, ROOM, BEN)) is None
    assert full(step(0, ROOM), step(1, VENUE, out=True), step(2, ROOM, BEN)) is None


def test_where_each_day_counts_anew_a_room_is_empty_in_the_morning() -> None:
    steps = [step(0, ROOM), step(15 * HOUR, ROOM, BEN)]

    assert full(*steps) is not None
    assert full(*steps, zone="Europe/Berlin") is None
