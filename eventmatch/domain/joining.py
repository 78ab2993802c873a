"""Taking part online: the organiser's link, and who is shown it."""

import re
from collections.abc import Mapping
from typing import Any

from eventmatch.domain.errors import Invalid
from eventmatch.domain.states import Mode

LONGEST = 500
ONLINE = frozenset({Mode.ONLINE, Mode.EITHER})
_ADDRESS = re.compile(r"https://(?![^/]*@)[^\s/?#\\]+\.[^\s/?#\\]+(?:[/?#][^\s\\]*)?")


def clean_join_url(text: str) -> str:
    """Return the https address of an online meeting, or nothing.

    Raises
    ------
    Invalid
        If it is no such address, or names a user before its host, as those do that want to look like others.
    """
    url = text.strip()
    if len(url) > LONGEST:
        raise Invalid(f"This may have up to {LONGEST} characters; it has {len(url)}.", field="join_url")
    if url and not (url.isprintable() and _ADDRESS.fullmatch(url)):
        raise Invalid("This must be an address such as https://meet.example.org/spring.", field="join_url")
    return url


def join_url(settings: Mapping[str, Any]) -> str:
    """Return an event's link from its settings, or nothing; what is strange there is none."""
    kept = settings.get("join_url")
    try:
        return clean_join_url(kept) if isinstance(kept, str) else ""
    except Invalid:
        return ""
