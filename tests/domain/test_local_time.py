"""Local times become moments without surprises when clocks change."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventmatch.domain.errors import Invalid
from eventmatch.domain.local_time import day_began, floor_quarter, is_quarter, quarter_hours, to_local, to_utc, zones

BERLIN = "Europe/Berlin"
wall = datetime.fromisoformat  # what a clock on the wall shows


def test_a_local_time_is_read_in_its_zone() -> None:
    assert to_utc(wall("2027-07-01 09:00"), BERLIN) == datetime(2027, 7, 1, 7, 0, tzinfo=UTC)


def test_a_time_that_exists_twice_means_the_first() -> None:
    assert to_utc(wall("2027-10-31 02:30"), BERLIN) == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


def test_a_browser_cannot_choose_the_second_of_the_two() -> None:
    assert to_utc(wall("2027-10-31 02:30").replace(fold=1), BERLIN) == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


def test_a_time_that_does_not_exist_moves_forward() -> None:
    moved = to_utc(wall("2027-03-28 02:30"), BERLIN)

    assert to_local(moved, BERLIN) == wall("2027-03-28 03:30")


@pytest.mark.parametrize(
    ("at", "zone", "began"),
    [
        ("2027-07-01 21:59", BERLIN, "2027-06-30 22:00"),
        ("2027-07-01 22:00", BERLIN, "2027-07-01 22:00"),
        ("2027-03-28 20:00", BERLIN, "2027-03-27 23:00"),  # clocks went forward at two
        ("2018-11-04 12:00", "America/Sao_Paulo", "2018-11-04 03:00"),  # there was no midnight: it became one
        ("2027-03-04 01:00", "Pacific/Kiritimati", "2027-03-03 10:00"),
    ],
)
def test_a_day_begins_when_the_clocks_there_say_so(at: str, zone: str, began: str) -> None:
    assert day_began(wall(f"{at}+00:00"), zone) == wall(f"{began}+00:00")


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../etc/passwd", "a" * 300, "Europe/\x00Berlin", "/etc/passwd"])
def test_an_unknown_zone_is_refused_beside_its_field(zone: str) -> None:
    with pytest.raises(Invalid) as refusal:
        to_utc(wall("2027-07-01 09:00"), zone)

    assert refusal.value.field == "zone"


@given(
    st.datetimes(wall("2000-01-01"), wall("2100-01-01"), timezones=st.just(UTC)),
    st.sampled_from(["Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]),
)
def test_a_moment_survives_the_way_to_local_and_back_unless_its_hour_repeats(at: datetime, zone: str) -> None:
    repeated = at.astimezone(ZoneInfo(zone)).fold == 1

    back = to_utc(to_local(at, zone), zone)

    assert back < at if repeated else back == at


def test_the_list_of_zones_holds_places_only() -> None:
    assert {"Europe/Berlin", "Africa/Lagos", "UTC"} <= set(zones())
    assert not [name for name in zones() if name.startswith("Etc/")]


def test_quarters_reach_from_one_end_to_the_other() -> None:
    since = datetime(2027, 7, 1, 9, 0, tzinfo=UTC)

    assert quarter_hours(since, since + timedelta(minutes=40)) == (
        since,
        since + timedelta(minutes=15),
        since + timedelta(minutes=30),
    )
    assert quarter_hours(since, since) == (since,)
    assert quarter_hours(since, since - timedelta(minutes=1)) == ()


def test_quarters_are_told_from_other_times() -> None:
    assert is_quarter(wall("2027-07-01 09:45"))
    assert not is_quarter(wall("2027-07-01 09:50"))
    assert floor_quarter(wall("2027-07-01 09:59:30")) == wall("2027-07-01 09:45")


@pytest.mark.parametrize(("time", "zone"), [("0001-01-01 00:00", "Asia/Tokyo"), ("9999-12-31 23:59", "America/Lima")])
def test_a_date_at_the_end_of_the_calendar_is_refused(time: str, zone: str) -> None:
    with pytest.raises(Invalid):
        to_utc(wall(time), zone)
