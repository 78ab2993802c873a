"""Words an organiser reads as one, whichever is typed: only how they are read changes, never what somebody wrote."""

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum

from eventmatch.domain.errors import Invalid
from eventmatch.domain.profiles import clean_line


class Kind(StrEnum):
    """What words stand for: each kind has synonyms of its own."""

    TAG = "tag"
    ORGANISATION = "organisation"

    @property
    def setting(self) -> str:
        """Where the decisions about it are kept."""
        return "synonyms" if self is Kind.TAG else "organisation_synonyms"


def kind_of(text: str) -> Kind:
    """Return what somebody chose."""
    try:
        return Kind(text)
    except ValueError as error:
        raise Invalid("Say whether these are tags or organisations.", field="kind") from error


def word_key(words: str) -> str:
    """Return what makes two spellings one to the matcher: NFKC, case folded, single spaces."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", words).casefold()).strip()


def clean_word(words: str, field: str) -> str:
    """Return one word, or several that belong together, as they are kept.

    Raises
    ------
    Invalid
        If nothing is left of it, or more than anybody may have typed.
    """
    try:
        line = clean_line(words, "organisation")
    except Invalid as error:
        raise Invalid(error.message, field=field) from error
    if not line:
        raise Invalid("Type a word.", field=field)
    return line


def two_words(one: str, other: str) -> tuple[str, ...]:
    """Return the keys of two words in order, or say that they are one."""
    keys = sorted({word_key(one), word_key(other)})
    if len(keys) == 1:
        raise Invalid("These are one already: capitals, width and spaces make no difference.", field="meant")
    return tuple(keys)


def with_synonym(synonyms: Mapping[str, str], written: str, meant: str) -> dict[str, str]:
    """Return synonyms with one more; a word may be read as one that is itself read as another, but in no circle.

    Raises
    ------
    Invalid
        If both are one word already, the word is read as another already, or reading would never end.
    """
    two_words(written, meant)
    known = {word_key(word): other for word, other in synonyms.items()}
    if (other := known.get(word_key(written))) is not None:
        raise Invalid(f"“{written}” is read as “{other}” already. Undo that first.", field="written")
    if (end := _followed(known, meant)) is None or word_key(end) == word_key(written):
        raise Invalid(f"“{meant}” is itself read as “{known[word_key(meant)]}”: that is a circle.", field="meant")
    return {**synonyms, written: meant}


def resolved(synonyms: Mapping[str, str]) -> dict[str, str]:
    """Return what each word is read as at last, for a reader that looks once; who is in a circle stays as written."""
    known = {word_key(word): other for word, other in synonyms.items()}
    ends = {word: _followed(known, word) for word in synonyms}
    return {word: end for word, end in ends.items() if end is not None}


def read_as(synonyms: Mapping[str, str], word: str) -> str:
    """Return what one word is read as at last."""
    return _followed({word_key(written): meant for written, meant in synonyms.items()}, word) or word


def _followed(known: Mapping[str, str], word: str) -> str | None:
    """Follow a word to what it is read as at last; a circle has no end."""
    seen = set()
    while (key := word_key(word)) in known:
        if key in seen:
            return None
        seen.add(key)
        word = known[key]
    return word
