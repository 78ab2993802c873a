"""How links in mails and six-digit codes let people in, and for how long."""

from datetime import datetime, timedelta
from enum import StrEnum


class LinkPurpose(StrEnum):
    """Why a link was mailed; each proves that somebody reads that address."""

    SIGN_IN = "sign_in"
    VERIFY = "verify"  # a registration: confirms the place it was mailed for
    CLAIM = "claim"  # an organiser imported the address
    ADD_ADDRESS = "add_address"  # a further address of a person already signed in


LIFETIME = {
    LinkPurpose.SIGN_IN: timedelta(minutes=15),
    LinkPurpose.VERIFY: timedelta(hours=48),
    LinkPurpose.CLAIM: timedelta(days=14),
    LinkPurpose.ADD_ADDRESS: timedelta(hours=24),
}
PIN_LIFETIME = timedelta(minutes=10)
PIN_TRIES = 5  # for each mail
PIN_TRIES_PER_ADDRESS = 20  # that fail, in the time below; then the link alone lets in
PIN_TRIES_WINDOW = timedelta(hours=24)
MAILS_PER_ADDRESS = 10  # in the time below; more are refused
MAILS_WINDOW = timedelta(minutes=15)
SEAT_HELD = timedelta(hours=48)

FRESH_ABSOLUTE = timedelta(hours=12)  # organisers' work needs a session no older …
FRESH_IDLE = timedelta(hours=3)  # … and used this recently
LONGEST_PATH = 400
AFTER_EVENT = timedelta(days=2)
LONGEST_SESSION = timedelta(days=365)  # an event may stand years away, by a slip of the keys
SEEN_EVERY = timedelta(minutes=5)  # how often a session's last use is written down


def is_fresh(created_at: datetime, seen_at: datetime, now: datetime) -> bool:
    """Return whether a session may do organisers' work."""
    return now - created_at < FRESH_ABSOLUTE and now - seen_at < FRESH_IDLE


def session_end(now: datetime, event_ends: list[datetime]) -> datetime:
    """Return when a session ends: two days after the last event, organisers' hours at least.

    An event more than a year away counts as one in a year.
    """
    latest = now + LONGEST_SESSION
    return max([now + FRESH_ABSOLUTE, *(min(ends, latest) + AFTER_EVENT for ends in event_ends)])


def own_path(path: str) -> str:
    """Return a path on this site to go on to, or "/" for anything that leads elsewhere."""
    plain = (
        path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() and len(path) <= LONGEST_PATH
    )
    return path if plain and "\\" not in path else "/"
