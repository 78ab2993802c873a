"""A ticket as a device may keep it: found by the hash of a code, opened by nothing but the code itself.

Whoever finds a lost device finds nobody in it: each name is sealed with a key that follows from the code on the
ticket, which only its holder brings. The library loads with the first roster: a door that is always online does
without its memory.
"""

import json
import os
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from eventmatch.domain.roster import base64url

PURPOSE = b"eventmatch roster"
KEY_BYTES, IV_BYTES, NAME_BYTES, SALT_BYTES = 32, 12, 16, 16


def salt_of(secret: str, event_id: int) -> bytes:
    """Return the salt of an event's rosters: the same on all its devices, another one at each installation."""
    return _derived(secret.encode(), b"", PURPOSE + f" salt {event_id}".encode(), SALT_BYTES)


def sealed(codes: Iterable[tuple[str, str]], content: dict[str, str], salt: bytes) -> list[dict[str, Any]]:
    """Seal what is said of a ticket once for each of its codes, given with what kind of code it is."""
    text = json.dumps(content, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return [{"as": kind, **_box(code.encode("utf-8", "surrogatepass"), text, salt)} for kind, code in codes]


def _box(code: bytes, text: bytes, salt: bytes) -> dict[str, str]:
    """Seal a text so that only the code opens it; the name under which it is found is sealed along."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    name = base64url(sha256(salt + code).digest()[:NAME_BYTES])
    iv = os.urandom(IV_BYTES)
    closed = AESGCM(_derived(code, salt, PURPOSE, KEY_BYTES)).encrypt(iv, text, name.encode())
    return {"key": name, "box": base64url(iv + closed)}


def _derived(secret: bytes, salt: bytes, purpose: bytes, length: int) -> bytes:
    """Derive a key (HKDF-SHA256)."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), length=length, salt=salt, info=purpose).derive(secret)
