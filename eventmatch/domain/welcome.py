"""The codes guests check themselves in with: one on a screen that changes every half minute, and one on paper."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from eventmatch.domain.codes import ALPHABET, normalise
from eventmatch.domain.states import DeviceKind

STEP = timedelta(seconds=30)
LENGTH = 10
SEEN_LASTS = timedelta(minutes=10)  # time to look for the mail with the six digits


@dataclass(frozen=True, slots=True)
class Seen:
    """A browser opened a code while it was good: where, from what, and when."""

    event_id: int
    door_id: int
    kind: DeviceKind
    at: datetime

    def is_good(self, event_id: int, now: datetime) -> bool:
        """Tell whether somebody may still check in with it at this event."""
        return self.event_id == event_id and self.at <= now < self.at + SEEN_LASTS


def event_key(secret: str, event_id: int) -> bytes:
    """Derive the key of one event from the installation's secret (HKDF-SHA256); it is kept nowhere."""
    random = hmac.digest(bytes(32), secret.encode(), sha256)
    return hmac.digest(random, f"eventmatch welcome code of event {event_id}".encode() + b"\1", sha256)


def screen_code(key: bytes, door_id: int, at: datetime) -> str:
    """Return the code that a screen at a door shows at a moment."""
    return _code(key, f"screen {door_id} {_step(at)}")


def poster_code(key: bytes, door_id: int) -> str:
    """Return the code on the paper at a door, which stays the same."""
    return _code(key, f"poster {door_id}")


def is_on_screen(key: bytes, door_id: int, code: str, at: datetime) -> bool:
    """Tell whether a screen at a door shows this code now, has just done so, or is about to: clocks differ."""
    return any(_same(screen_code(key, door_id, at + STEP * late), code) for late in (-1, 0, 1))


def is_on_poster(key: bytes, door_id: int, code: str) -> bool:
    """Tell whether this is the code on the paper at a door."""
    return _same(poster_code(key, door_id), code)


def _same(code: str, typed: str) -> bool:
    """Compare without telling by the time it takes how much was right."""
    return hmac.compare_digest(code.encode(), normalise(typed).encode("utf-8", "surrogatepass"))


def _step(at: datetime) -> int:
    """Count the half minutes since 1970."""
    return int(at.timestamp()) // int(STEP.total_seconds())


def _code(key: bytes, said: str) -> str:
    """Write the beginning of a keyed hash in our alphabet: five bits of each of ten bytes."""
    return "".join(ALPHABET[byte & 31] for byte in hmac.digest(key, said.encode(), sha256)[:LENGTH])
