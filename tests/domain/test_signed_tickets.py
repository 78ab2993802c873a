"""Signed tickets, by the vectors that browsers are held to as well."""

import json
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from eventmatch.domain.codes import ALPHABET, new_code, normalise
from eventmatch.domain.signed_tickets import LENGTH, Flaw, Proof, SignedTicket, has_shape, minute, verify, write
from eventmatch.formats import signature

VECTORS: dict[str, Any] = json.loads((Path(__file__).parents[1] / "vectors/signed_tickets.json").read_text("utf-8"))
CASES: dict[str, dict[str, Any]] = {case["name"]: case for case in VECTORS["cases"]}
PRIVATE = {key["number"]: bytes.fromhex(key["hex"]) for key in VECTORS["private_keys"]}
VALID = CASES["valid"]["text"]
NOW = datetime.fromisoformat(CASES["valid"]["now"])
TICKET = SignedTicket(**CASES["valid"]["ticket"])


def keys_of(event_id: int) -> dict[int, bytes]:
    return {k["number"]: b64decode(k["key_base64"]) for k in VECTORS["keys"] if k["event_id"] == event_id}


def verified(text: str, now: datetime = NOW) -> Proof:
    return verify(text, keys_of, signature.genuine, now)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_vector(case: dict[str, Any]) -> None:
    proof = verified(case["text"], datetime.fromisoformat(case["now"]))

    assert proof.flaw == (Flaw(case["why"]) if "why" in case else None)
    assert proof.ticket == (SignedTicket(**case["ticket"]) if "ticket" in case else None)


def test_every_flaw_has_a_vector() -> None:
    assert {case["why"] for case in CASES.values() if "why" in case} == {flaw.value for flaw in Flaw}


@pytest.mark.parametrize("name", ["valid", "valid under a newer key", "largest numbers four bytes hold"])
def test_signing_makes_the_vectors_to_the_last_bit(name: str) -> None:
    ticket = SignedTicket(**CASES[name]["ticket"])

    assert write(ticket, partial(signature.sign, PRIVATE[ticket.key_number])) == CASES[name]["text"]


@given(
    st.integers(0, 2**32 - 1), st.integers(0, 255), st.integers(0, 2**32 - 2), st.integers(0, 2**32 - 1), st.randoms()
)
def test_what_is_written_is_read_again(event: int, key: int, since: int, until: int, chance: Any) -> None:
    ticket = SignedTicket(new_code(), event, key, since, until)
    sign = partial(signature.sign, PRIVATE[0])

    proof = verify(write(ticket, sign), lambda _: {key: signature.public_key(PRIVATE[0])}, signature.genuine, NOW)

    assert proof.ticket == ticket


@given(st.data())
def test_a_mutated_code_is_never_believed(data: st.DataObject) -> None:
    text = data.draw(mutations())
    assume(normalise(text) != VALID)

    assert verified(text).ticket is None


@st.composite
def mutations(draw: st.DrawFn) -> str:
    """Change, drop, add or swap signs of a valid ticket."""
    signs = list(VALID)
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(signs) - 1))
        match draw(st.sampled_from(["change", "drop", "add", "swap"])):
            case "change":
                signs[place] = draw(st.sampled_from(ALPHABET))
            case "drop":
                signs.pop(place)
            case "add":
                signs.insert(place, draw(st.sampled_from(ALPHABET)))
            case "swap":
                signs[place], signs[-1] = signs[-1], signs[place]
    return "".join(signs)


@pytest.mark.parametrize("place", range(LENGTH))
def test_no_single_sign_can_be_another(place: int) -> None:
    others = (VALID[:place] + sign + VALID[place + 1 :] for sign in ALPHABET if sign != VALID[place])

    assert [text for text in others if verified(text).ticket is not None] == []


@given(st.text())
def test_any_text_gets_an_answer(text: str) -> None:
    assert verified(text) == Proof(None, Flaw.MALFORMED)


@given(st.binary(min_size=94, max_size=94))
def test_any_94_bytes_get_an_answer(data: bytes) -> None:
    number = int.from_bytes(b"\x01\x00" + data[2:])
    text = "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(LENGTH)))

    assert has_shape(text)
    assert verified(text).ticket is None


def test_minutes_are_those_a_moment_is_in() -> None:
    moment = datetime(1970, 1, 1, 0, 1, 59, tzinfo=UTC)

    assert (minute(moment), minute(moment + timedelta(seconds=1))) == (1, 2)
