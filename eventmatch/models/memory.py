"""What one process knows about its doors: for a second, or until it writes anything but scans.

To find out who may scan where is half of what a scan asks, and is the same from scan to scan; counting thousands would
be most of its work. What other processes change shows after that second. A room that can be full is counted at every
scan.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

from eventmatch.domain.readings import DoorKey
from eventmatch.models.base import changes
from eventmatch.models.place import Post

REMEMBERED = timedelta(seconds=1)


@dataclass(slots=True)
class Count:
    """How many are in one room."""

    inside: int
    at: datetime  # when they were counted


class PostKey(NamedTuple):
    """By what a device at a door is known: its id, or the hash of its token."""

    device: int | str | None
    door: DoorKey


class Memory:
    """What is known about the doors of one database."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self.changes = 0  # in the database, when this was known
        self._by_door: dict[int, Count] = {}
        self._by_room: dict[int, Count] = {}
        self._posts: dict[PostKey, tuple[Post, datetime]] = {}

    def count_behind(self, door_id: int, at: datetime) -> Count | None:
        """Return the count behind a door, unless it is time to count anew."""
        count = self._by_door.get(door_id)
        return count if count is not None and abs(at - count.at) < REMEMBERED else None

    def counted(self, door_id: int, room_id: int, inside: int, at: datetime) -> Count:
        """Take over what was counted; all doors of a room share it."""
        count = self._by_room.setdefault(room_id, Count(inside, at))
        count.inside, count.at = inside, at
        self._by_door[door_id] = count
        return count

    def post(self, key: PostKey, at: datetime) -> Post | None:
        """Return where a device stands, unless it is time to look again."""
        post, seen = self._posts.get(key, (None, at))
        return post if abs(at - seen) < REMEMBERED else None

    def seen(self, key: PostKey, post: Post, at: datetime) -> None:
        """Remember where a device stands."""
        self._posts[key] = post, at

    def forget(self) -> None:
        """Look anew next time: something else than one scan has changed what is known."""
        self._by_door.clear()
        self._by_room.clear()
        self._posts.clear()


_kept: WeakKeyDictionary[Engine, Memory] = WeakKeyDictionary()


def memory_of(engine: Engine) -> Memory:
    """Return what is known about the doors of a database."""
    found = _kept.get(engine)
    if found is None:
        found = _kept.setdefault(engine, Memory())
    if found.changes != (now := changes(engine)):
        found.forget()
        found.changes = now
    return found
