"""Verdicts made true and written down: the claims of those who move, their turns in waiting orders, and the scans."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from eventmatch.domain.verdicts import Verdict
from eventmatch.models.base import note_change
from eventmatch.models.device import note_contact
from eventmatch.models.driver import Direct
from eventmatch.models.holder import Holder
from eventmatch.models.scan import append_scans
from eventmatch.services import newcomers, presence, waiting
from eventmatch.services.cases import Case, answer, kept
from eventmatch.services.entries import Answer, Entry, entry_of
from eventmatch.services.presence import Overtaken

CONTACT_EVERY = timedelta(minutes=1)


def settle(within: Direct, cases: Sequence[Case], touched: set[object]) -> dict[Case, Entry]:
    """Make the verdicts at one door true and write them down; those without an answer must be looked at again.

    Touched is what was settled before in this transaction, and then this as well: whoever moves is judged anew.

    Raises
    ------
    Overtaken
        If a reading was written down meanwhile, by another process: nothing of all this may be kept.
    """
    now = [case for case in cases if _goes_beside(case, touched)]
    moved = _move(within, now)
    held = [case for case in now if case.crossing is None or case.crossing.attendee_id in moved]
    return _written(within, {case: _answered(within, case) for case in held}) if held else {}


def _goes_beside(case: Case, touched: set[object]) -> bool:
    """Tell whether a case depends on nothing that was touched, and touch what it changes: its nonce, and a person."""
    key, person = _key(case), case.holder.attendee_id if case.holder is not None else None
    moves, waits = ("moves", person), ("waits", person)
    free = key not in touched and moves not in touched and (case.crossing is None or waits not in touched)
    touched.add(key)
    if case.crossing is not None:
        touched.add(moves)
    elif case.verdict is Verdict.ROOM_FULL:
        touched.add(waits)
    return free


def _key(case: Case) -> tuple[int, str]:
    """Return by what a reading is known."""
    return case.place.device_id, case.reading.nonce


def _move(within: Direct, cases: Iterable[Case]) -> set[int]:
    """Claim what the verdicts say, each in a conditional statement; return for whom it is true now."""
    moved: set[int] = set()
    for verdict, claim in ((Verdict.ADMITTED, presence.enter), (Verdict.EXITED, presence.leave)):
        those = [case for case in cases if case.crossing is not None and case.verdict is verdict]
        if those:
            moved |= claim(within, those[0].place, [case.crossing for case in those if case.crossing is not None])
    return moved


def _answered(within: Direct, case: Case) -> Answer:
    """Count who moves, keep the order in front of a room, and word the answer."""
    if case.crossing is not None:
        case.headcount.inside += 1 if case.verdict is Verdict.ADMITTED else -1
    if case.holder is not None:
        _keep_order(within, case, case.holder)
    return answer(case)


def _keep_order(within: Direct, case: Case, holder: Holder) -> None:
    """Give whoever finds a room full a turn before it, end a turn once they are in or leave the venue, and greet."""
    place, verdict = case.place, case.verdict
    if verdict is Verdict.ROOM_FULL:
        waiting.join(within, place.room_id, holder.attendee_id, case.at)
    elif holder.waits and verdict is Verdict.ADMITTED:
        waiting.leave(within, holder.attendee_id, case.at, place.room_id)
    elif holder.waits and verdict is Verdict.EXITED and place.venue:
        waiting.leave(within, holder.attendee_id, case.at)
    if verdict is Verdict.ADMITTED and place.venue and not holder.arrived:
        newcomers.announce()


def _written(within: Direct, answers: Mapping[Case, Answer]) -> dict[Case, Entry]:
    """Append the scans with their answers, and now and then that their devices are alive."""
    texts = {case: said.stored() for case, said in answers.items()}
    place = next(iter(texts)).place
    ids = append_scans(within, place.event_id, place.door_id, [kept(case, text) for case, text in texts.items()])
    if len(ids) < len(texts):
        raise Overtaken
    for device_id, now in sorted({case.place.device_id: case.received_at for case in texts if _silent(case)}.items()):
        note_contact(within, device_id, now)
        note_change(within.engine)
    return {case: entry_of(said, texts[case], ids[_key(case)]) for case, said in answers.items()}


def _silent(case: Case) -> bool:
    """Tell whether a device was not heard of for a while."""
    seen = case.place.last_contact_at
    return seen is None or case.received_at - seen >= CONTACT_EVERY
