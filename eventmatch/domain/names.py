"""Names as people type them in a hurry: without accents, in any case, by any of their parts."""

import re
import unicodedata

_PLAIN = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
_SPELT_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
_BETWEEN = re.compile(r"[\W_]+")


def letters(text: str) -> int:
    """Count what counts as typed: letters and digits."""
    return sum(sign.isalnum() for sign in text)


def fold(text: str) -> str:
    """Return a text in lower case, without accents and marks, its words apart by one space."""
    apart = unicodedata.normalize("NFKD", text.casefold().translate(_PLAIN))
    plain = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return " ".join(_BETWEEN.sub(" ", plain.translate(_PLAIN)).split())


def matches(typed: str, name: str) -> bool:
    """Tell whether every typed word begins a word of the name, also where ü is spelt ue."""
    spelt_out = fold(unicodedata.normalize("NFC", name).casefold().translate(_SPELT_OUT))
    words = f"{fold(name)} {spelt_out}".split()
    return all(any(word.startswith(part) for word in words) for part in fold(typed).split())
