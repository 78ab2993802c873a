"""Signed tickets: a ticket's code with its event and a signature, so that a door without network can trust it."""

import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from eventmatch.domain.codes import normalise, unwritten, written

VERSION = 1
LENGTH = 151  # characters: 94 bytes, which fit a QR of version 6 at error correction M

_FACTS = struct.Struct(">BB16sIII")  # version, key, ticket code, event, valid from, valid until
_SIZE = _FACTS.size + 64
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Sign = Callable[[bytes], bytes]
KeysOf = Callable[[int], Mapping[int, bytes]]
Genuine = Callable[[bytes, bytes, bytes], bool]


@dataclass(frozen=True, slots=True)
class SignedTicket:
    """What is signed; moments are whole minutes since 1970."""

    code: str
    event_id: int
    key_number: int
    valid_from: int
    valid_until: int  # the first minute that is too late


class Flaw(StrEnum):
    """Why a signed ticket is not valid, in the order in which it is looked at."""

    MALFORMED = "malformed"
    UNKNOWN_VERSION = "unknown_version"
    OTHER_EVENT = "other_event"  # none whose keys are known
    UNKNOWN_KEY = "unknown_key"  # never there, or withdrawn
    FORGED = "forged"
    NOT_YET = "not_yet"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Proof:
    """What came of verifying: the ticket if its signature is right, and what is wrong with it, if anything."""

    ticket: SignedTicket | None
    flaw: Flaw | None


def minute(moment: datetime) -> int:
    """Return the minute a moment is in."""
    return (moment - _EPOCH) // timedelta(minutes=1)


def has_shape(text: str) -> bool:
    """Tell whether a normalised text could be a signed ticket."""
    return len(text) == LENGTH and unwritten(text, _SIZE) is not None


def write(ticket: SignedTicket, sign: Sign) -> str:
    """Sign a ticket and write it as capitals and digits, which a QR packs densely."""
    code, window = unwritten(ticket.code, 16), (ticket.valid_from, ticket.valid_until)
    facts = _FACTS.pack(VERSION, ticket.key_number, code, ticket.event_id, *window)
    return written(facts + sign(facts))


def verify(text: str, keys_of: KeysOf, genuine: Genuine, now: datetime) -> Proof:
    """Say whether a text is a signed ticket that is valid now.

    `keys_of` returns the public keys of an event by number; `genuine` judges key, signature and what was signed.
    """
    data = unwritten(normalise(text), _SIZE)
    if data is None:
        return Proof(None, Flaw.MALFORMED)
    version, key_number, code, event_id, *window = _FACTS.unpack_from(data)
    if version != VERSION:
        return Proof(None, Flaw.UNKNOWN_VERSION)
    keys = keys_of(event_id)
    if key_number not in keys:
        return Proof(None, Flaw.UNKNOWN_KEY if keys else Flaw.OTHER_EVENT)
    if not genuine(keys[key_number], data[_FACTS.size :], data[: _FACTS.size]):
        return Proof(None, Flaw.FORGED)
    ticket = SignedTicket(written(code), event_id, key_number, *window)
    return Proof(ticket, _untimely(ticket, minute(now)))


def _untimely(ticket: SignedTicket, now: int) -> Flaw | None:
    """Say whether a ticket is shown too early or too late."""
    if now < ticket.valid_from:
        return Flaw.NOT_YET
    return Flaw.EXPIRED if now >= ticket.valid_until else None
