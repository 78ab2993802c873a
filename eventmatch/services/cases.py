"""One reading at one door, with all that is known about it: what the rules need, and what is answered and kept."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from eventmatch.domain.addresses import Scanned
from eventmatch.domain.codes import is_number, token_hash
from eventmatch.domain.door_rules import Way
from eventmatch.domain.readings import Override, Reading
from eventmatch.domain.sentences import Circumstances, reason
from eventmatch.domain.verdicts import OVERRIDABLE, PASSING, DoorState, TicketState, Verdict, judge
from eventmatch.models.holder import Holder
from eventmatch.models.memory import Count
from eventmatch.models.place import Place
from eventmatch.services.entries import Answer, FirstScan, Guest, RoomNow, moment
from eventmatch.services.presence import Crossing

LATE = timedelta(minutes=1)  # a scan that took longer to arrive was made without network
_NOBODY_SAID = Override("", "")


@dataclass(slots=True, eq=False)
class Case:
    """All that is known about one reading when it is judged."""

    place: Place
    reading: Reading
    scanned: Scanned
    holder: Holder | None
    headcount: Count  # of those in the room
    at: datetime  # when it happened, by the best knowledge
    received_at: datetime
    ticket: TicketState | None
    door: DoorState
    verdict: Verdict
    crossing: Crossing | None  # who goes through the door, if the verdict lets anybody

    @property
    def late(self) -> bool:
        """Whether it happened before it arrived: others may have moved the same person in between."""
        return self.at < self.received_at

    @property
    def is_number(self) -> bool:
        """Whether a short number was typed."""
        return self.scanned.kind == "bare" and is_number(self.scanned.value)


def case_of(
    reading: Reading, scanned: Scanned, place: Place, holder: Holder | None, headcount: Count, at: datetime
) -> Case:
    """Put together what is known about a reading that arrives now, and judge it."""
    happened = _happened(reading, place, at)
    ticket = _ticket_state(place, holder, scanned, happened) if holder is not None else None
    door = _door_state(place, headcount.inside, reading)
    verdict = judge(ticket, door, reading.direction, happened)
    if reading.override is not None and verdict in OVERRIDABLE:
        verdict = Verdict.ADMITTED
    crossing = None
    if holder is not None and verdict in PASSING:
        crossing = Crossing(holder.attendee_id, happened, _limit(reading, place, ticket))
    return Case(
        place=place,
        reading=reading,
        scanned=scanned,
        holder=holder,
        headcount=headcount,
        at=happened,
        received_at=at,
        ticket=ticket,
        door=door,
        verdict=verdict,
        crossing=crossing,
    )


def _limit(reading: Reading, place: Place, ticket: TicketState | None) -> int | None:
    """Return how many may be in the room with this guest, if that counts for them."""
    exempt = reading.override is not None or (ticket is not None and ticket.exempt)
    return None if exempt else place.capacity


def _happened(reading: Reading, place: Place, at: datetime) -> datetime:
    """Return when it happened: on its arrival, in the one order of our clock, unless the device kept it for a while."""
    if reading.scanned_at is None:
        return at
    told = reading.scanned_at.astimezone(UTC) + timedelta(milliseconds=_offset(reading, place))
    return told if at - told > LATE else at


def _offset(reading: Reading, place: Place) -> int:
    """Return how wrong the device's clock was: as it says itself, or as it was when last heard of."""
    return place.clock_offset if reading.clock_offset is None else reading.clock_offset


def _ticket_state(place: Place, holder: Holder, scanned: Scanned, at: datetime) -> TicketState:
    """Return what the rules need to know about a ticket."""
    been_in = holder.since is not None and holder.since >= place.doors.counts_from(at, place.zone)
    return TicketState(
        status=holder.status,
        kind=holder.kind,
        elsewhere=holder.event_id != place.event_id,
        barred=holder.barred_at is not None,
        revoked=holder.revoked_at is not None,
        by_badge=scanned.value == holder.badge_code,
        needs_space=holder.needs_space,
        inside=been_in and holder.left_at is None,
        been_in=been_in,
        arrived=holder.arrived,
    )


def _door_state(place: Place, inside: int, reading: Reading) -> DoorState:
    """Return what the rules need to know about a door."""
    rules = place.rules
    answered = any(answer.strip() for answer in reading.answers.values())
    return DoorState(
        opens_at=place.opens_at,
        closes_at=place.ends_at,
        entrance=place.venue,
        exit_only=rules.way is Way.OUT,
        badge_admits=rules.badge_admits,
        kinds=rules.kinds,
        re_entry=not place.venue or place.doors.re_entry,
        unanswered=bool(rules.question) and not answered,
        free_places=_free_places(place, inside),
    )


def _free_places(place: Place, inside: int) -> int | None:
    """Count the places left; a room that was closed by hand has none."""
    if place.full_since is not None:
        return 0
    return place.capacity - inside if place.capacity is not None else None


def answer(case: Case) -> Answer:
    """Word the answer; a ticket of another event names nobody."""
    verdict, place, holder = case.verdict, case.place, case.holder if case.verdict is not Verdict.WRONG_EVENT else None
    first = None
    if holder is not None and holder.since is not None and case.ticket is not None and case.ticket.inside:
        first = FirstScan(moment(holder.since), holder.since_door or "")
    return Answer(
        verdict,
        reason(verdict, _circumstances(case, holder)),
        Guest(holder.name, holder.organisation, holder.kind) if holder is not None else None,
        first,
        RoomNow(place.room, case.headcount.inside, place.capacity),
    )


def _circumstances(case: Case, holder: Holder | None) -> Circumstances:
    """Return what the sentence may speak of."""
    return Circumstances(
        zone=case.place.zone,
        at=case.at,
        door=case.door,
        ticket=case.ticket if holder is not None else None,
        since=holder.since if holder is not None else None,
        since_door=(holder.since_door if holder is not None else None) or "",
        question=case.place.rules.question,
        closed=case.place.full_since is not None,
        seats=case.place.seats,
        standing=case.place.standing,
    )


def kept(case: Case, stored: str) -> dict[str, object]:
    """Return what is kept of a scan beside its door."""
    place, reading, override = case.place, case.reading, case.reading.override or _NOBODY_SAID
    return {
        "ticket_id": case.holder.ticket_id if case.holder and case.verdict is not Verdict.WRONG_EVENT else None,
        "device_id": place.device_id,
        "nonce": reading.nonce,
        "code_hash": token_hash(reading.code),
        "by_number": case.is_number,
        "verdict": case.verdict,
        "direction": reading.direction,
        "device_at": reading.scanned_at,
        "clock_offset": _offset(reading, place),
        "effective_at": case.at,
        "received_at": case.received_at,
        "offline": case.late,
        "answers": dict(reading.answers),
        "override_by": override.name,
        "override_why": override.why,
        "answer": stored,
    }
