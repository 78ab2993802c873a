"""When two names mean one organisation, for those who must not see what a colleague keeps from colleagues."""

import re
import unicodedata
from collections.abc import Iterable

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
OPEN_TO_EVERYBODY = frozenset(
    {
        "aol.com",
        "free.fr",
        "gmail.com",
        "gmx.de",
        "gmx.net",
        "googlemail.com",
        "hotmail.com",
        "icloud.com",
        "live.com",
        "mail.ru",
        "me.com",
        "msn.com",
        "orange.fr",
        "outlook.com",
        "proton.me",
        "protonmail.com",
        "qq.com",
        "t-online.de",
        "web.de",
        "yahoo.com",
        "yandex.ru",
        *("example.com", "example.net", "example.org"),  # reserved for examples such as the demo: nobody's domain
    }
)
"""Large mail providers: an address there says nothing about an organisation."""

_JOINED = re.compile(r"(?<=\b\w)[./](?=\w\b)")  # A/S and e.V. are one word
_BREAKS = re.compile(r"[^\w]+")


def organisation_key(name: str) -> str:
    """Return what is left of a name without case, signs and legal form; nothing for nobody's organisation.

    Prefers to see one organisation where there are two: then somebody sees less, never more.
    """
    plain = _JOINED.sub("", unicodedata.normalize("NFKC", name).casefold())
    words = [word for word in _BREAKS.split(plain) if word]
    return " ".join([word for word in words if word not in _LEGAL_FORMS] or words)


def differ(one: str, other: str) -> bool:
    """Tell whether two people name two organisations; who names none may be anybody's colleague."""
    mine, theirs = organisation_key(one), organisation_key(other)
    return bool(mine) and bool(theirs) and mine != theirs


def share_a_domain(mine: Iterable[str], theirs: Iterable[str]) -> bool:
    """Tell whether two people have mail addresses under one domain that is not open to everybody."""
    return bool(_domains(mine) & _domains(theirs) - OPEN_TO_EVERYBODY)


def _domains(addresses: Iterable[str]) -> set[str]:
    """Return the domains of mail addresses."""
    return {address.rpartition("@")[2].casefold() for address in addresses}
