"""Tags are suggested to everybody, so no single person can be read out of them."""

from typing import Any

import pytest

from eventmatch.domain.states import AttendeeStatus, HiddenFrom
from eventmatch.models.attendee import tags_in_use
from tests.cast import NINE, MeetupRef, add_attendee


@pytest.mark.usefixtures("ada", "ben")
def test_what_several_say_is_suggested_the_most_used_first(meetup: MeetupRef) -> None:
    add_attendee(meetup, "Chidi", interests=["scrum", "gardens"], asks=["scrum"])

    assert tags_in_use(meetup.id) == ["scrum", "hospital moves", "vendor contracts"]


@pytest.mark.parametrize("hidden_from", [HiddenFrom.ORGANISATION, HiddenFrom.ORGANISER, HiddenFrom.BOTH])
def test_an_ask_hidden_from_anybody_is_not_suggested(hidden_from: HiddenFrom, meetup: MeetupRef) -> None:
    for name in ("Chidi", "Dana"):
        add_attendee(meetup, name, asks=["a new job"], interests=["gardens"], ask_hidden_from=hidden_from)

    assert tags_in_use(meetup.id) == ["gardens"]


@pytest.mark.parametrize(
    "state",
    [
        {"status": AttendeeStatus.PENDING, "held_until": NINE},
        {"status": AttendeeStatus.CANCELLED},
        {"barred_at": NINE},
        {"hidden_at": NINE},
    ],
    ids=["pending", "cancelled", "barred", "hidden"],
)
@pytest.mark.usefixtures("ada")
def test_words_of_those_whom_nobody_sees_are_not_suggested(state: dict[str, Any], meetup: MeetupRef) -> None:
    add_attendee(meetup, "Chidi", interests=["scrum"], **state)

    assert tags_in_use(meetup.id) == []
