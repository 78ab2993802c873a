"""What one process knows about its doors: for a second, or until it writes anything but scans.

To find out who may scan where is half of what a scan asks, and is the same from scan to scan; counting thousands would
be most of its work. What other processes change shows after that second. A room that can be full is counted at every
scan.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

from eventmatch.domain.readings import DoorKey
from eventmatch.models.base import changes
from eventmatch.models.place import Post

REMEMBERED = timedelta(seconds=1)
T = TypeVar("T")


class Moment(NamedTuple):
    """When something was looked up: the time, and what this process had written by then."""

    at: datetime
    changes: int

    def lasts(self, now: "Moment") -> bool:
        """Tell whether what was looked up may still be so."""
        return self.changes == now.changes and abs(now.at - self.at) < REMEMBERED


@dataclass(slots=True)
class Count:
    """How many are in one room."""

    inside: int


class PostKey(NamedTuple):
    """By what a device at a door is known: its id, or the hash of its token."""

    device: int | str | None
    door: DoorKey


class Memory:
    """What is known about the doors of one database, each with the moment before it was looked up."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._counts: dict[int, tuple[Count, Moment]] = {}
        self._rooms: dict[int, tuple[Count, Moment]] = {}
        self._posts: dict[PostKey, tuple[Post, Moment]] = {}

    def count_behind(self, door_id: int, now: Moment) -> Count | None:
        """Return the count behind a door, unless it is time to count anew."""
        return _lasting(self._counts.get(door_id), now)

    def counted(self, door_id: int, room_id: int, inside: int, now: Moment) -> Count:
        """Take over what was counted; all doors of a room share it."""
        count = _lasting(self._rooms.get(room_id), now) or Count(inside)
        count.inside = inside
        self._rooms[room_id] = self._counts[door_id] = count, now
        return count

    def post(self, key: PostKey, now: Moment) -> Post | None:
        """Return where a device stands, unless it is time to look again."""
        return _lasting(self._posts.get(key), now)

    def seen(self, key: PostKey, post: Post, now: Moment) -> None:
        """Remember where a device stands."""
        self._posts[key] = post, now


def _lasting(known: tuple[T, Moment] | None, now: Moment) -> T | None:
    """Return what is known, if that may still be so."""
    return known[0] if known is not None and known[1].lasts(now) else None


_kept: WeakKeyDictionary[Engine, Memory] = WeakKeyDictionary()


def memory_of(engine: Engine) -> Memory:
    """Return what is known about the doors of a database."""
    found = _kept.get(engine)
    return found if found is not None else _kept.setdefault(engine, Memory())


def now_in(engine: Engine, at: datetime) -> Moment:
    """Return this moment; taken before something is looked up, as others may write meanwhile."""
    return Moment(at, changes(engine))
