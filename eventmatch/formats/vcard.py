"""Contact cards as phones and mail programs read them: vCard 4.0, or 3.0 for older ones."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal
from urllib.parse import quote

from eventmatch.formats.cells import without_control_characters

Version = Literal["4.0", "3.0"]

_ESCAPES = str.maketrans({"\\": r"\\", ",": r"\,", ";": r"\;", "\n": r"\n"})
_LINE_ENDS = re.compile(r"\r\n|[\r\n\u2028\u2029]")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:(?!\d)", re.IGNORECASE)
_WEB = re.compile(r"https?://", re.IGNORECASE)
_SAFE_IN_ADDRESS = "/:?#[]@!$&'()*+=%~-._"
_OCTETS_PER_LINE = 75


@dataclass(frozen=True, slots=True)
class Card:
    """What one person shows another; every field but the uid, a URI like urn:uuid:…, may be empty."""

    uid: str
    name: str = ""
    organisation: str = ""
    team: str = ""
    role: str = ""
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    note: str = ""
    met_where: str = ""
    met_at: date | None = None
    revision: datetime | None = None


def vcard(card: Card, *, version: Version = "4.0") -> str:
    """Write one card; its lines end with CRLF and are folded at 75 octets."""
    return "".join(_folded(line) for line in _lines(card, version))


def vcards(cards: Iterable[Card], *, version: Version = "4.0") -> str:
    """Write a whole contact book into one text."""
    return "".join(vcard(card, version=version) for card in cards)


def name_parts(name: str) -> tuple[str, str]:
    """Guess (family, given): the last of several Latin words is the family name, else all is given.

    Best effort, since people type one name; programs show FN, which is the name as it was typed.
    """
    words = name.split()
    if len(words) < 2 or not _is_latin(name):  # noqa: PLR2004 - a family name needs a given name before it
        return "", " ".join(words)
    return words[-1], " ".join(words[:-1])


def _is_latin(name: str) -> bool:
    """Tell whether all letters are Latin ones."""
    return all(unicodedata.name(letter, "").startswith("LATIN") for letter in name if letter.isalpha())


def _lines(card: Card, version: Version) -> Iterator[str]:
    """Write the card's properties, unfolded."""
    family, given = (_escaped(part) for part in name_parts(card.name))
    yield "BEGIN:VCARD"
    yield f"VERSION:{version}"
    yield f"UID:{_escaped(card.uid)}"
    yield f"FN:{_escaped(_shown_name(card))}"
    yield f"N:{family};{given};;;"
    yield from _work(card)
    yield from (f"EMAIL:{_escaped(email)}" for email in card.emails if email.strip())
    yield from (f"TEL:{_escaped(phone)}" for phone in card.phones if phone.strip())
    yield from (f"URL:{address}" for url in card.urls if (address := _web_address(url)))
    if note := _note(card):
        yield f"NOTE:{_escaped(note)}"
    if card.revision:
        yield f"REV:{card.revision.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield "END:VCARD"


def _work(card: Card) -> Iterator[str]:
    """Write where somebody works and as what."""
    if card.organisation or card.team:
        units = (card.organisation, card.team) if card.team else (card.organisation,)
        yield "ORG:" + ";".join(_escaped(unit) for unit in units)
    if card.role:
        yield f"TITLE:{_escaped(card.role)}"


def _shown_name(card: Card) -> str:
    """Return the name, or what stands in for one: a card without is refused by programs."""
    return next((text for text in (card.name, *card.emails, card.organisation) if text.strip()), "?")


def _note(card: Card) -> str:
    """Put where and when two people met below the note."""
    met = ", ".join(filter(None, (card.met_where, card.met_at.isoformat()[:10] if card.met_at else "")))
    return "\n".join(filter(None, (card.note, met)))


def _web_address(url: str) -> str:
    """Return a web address fit for a card, or nothing: other schemes could do more than open a page."""
    url = without_control_characters(_LINE_ENDS.sub("", url)).strip()
    if not _WEB.match(url):
        url = "" if _SCHEME.match(url) or not url else f"https://{url}"
    return quote(url, safe=_SAFE_IN_ADDRESS)


def _escaped(text: str) -> str:
    """Escape a text so that it stays one value of one property."""
    return without_control_characters(_LINE_ENDS.sub("\n", text)).replace("\t", " ").translate(_ESCAPES)


def _folded(line: str) -> str:
    """Break a line into pieces of at most 75 octets, never inside a character."""
    pieces, octets = [""], 0
    for character in line:
        size = len(character.encode())
        if octets + size > _OCTETS_PER_LINE:
            pieces, octets = [*pieces, ""], 1
        pieces[-1] += character
        octets += size
    return "\r\n ".join(pieces) + "\r\n"
