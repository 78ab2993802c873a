"""When two names mean one organisation, for those who must not see what a colleague keeps from colleagues."""

import re
import unicodedata

_LEGAL_FORMS = {
    "ab",
    "ag",
    "as",
    "asa",
    "aps",
    "bv",
    "co",
    "company",
    "corp",
    "corporation",
    "eg",
    "ev",
    "gmbh",
    "ggmbh",
    "gbr",
    "inc",
    "incorporated",
    "kg",
    "kgaa",
    "llc",
    "llp",
    "limited",
    "ltd",
    "mbh",
    "nv",
    "ohg",
    "oy",
    "plc",
    "pty",
    "sa",
    "sarl",
    "sas",
    "se",
    "spa",
    "srl",
    "the",
    "ug",
    "und",
    "and",
}
_JOINED = re.compile(r"(?<=\b\w)[./](?=\w\b)")  # A/S and e.V. are one word
_BREAKS = re.compile(r"[^\w]+")


def organisation_key(name: str) -> str:
    """Return what is left of a name without case, signs and legal form; nothing for nobody's organisation.

    Prefers to see one organisation where there are two: then somebody sees less, never more.
    """
    plain = _JOINED.sub("", unicodedata.normalize("NFKC", name).casefold())
    words = [word for word in _BREAKS.split(plain) if word]
    return " ".join([word for word in words if word not in _LEGAL_FORMS] or words)


def are_colleagues(one: str, other: str) -> bool:
    """Tell whether two people's organisations are the same, as far as their names can say."""
    key = organisation_key(one)
    return bool(key) and key == organisation_key(other)
