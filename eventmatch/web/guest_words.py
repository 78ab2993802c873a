"""What guests read who check themselves in: the staff's verdicts in words meant for the one they are about."""

from flask_babel import lazy_gettext as _l

from eventmatch.domain.verdicts import Verdict
from eventmatch.services.entries import Entry

IN = {Verdict.ADMITTED, Verdict.ALREADY_IN}
ASK_STAFF = _l("Please ask the staff.")
WORDS = {
    Verdict.ADMITTED: (_l("Welcome"), _l("Come in.")),
    Verdict.ALREADY_IN: (_l("You are in"), _l("You have checked in before; there is nothing more to do.")),
    Verdict.UNKNOWN: (_l("We do not know this code"), _l("Try the one in your newest mail, or ask the staff.")),
    Verdict.WRONG_EVENT: (_l("Another event’s ticket"), _l("Show the ticket of this event, or ask the staff.")),
    Verdict.BARRED: (_l("Please see the staff"), _l("They know more, and help you.")),
    Verdict.REVOKED: (_l("This code is an old one"), _l("Look for the newest mail, or ask the staff.")),
    Verdict.CANCELLED: (_l("This place was cancelled"), _l("If that is a mistake, ask the staff.")),
    Verdict.WAITLISTED: (_l("No place yet"), _l("You are on the waiting list, or have not confirmed. Ask the staff.")),
    Verdict.WRONG_DOOR: (_l("Not at this door"), _l("Show your ticket instead of a badge, or ask the staff.")),
    Verdict.NEEDS_ANSWER: (_l("One question first"), _l("The staff ask it before you go in.")),
    Verdict.ROOM_FULL: (_l("It is full at the moment"), _l("The staff tell you when somebody leaves.")),
}
TIMES = {Verdict.NOT_YET_OPEN: _l("You are early"), Verdict.CLOSED: _l("Closed")}  # the door names the time


def words(entry: Entry) -> tuple[str, str]:
    """Return a word and a sentence for the guest who was judged."""
    if entry.verdict in TIMES:
        return str(TIMES[entry.verdict]), entry.reason
    word, sentence = WORDS.get(entry.verdict, (_l("Please see the staff"), ASK_STAFF))
    return str(word), str(sentence)
