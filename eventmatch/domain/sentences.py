"""What a door says with each verdict: one sentence a tired volunteer understands."""

from collections.abc import Callable
from datetime import datetime
from string import Formatter
from typing import NamedTuple
from zoneinfo import ZoneInfo

from eventmatch.domain.verdicts import DoorRule, DoorState, TicketState, Verdict, broken_rule

SENTENCES = {
    Verdict.ADMITTED: "May go in.",
    Verdict.ALREADY_IN: "Already in since {since}, {since_door}.",
    Verdict.EXITED: "Went out; in since {since}.",
    Verdict.NOT_INSIDE: "Is not inside, so cannot go out. Switch to In if they are arriving.",
    Verdict.UNKNOWN: "This is no code of this event. Search for the name instead.",
    Verdict.WRONG_EVENT: "This is a ticket for another event of the same organiser.",
    Verdict.BARRED: "May not come in. Call the organiser.",
    Verdict.REVOKED: "This code was replaced or handed on. Ask for the newest mail, or search for the name.",
    Verdict.CANCELLED: "This place was cancelled.",
    Verdict.WAITLISTED: "Has no place yet: waiting or not confirmed.",
    Verdict.NOT_YET_OPEN: "Doors open at {opens}.",
    Verdict.CLOSED: "Doors closed at {closes}.",
    Verdict.NEEDS_ANSWER: "Ask first: {question}",
    Verdict.ROOM_FULL: "All {places} places are taken. Ask them to wait until somebody leaves.",
}
STANDING = "Seats are taken. Standing room: {standing} left after this one."
CLOSED_BY_HAND = "Nobody else may go in for now. Ask them to wait: there is a waiting order."
RULES = {
    DoorRule.WAY_OUT: "This door only leads out. Send them to the entrance.",
    DoorRule.OTHER_KINDS: "This door is only for: {kinds}.",
    DoorRule.ENTRANCE_FIRST: "Has not checked in at the entrance yet.",
    DoorRule.NO_BADGE: "A badge opens no entrance. Ask for the ticket, or search for the name.",
    DoorRule.NO_WAY_BACK: "Has been in and went out; here nobody may come back in.",
}


class Circumstances(NamedTuple):
    """What a sentence may speak of; moments are shown in the event's zone."""

    zone: str
    at: datetime
    door: DoorState
    ticket: TicketState | None = None
    since: datetime | None = None
    since_door: str = ""
    question: str = "what the organiser wants to know here."
    closed: bool = False  # the room, by hand
    seats: int | None = None
    standing: int = 0


def reason(verdict: Verdict, known: Circumstances) -> str:
    """Return the sentence for a verdict."""
    if verdict is Verdict.WRONG_DOOR:
        return _wrong_door(known)
    if verdict is Verdict.ROOM_FULL and known.closed:
        return CLOSED_BY_HAND
    if verdict is Verdict.ADMITTED and (left := _standing_left(known)) is not None:
        return STANDING.format(standing=left)
    return SENTENCES[verdict].format(**{name: WORDS[name](known) for name in _NAMED[verdict]})


def _wrong_door(known: Circumstances) -> str:
    """Say which rule of the door it was."""
    rule = broken_rule(known.ticket, known.door) if known.ticket is not None else None
    return RULES[rule or DoorRule.NO_BADGE].format(kinds=", ".join(sorted(known.door.kinds)))


def _standing_left(known: Circumstances) -> int | None:
    """Count the standing places left once this one is in, where only these are left."""
    free = known.door.free_places
    return max(free - 1, 0) if free is not None and free <= known.standing and not known.closed else None


def _moment(moment: datetime | None, known: Circumstances) -> str:
    """Write a time of day, with the day where it is not today."""
    if moment is None:
        return ""
    here, today = moment.astimezone(ZoneInfo(known.zone)), known.at.astimezone(ZoneInfo(known.zone))
    day = "" if here.date() == today.date() else f"{here:%d %B}, "
    return f"{day}{here:%H:%M}"


WORDS: dict[str, Callable[[Circumstances], object]] = {
    "since": lambda known: _moment(known.since, known),
    "since_door": lambda known: known.since_door,
    "opens": lambda known: _moment(known.door.opens_at, known),
    "closes": lambda known: _moment(known.door.closes_at, known),
    "question": lambda known: known.question,
    "places": lambda known: (known.seats or 0) + known.standing,
}
_NAMED = {
    verdict: [name for _, name, _, _ in Formatter().parse(sentence) if name] for verdict, sentence in SENTENCES.items()
}
