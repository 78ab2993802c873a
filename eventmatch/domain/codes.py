"""Codes people carry, type and click: made from the system's randomness, read forgivingly."""

import hashlib
import re
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O or U, so that nothing can be misread."""

CODE_LENGTH = 26
NUMBER_LENGTH = 6

_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})
_FILLERS = re.compile(r"[\s\-\u2010-\u2015]+")


def new_code() -> str:
    """Make the code of one ticket or badge: 128 random bits as 26 characters."""
    value = secrets.randbits(128)
    return "".join(ALPHABET[value >> shift & 31] for shift in range(125, -1, -5))


def new_number() -> str:
    """Make a ticket number, short enough to read out and type."""
    return "".join(secrets.choice(ALPHABET) for _ in range(NUMBER_LENGTH))


def normalise(text: str) -> str:
    """Read a typed code as it was meant: any case, hyphens and spaces dropped, O as 0, I and L as 1."""
    return _FILLERS.sub("", text).upper().translate(_MISREAD)


def is_code(text: str) -> bool:
    """Tell whether a normalised text has the shape of a ticket or badge code."""
    return len(text) == CODE_LENGTH and set(text) <= set(ALPHABET)


def is_number(text: str) -> bool:
    """Tell whether a normalised text has the shape of a ticket number."""
    return len(text) == NUMBER_LENGTH and set(text) <= set(ALPHABET)


def new_token() -> str:
    """Make a secret for a link, a session or a device: 256 random bits, safe in an address."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """Return what may be stored of a token; a random token needs no salt and no slow hash."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def new_pin() -> str:
    """Make the six digits a mail carries to the browser that asked for them."""
    return f"{secrets.randbelow(1_000_000):06d}"
