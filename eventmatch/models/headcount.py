"""How many are in rooms without a limit, as one process knows it: counted now and then, followed in between.

Counting thousands would be most of a scan's work. A room that can be full is counted at every scan.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

COUNTED_EVERY = timedelta(seconds=1)  # what other processes do shows after this time


@dataclass(slots=True)
class Count:
    """How many are in one room."""

    inside: int
    at: datetime  # when they were counted


class Headcount:
    """The counts of one database."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._by_door: dict[int, Count] = {}
        self._by_room: dict[int, Count] = {}

    def behind(self, door_id: int, at: datetime) -> Count | None:
        """Return the count behind a door, unless it is time to count anew."""
        count = self._by_door.get(door_id)
        return count if count is not None and abs(at - count.at) < COUNTED_EVERY else None

    def counted(self, door_id: int, room_id: int, inside: int, at: datetime) -> Count:
        """Take over what was counted; all doors of a room share it."""
        count = self._by_room.setdefault(room_id, Count(inside, at))
        count.inside, count.at = inside, at
        self._by_door[door_id] = count
        return count

    def forget(self) -> None:
        """Count anew next time: something else than one scan has changed who is where."""
        self._by_door.clear()
        self._by_room.clear()


_kept: WeakKeyDictionary[Engine, Headcount] = WeakKeyDictionary()


def headcount_of(engine: Engine) -> Headcount:
    """Return the counts of a database."""
    found = _kept.get(engine)
    return found if found is not None else _kept.setdefault(engine, Headcount())
