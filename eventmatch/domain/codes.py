"""Codes people carry, type and click: made from the system's randomness, read forgivingly."""

import hashlib
import re
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O or U, so that nothing can be misread."""

_SIGNS = frozenset(ALPHABET)

CODE_LENGTH = 26
NUMBER_LENGTH = 6

_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})
_AS_PYTHON_COUNTS = str.maketrans(ALPHABET, "0123456789ABCDEFGHIJKLMNOPQRSTUV")
_FILLERS = re.compile(r"[\s\-\u2010-\u2015]+")


def new_code() -> str:
    """Make the code of one ticket or badge: 128 random bits as 26 characters."""
    return written(secrets.token_bytes(16))


def written(data: bytes) -> str:
    """Write bytes as one number in base 32, the largest digit first."""
    number, digits = int.from_bytes(data), -(-len(data) * 8 // 5)
    return "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(digits)))


def unwritten(text: str, size: int) -> bytes | None:
    """Return the bytes behind a normalised text, if they are this many: what has one reading has one spelling."""
    if not text or not _SIGNS.issuperset(text) or len(text) != -(-size * 8 // 5):
        return None
    number = int(text.translate(_AS_PYTHON_COUNTS), 32)
    return number.to_bytes(size) if number.bit_length() <= size * 8 else None


def new_number() -> str:
    """Make a ticket number, short enough to read out and type."""
    return "".join(secrets.choice(ALPHABET) for _ in range(NUMBER_LENGTH))


def normalise(text: str) -> str:
    """Read a typed code as it was meant: any case, hyphens and spaces dropped, O as 0, I and L as 1."""
    return _FILLERS.sub("", text).upper().translate(_MISREAD)


def is_code(text: str) -> bool:
    """Tell whether a normalised text has the shape of a ticket or badge code."""
    return len(text) == CODE_LENGTH and _SIGNS.issuperset(text)


def is_number(text: str) -> bool:
    """Tell whether a normalised text has the shape of a ticket number."""
    return len(text) == NUMBER_LENGTH and _SIGNS.issuperset(text)


def new_token() -> str:
    """Make a secret for a link, a session or a device: 256 random bits, safe in an address."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """Return what may be stored of a token; a random token needs no salt and no slow hash."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def new_pin() -> str:
    """Make the six digits a mail carries to the browser that asked for them."""
    return f"{secrets.randbelow(1_000_000):06d}"
