"""The short names of events in addresses."""

import re
import unicodedata

from eventmatch.domain.errors import Invalid

LONGEST = 80
_ALLOWED = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_SPELT = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})


def slug_from(name: str) -> str:
    """Make a short name out of an event's name: letters without accents, digits and hyphens."""
    apart = unicodedata.normalize("NFKD", name.casefold().translate(_SPELT))
    plain = "".join(letter for letter in apart if letter.isascii() or not unicodedata.combining(letter))
    return re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-")[: LONGEST - 4].strip("-") or "event"


def check_slug(text: str) -> str:
    """Return a typed short name.

    Raises
    ------
    Invalid
        If it cannot stand in an address.
    """
    slug = text.strip().lower()
    if not _ALLOWED.fullmatch(slug) or len(slug) > LONGEST:
        message = f"This may have small letters, digits and single hyphens, up to {LONGEST} of them: spring-meetup."
        raise Invalid(message, field="slug")
    return slug
