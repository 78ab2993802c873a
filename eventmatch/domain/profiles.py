"""What an attendee says about themselves, and what of it is allowed."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from eventmatch.domain.errors import Invalid
from eventmatch.domain.states import ArrivalVisibility, HiddenFrom, Mode

Hours = tuple[tuple[datetime, datetime], ...]

LONGEST = {
    "name": 200,
    "organisation": 200,
    "team": 120,
    "role": 120,
    "headline": 300,
    "about": 4000,
    "ask": 300,
    "offer": 300,
    "phone": 40,
    "link": 300,
    "note": 4000,  # in the own contact book
    "text": 4000,  # of a report
}
LONGEST_TAG = 80
MOST_TAGS = 60

_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Profile:
    """One attendee's words, as they come from a form, a file or the demo; already cleaned."""

    name: str
    organisation: str = ""
    team: str = ""
    role: str = ""
    headline: str = ""
    about: str = ""
    interests: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()
    ask: str = ""
    offer: str = ""
    ask_hidden_from: HiddenFrom = HiddenFrom.NOBODY
    glad_to_help: bool = False
    mode: Mode = Mode.IN_PERSON
    can_video: bool = False
    hours: Hours = ()
    phone: str = ""
    link: str = ""
    arrival_visible_to: ArrivalVisibility = ArrivalVisibility.NOBODY


def clean_line(text: str, field: str, *, longest: int | None = None) -> str:
    """Return one line without control, direction-changing or broken characters.

    Raises
    ------
    Invalid
        If it is longer than the field allows.
    """
    line = _SPACES.sub(" ", _UNSEEN.sub("", unicodedata.normalize("NFC", text).replace("\n", " "))).strip()
    return _within(line, field, longest or LONGEST[field])


def clean_text(text: str, field: str) -> str:
    """Return several lines without control, direction-changing or broken characters."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kept = [_UNSEEN.sub("", unicodedata.normalize("NFC", line)).rstrip() for line in lines]
    return _within("\n".join(kept).strip(), field, LONGEST[field])


def _within(text: str, field: str, longest: int) -> str:
    """Return the text if the field can hold it."""
    if len(text) > longest:
        message = f"This may have up to {longest} characters; it has {len(text)}."
        raise Invalid(message, field=field)
    return text


def clean_tags(words: str | Iterable[str], field: str = "interests") -> tuple[str, ...]:
    """Return tags as they are kept: lower case, each once, in the order typed; text is split at commas and lines."""
    given = re.split(r"[,;\n]", words) if isinstance(words, str) else words
    tags = dict.fromkeys(
        _SPACES.sub(" ", _UNSEEN.sub("", unicodedata.normalize("NFKC", w))).strip().lower() for w in given
    )
    tags.pop("", None)
    if len(tags) > MOST_TAGS:
        raise Invalid(f"There may be up to {MOST_TAGS} of these; there are {len(tags)}.", field=field)
    for tag in tags:
        if len(tag) > LONGEST_TAG:
            raise Invalid(f"Each may have up to {LONGEST_TAG} characters; “{tag[:20]}…” has {len(tag)}.", field=field)
    return tuple(tags)


def clean_link(text: str) -> str:
    """Return an http or https address, or nothing."""
    link = clean_line(text, "link")
    if link and not re.fullmatch(r"https?://[^\s/]+\.[^\s]+", link):
        raise Invalid(
            "This must be an address that begins with https://, such as https://example.org/me.", field="link"
        )
    return link


def clean_phone(text: str) -> str:
    """Return a telephone number with digits and the usual signs, or nothing."""
    phone = clean_line(text, "phone")
    if phone and not re.fullmatch(r"\+?[0-9 ()/.-]{5,}", phone):
        raise Invalid("This must be a telephone number such as +49 30 1234567.", field="phone")
    return phone
