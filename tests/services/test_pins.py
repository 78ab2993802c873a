"""Five tries at a kiosk's PIN, then a pause."""

from datetime import timedelta

import pytest

from eventmatch.domain.errors import Invalid, TooMany
from eventmatch.formats import pin as pins_format
from eventmatch.models.base import db, write_transaction
from eventmatch.models.device import Device
from eventmatch.services import pins
from tests.cast import NINE, MeetupRef, add_device

SECOND = timedelta(seconds=1)


@pytest.fixture
def kiosk(meetup: MeetupRef) -> int:
    """Return a device with the PIN 2468."""
    device_id = add_device(meetup).device_id
    with write_transaction() as session:
        session.get_one(Device, device_id).pin_hash = pins_format.hashed("2468")
    assert device_id is not None
    return device_id


def wrong(kiosk: int, times: int = pins.TRIES) -> None:
    """Type a wrong PIN some times."""
    for _ in range(times):
        with pytest.raises(Invalid):
            pins.check(kiosk, "1111", now=NINE)


def test_the_right_pin_opens(kiosk: int) -> None:
    pins.check(kiosk, " 2468 ", now=NINE)

    assert db.session.get_one(Device, kiosk).pin_tries == 0


def test_five_wrong_ones_end_the_right_one_too_until_the_pause_is_over(kiosk: int) -> None:
    wrong(kiosk)

    for at in (NINE, NINE + pins.PAUSE - SECOND):
        with pytest.raises(TooMany):
            pins.check(kiosk, "2468", now=at)
    pins.check(kiosk, "2468", now=NINE + pins.PAUSE)


def test_after_the_pause_there_are_five_more_tries_and_not_one(kiosk: int) -> None:
    wrong(kiosk)
    for _ in range(pins.TRIES):
        with pytest.raises(Invalid):
            pins.check(kiosk, "1111", now=NINE + pins.PAUSE)

    with pytest.raises(TooMany):
        pins.check(kiosk, "2468", now=NINE + pins.PAUSE)


def test_the_right_one_gives_all_tries_back(kiosk: int) -> None:
    wrong(kiosk, pins.TRIES - 1)
    pins.check(kiosk, "2468", now=NINE)

    wrong(kiosk)


def test_one_kiosks_pause_is_not_anothers(kiosk: int, meetup: MeetupRef) -> None:
    other = add_device(meetup, "Other").device_id or 0
    with write_transaction() as session:
        session.get_one(Device, other).pin_hash = pins_format.hashed("1357")
    wrong(kiosk)

    pins.check(other, "1357", now=NINE)


def test_a_device_without_a_pin_opens_to_nobody(meetup: MeetupRef) -> None:
    for pin in ("", "0000"):
        with pytest.raises(Invalid):
            pins.check(add_device(meetup, f"Tablet {pin}").device_id or 0, pin, now=NINE)


@pytest.mark.parametrize("pin", ["", "123", "123456789", "12a4", "１２３４", "-123", "12 4"])
def test_a_pin_has_four_to_eight_digits(pin: str) -> None:
    with pytest.raises(Invalid) as refusal:
        pins.clean(pin)

    assert refusal.value.field == "pin"


@pytest.mark.parametrize("pin", ["2468", " 12345678 "])
def test_spaces_around_do_not_matter(pin: str) -> None:
    assert pins.clean(pin) == pin.strip()
