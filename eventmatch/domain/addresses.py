"""The public paths of the product, and what a scanned text means."""

import re
from ipaddress import ip_address
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

from eventmatch.domain.codes import is_code, normalise
from eventmatch.domain.signed_tickets import has_shape

API = "/api/"  # below it devices and programs send JSON

Kind = Literal["ticket", "badge", "signed", "bare"]

PRIVATE = (".localhost", ".local", ".lan", ".internal", ".home.arpa")

_KINDS: dict[str, Kind] = {"t": "ticket", "b": "badge"}
_CODE_ADDRESS = re.compile(r"(?:https?://[^\s?#]*)?/([tb])/([0-9a-z-]+)/?(?:[?#]\S*)?", re.IGNORECASE)
_CASELESS_PATH = re.compile(r"/(?:[tb]/[0-9A-Z]+|w/[0-9A-Z-]+/[0-9A-Z]+)?", re.IGNORECASE)


class Scanned(NamedTuple):
    """What a scanner read: the normalised value, and the text as it came for look-ups of foreign codes."""

    kind: Kind
    value: str
    text: str


def read_code(text: str) -> Scanned:
    """Recognise a ticket or badge address under any host name and a signed ticket; all else is a bare code."""
    text = text.strip()
    address = _CODE_ADDRESS.fullmatch(text)
    if address and is_code(code := normalise(address[2])):
        return Scanned(_KINDS[address[1].lower()], code, text)
    value = normalise(text)
    return Scanned("signed" if has_shape(value) else "bare", value, text)


def ticket_path(code: str) -> str:
    """Return where the holder of a ticket finds it."""
    return f"/t/{code}"


def badge_path(code: str) -> str:
    """Return what a badge's QR leads to."""
    return f"/b/{code}"


def sign_in_path(token: str) -> str:
    """Return a one-time sign-in link's path."""
    return f"/in/{token}"


def verify_path(token: str) -> str:
    """Return where a mail address is confirmed."""
    return f"/verify/{token}"


def pair_path(token: str) -> str:
    """Return where a phone or laptop becomes a door device."""
    return f"/pair/{token}"


def trust_path() -> str:
    """Return where a phone learns to trust this server."""
    return "/trust"


def event_path(slug: str) -> str:
    """Return an event's public page."""
    return f"/e/{slug}"


def attendee_path(slug: str) -> str:
    """Return an attendee's own page at an event."""
    return f"/e/{slug}/me"


def people_path(slug: str) -> str:
    """Return an attendee's page of people to meet."""
    return f"/e/{slug}/people"


def welcome_path(slug: str, code: str) -> str:
    """Return what the QR of a venue's screen or poster leads to."""
    return f"/w/{slug}/{code}"


def here_path(slug: str) -> str:
    """Return where a guest says “I'm here”."""
    return f"/e/{slug}/here"


def door_path(door_id: int) -> str:
    """Return the scanning page of a door."""
    return f"/doors/{door_id}"


def organiser_path(slug: str) -> str:
    """Return the organiser's page of an event."""
    return f"/o/e/{slug}"


def contacts_path() -> str:
    """Return a person's own contact book."""
    return "/contacts"


def absolute(base_url: str, path: str) -> str:
    """Put a path under the configured base URL, which may have a path of its own."""
    return base_url.rstrip("/") + path


def reaches_everybody(base_url: str) -> bool:
    """Tell from its host whether any phone can open the base URL, and not only this machine or its network."""
    host = urlsplit(base_url).hostname or ""
    try:
        return ip_address(host).is_global
    except ValueError:
        return "." in host and not host.endswith(PRIVATE)


def qr_payload(base_url: str, path: str) -> str:
    """Return the text of a QR: in capitals, hence a smaller symbol, where neither host nor path minds.

    Hosts and the paths of tickets, badges and welcome codes mean the same in capitals; a base URL's own path and
    tokens do not.
    """
    address = absolute(base_url, path)
    caseless = not urlsplit(base_url).path.strip("/") and _CASELESS_PATH.fullmatch(path)
    return address.upper() if caseless else address
