"""Codes that change, a code that stays, and what a browser may do that read one."""

from datetime import datetime, timedelta

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given
from hypothesis import strategies as st

from eventmatch.domain.codes import ALPHABET
from eventmatch.domain.states import DeviceKind
from eventmatch.domain.welcome import (
    LENGTH,
    SEEN_LASTS,
    STEP,
    Seen,
    event_key,
    is_on_poster,
    is_on_screen,
    poster_code,
    screen_code,
)
from tests.cast import NINE

KEY = event_key("the installation's secret", 7)
DOOR, SIDE_DOOR = 3, 4
SECOND = timedelta(seconds=1)
STEPS = [(-3, False), (-2, False), (-1, True), (0, True), (1, True), (2, False), (3, False)]


def test_the_key_is_what_another_library_derives() -> None:
    info = b"eventmatch welcome code of event 7"

    assert HKDF(SHA256(), 32, salt=None, info=info).derive(b"the installation's secret") == KEY


@pytest.mark.parametrize(("steps", "good"), STEPS)
def test_a_code_is_good_one_step_before_and_after_its_own(steps: int, *, good: bool) -> None:
    code = screen_code(KEY, DOOR, NINE)

    for at in (NINE + STEP * steps, NINE + STEP * (steps + 1) - SECOND):
        assert is_on_screen(KEY, DOOR, code, at) is good


@given(st.datetimes(datetime(2020, 1, 1), datetime(2090, 1, 1)), st.integers(1, 2**31))  # noqa: DTZ001 - any moment
def test_a_code_has_ten_signs_that_nobody_misreads(at: datetime, door_id: int) -> None:
    code = screen_code(KEY, door_id, at.replace(tzinfo=NINE.tzinfo))

    assert len(code) == LENGTH
    assert set(code) <= set(ALPHABET)


def test_each_half_minute_door_and_event_has_a_code_of_its_own() -> None:
    other = event_key("the installation's secret", 8)
    codes = {screen_code(key, door, NINE + STEP * n) for key in (KEY, other) for door in (1, 2) for n in range(500)}
    codes |= {poster_code(key, door) for key in (KEY, other) for door in (1, 2)}

    assert len(codes) == 2 * 2 * 501


def test_neither_door_nor_kind_can_be_swapped() -> None:
    screen, poster = screen_code(KEY, DOOR, NINE), poster_code(KEY, DOOR)

    assert not is_on_screen(KEY, SIDE_DOOR, screen, NINE)
    assert not is_on_screen(KEY, DOOR, poster, NINE)
    assert not is_on_poster(KEY, SIDE_DOOR, poster)
    assert not is_on_poster(KEY, DOOR, screen)
    assert is_on_poster(KEY, DOOR, poster)


@pytest.mark.parametrize("typed", ["", "ä" * 10, "\ud800", "\0", "0" * 10, "x" * 10_000, "💥"])
def test_what_is_no_code_is_refused_quietly(typed: str) -> None:
    assert not is_on_screen(KEY, DOOR, typed, NINE)
    assert not is_on_poster(KEY, DOOR, typed)


def test_small_letters_are_the_same_code() -> None:
    assert is_on_screen(KEY, DOOR, screen_code(KEY, DOOR, NINE).lower(), NINE)


@pytest.mark.parametrize(
    ("later", "event_id", "good"),
    [
        (timedelta(0), 7, True),
        (SEEN_LASTS - SECOND, 7, True),
        (SEEN_LASTS, 7, False),
        (-SECOND, 7, False),
        (timedelta(0), 8, False),
    ],
)
def test_what_was_read_counts_for_ten_minutes_at_its_own_event(later: timedelta, event_id: int, *, good: bool) -> None:
    assert Seen(7, DOOR, DeviceKind.SCREEN, NINE).is_good(event_id, NINE + later) is good
