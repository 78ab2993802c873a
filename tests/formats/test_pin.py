"""PINs are kept as hashes that cost memory to try."""

import pytest

from eventmatch.formats.pin import fits, hashed


def test_the_right_pin_fits_and_no_other() -> None:
    stored = hashed("2468")

    assert fits("2468", stored)
    assert not any(fits(pin, stored) for pin in ("2467", "24680", "", "\ud800", "²468"))


def test_equal_pins_are_stored_unlike_each_other_and_never_in_clear() -> None:
    one, other = hashed("2468"), hashed("2468")

    assert one != other
    assert "2468" not in one.split("$")


@pytest.mark.parametrize("part", ["argon2id", "m=19456,t=2,p=1"])
def test_the_hash_costs_what_we_decided(part: str) -> None:
    assert part in hashed("2468")
