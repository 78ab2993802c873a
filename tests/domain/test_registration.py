"""When an event takes registrations."""

from datetime import UTC, datetime, timedelta

import pytest

from eventmatch.domain.registration import Registration, modes_at, registration_at
from eventmatch.domain.states import Mode

END = datetime(2027, 3, 4, 17, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("before_end", "is_open", "free", "expected"),
    [
        (1, True, None, Registration.OPEN),
        (1, True, 1, Registration.OPEN),
        (1, True, 0, Registration.FULL),
        (1, True, -3, Registration.FULL),
        (1, False, 1, Registration.CLOSED),
        (0, True, 1, Registration.OVER),
        (0, False, 0, Registration.OVER),
    ],
)
def test_registration_stands_as_time_organiser_and_seats_say(
    before_end: int, *, is_open: bool, free: int | None, expected: Registration
) -> None:
    now = END - timedelta(seconds=before_end)

    assert registration_at(now, ends_at=END, is_open=is_open, free=free) is expected


def test_a_full_event_still_takes_people_for_its_waiting_list() -> None:
    assert [state for state in Registration if state.takes] == [Registration.OPEN, Registration.FULL]


def test_an_event_in_one_place_offers_no_other_way_of_taking_part() -> None:
    assert modes_at(Mode.IN_PERSON) == (Mode.IN_PERSON,)
    assert modes_at(Mode.ONLINE) == (Mode.ONLINE,)
    assert modes_at(Mode.EITHER) == (Mode.IN_PERSON, Mode.ONLINE, Mode.EITHER)
