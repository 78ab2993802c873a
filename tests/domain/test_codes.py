"""Codes are unguessable, unmistakable and forgiving to type."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from eventmatch.domain import codes

A_CODE = "7ZZZZZZZZZ0123456789ABCDEF"


def test_a_new_code_has_26_unambiguous_characters() -> None:
    assert all(codes.is_code(codes.new_code()) for _ in range(200))


def test_new_codes_do_not_repeat() -> None:
    assert len({codes.new_code() for _ in range(2000)}) == 2000


def test_a_code_carries_all_128_bits() -> None:
    seen = [codes.new_code() for _ in range(2000)]

    assert {code[0] for code in seen} == set("01234567")
    assert all({code[place] for code in seen} == set(codes.ALPHABET) for place in range(1, 26))


def test_a_new_number_is_six_characters_of_the_alphabet() -> None:
    assert all(codes.is_number(codes.new_number()) for _ in range(200))


def test_a_pin_is_always_six_digits() -> None:
    assert all(len(pin) == 6 and pin.isdecimal() for pin in (codes.new_pin() for _ in range(500)))


def test_a_token_carries_32_bytes_and_no_character_an_address_minds() -> None:
    token = codes.new_token()

    assert len(token) == 43
    assert token.replace("-", "").replace("_", "").isalnum()


def test_a_token_is_stored_as_its_sha256() -> None:
    assert codes.token_hash("ada") == hashlib.sha256(b"ada").hexdigest()


def test_what_eyes_confuse_is_read_as_meant() -> None:
    assert codes.normalise(" 7k-3m\u20139q oil ") == "7K3M9Q011"


@given(st.lists(st.sampled_from(["-", " ", "\n", "\u2011"]), min_size=25, max_size=25))
def test_separators_never_change_a_code(fillers: list[str]) -> None:
    typed = A_CODE[0] + "".join(filler + letter for filler, letter in zip(fillers, A_CODE[1:], strict=True))

    assert codes.normalise(typed.lower()) == A_CODE


@given(st.text())
def test_normalising_twice_is_normalising_once(text: str) -> None:
    assert codes.normalise(codes.normalise(text)) == codes.normalise(text)


def test_shapes_are_told_apart() -> None:
    assert codes.is_code(A_CODE)
    assert not codes.is_code(A_CODE[:-1])
    assert not codes.is_code(A_CODE[:-1] + "U")
    assert codes.is_number("7K3M9Q")
    assert not codes.is_number("7K3M9U")
    assert not codes.is_number(A_CODE)
