"""Hours are asked day by day and kept as moments, also when clocks change."""

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventmatch.domain.errors import Invalid
from eventmatch.domain.hours import DayHours, Span, days_from, hours_from, on_a_quarter, window

ALL_DAY = DayHours()
AWAY = DayHours(absent=True)
BERLIN = "Europe/Berlin"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


ONE_DAY = Span(at("2027-03-04 09:00"), at("2027-03-04 17:00"), BERLIN)  # ten to six in Berlin
TWO_DAYS = Span(at("2027-03-04 09:00"), at("2027-03-05 17:00"), BERLIN)
SPRING = Span(at("2027-03-27 23:00"), at("2027-03-28 20:00"), BERLIN)  # 02:00 to 03:00 does not exist
AUTUMN = Span(at("2027-10-30 22:00"), at("2027-10-31 20:00"), BERLIN)  # 02:00 to 03:00 exists twice


def test_an_event_has_the_days_of_its_own_zone() -> None:
    night = Span(at("2027-03-04 20:00"), at("2027-03-05 01:00"), BERLIN)

    assert ONE_DAY.days == (date(2027, 3, 4),)
    assert night.days == (date(2027, 3, 4), date(2027, 3, 5))


def test_an_event_that_ends_at_midnight_has_no_further_day() -> None:
    assert Span(at("2027-03-04 09:00"), at("2027-03-04 23:00"), BERLIN).days == (date(2027, 3, 4),)


def test_of_an_event_of_months_nobody_asks_each_day() -> None:
    endless = Span(at("2027-03-04 09:00"), at("2027-06-04 09:00"), BERLIN)

    assert endless.days == ()
    assert hours_from((), endless) == ()


def test_nothing_said_means_the_whole_event() -> None:
    assert hours_from((ALL_DAY, ALL_DAY), TWO_DAYS) == ()


def test_a_day_is_read_in_the_events_zone() -> None:
    assert hours_from((DayHours(time(10), time(12, 45)),), ONE_DAY) == (
        (at("2027-03-04 09:00"), at("2027-03-04 11:45")),
    )


def test_a_day_left_empty_beside_a_limited_one_is_there_in_full() -> None:
    hours = hours_from((DayHours(until=time(12)), ALL_DAY), TWO_DAYS)

    assert hours == (
        (at("2027-03-04 09:00"), at("2027-03-04 11:00")),
        (at("2027-03-04 23:00"), at("2027-03-05 17:00")),
    )


def test_a_day_away_is_left_out() -> None:
    assert hours_from((AWAY, ALL_DAY), TWO_DAYS) == ((at("2027-03-04 23:00"), at("2027-03-05 17:00")),)


def test_midnight_as_an_end_is_the_one_that_follows() -> None:
    assert window(date(2027, 3, 4), DayHours(time(20), time(0)), TWO_DAYS)[1] == at("2027-03-04 23:00")


def test_a_time_that_exists_twice_means_the_first() -> None:
    assert window(date(2027, 10, 31), DayHours(time(2, 30), time(8)), AUTUMN)[0] == at("2027-10-31 00:30")


def test_a_time_that_does_not_exist_moves_forward() -> None:
    assert window(date(2027, 3, 28), DayHours(time(2, 30), time(8)), SPRING)[0] == at("2027-03-28 01:30")


@pytest.mark.parametrize(
    "said",
    [
        (DayHours(time(12), time(11)),),
        (DayHours(time(12), time(12)),),
        (DayHours(time(19), time(20)),),
        (DayHours(time(7), time(9)),),
        (DayHours(until=time(9)),),
        (AWAY,),
    ],
)
def test_hours_in_which_nobody_can_be_met_are_refused(said: tuple[DayHours, ...]) -> None:
    with pytest.raises(Invalid) as refusal:
        hours_from(said, ONE_DAY)

    assert refusal.value.field == "hours"


def test_hours_finer_than_a_form_shows_survive_a_form_nobody_touched() -> None:
    known = ((at("2027-03-04 09:07"), at("2027-03-04 10:00")), (at("2027-03-04 12:00"), at("2027-03-04 14:00")))

    assert hours_from(days_from(known, ONE_DAY), ONE_DAY, known) == known
    assert hours_from((ALL_DAY,), ONE_DAY, known) == ()


QUARTER_PAIRS = st.tuples(st.integers(0, 95), st.integers(0, 95)).filter(lambda pair: pair[0] < pair[1])


@given(QUARTER_PAIRS, st.sampled_from([ONE_DAY, TWO_DAYS]))
def test_what_was_said_is_shown_again_and_means_the_same(pair: tuple[int, int], span: Span) -> None:
    since, until = (time(quarter // 4, quarter % 4 * 15) for quarter in pair)
    said = (DayHours(since, until), *[ALL_DAY] * (len(span.days) - 1))
    try:
        hours = hours_from(said, span)
    except Invalid:
        return

    assert hours_from(days_from(hours, span), span) == hours


def test_times_go_by_quarters() -> None:
    assert on_a_quarter(time(9, 45))
    assert not on_a_quarter(time(9, 50))
