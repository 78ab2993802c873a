"""The answer of a door: worded once, stored with its scan, and given again byte for byte."""

import json
from datetime import datetime
from typing import NamedTuple

from eventmatch.domain.verdicts import Tone, Verdict, tone

_write = json.JSONEncoder(ensure_ascii=False).encode


class Guest(NamedTuple):
    """Who stands at the door."""

    name: str
    organisation: str
    kind: str


class FirstScan(NamedTuple):
    """When and where somebody came into the room they are in."""

    at: str
    door: str


class RoomNow(NamedTuple):
    """How full the room behind the door is."""

    name: str
    inside: int
    capacity: int | None


class Answer(NamedTuple):
    """An answer before its scan has a number."""

    verdict: Verdict
    reason: str
    attendee: Guest | None
    first_scan: FirstScan | None
    room: RoomNow

    def stored(self) -> str:
        """Write the answer down as it will be given."""
        guest, first, room = self.attendee, self.first_scan, self.room
        return _write(
            {
                "verdict": self.verdict,
                "reason": self.reason,
                "attendee": guest and {"name": guest.name, "organisation": guest.organisation, "kind": guest.kind},
                "first_scan": first and {"at": first.at, "door": first.door},
                "room": {"name": room.name, "inside": room.inside, "capacity": room.capacity},
            }
        )


class Entry(NamedTuple):
    """What the door answered: an answer, and where it is kept."""

    verdict: Verdict
    reason: str
    attendee: Guest | None
    first_scan: FirstScan | None
    room: RoomNow
    scan_id: int
    repeated: bool  # a retry: this is the answer given before
    json: str

    @property
    def tone(self) -> Tone:
        """How the answer looks."""
        return tone(self.verdict)


def moment(at: datetime) -> str:
    """Write a moment as devices read it."""
    return at.isoformat(timespec="seconds")


def entry(stored: str, scan_id: int, *, repeated: bool = False) -> Entry:
    """Return the answer of one stored scan."""
    values = json.loads(stored)
    answer = Answer(
        verdict=Verdict(values["verdict"]),
        reason=values["reason"],
        attendee=Guest(**values["attendee"]) if values["attendee"] else None,
        first_scan=FirstScan(**values["first_scan"]) if values["first_scan"] else None,
        room=RoomNow(**values["room"]),
    )
    return entry_of(answer, stored, scan_id, repeated=repeated)


def entry_of(answer: Answer, stored: str, scan_id: int, *, repeated: bool = False) -> Entry:
    """Return an answer as the one of a stored scan, where both forms of it are at hand."""
    return Entry(*answer, scan_id, repeated, f'{stored[:-1]}, "scan_id": {scan_id}}}')
