"""Connecting: who tapped Connect on whose badge, and what happens once both agree."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from eventmatch.domain.actor import Actor
from eventmatch.domain.errors import NotFound, SignInNeeded
from eventmatch.domain.permissions import Action, Role
from eventmatch.domain.states import Purpose
from eventmatch.models.attendee import SHOWN, Attendee, places_of
from eventmatch.models.base import db, write_transaction
from eventmatch.models.contact import BadgeScan, Contact
from eventmatch.models.event import Event, Room, counts_from
from eventmatch.models.scan import Presence, insert_into, is_here
from eventmatch.models.tap import blocked_persons
from eventmatch.services.access import attendee_for, person_for, roles
from eventmatch.services.badges import Tie, peer_behind, ticket_of_badge, tie_between
from eventmatch.services.profiles import consents
from eventmatch.services.sharing import shared_fields

AUTOMATIC_AFTERWARDS = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ScanLine:
    """Somebody tapped Connect on my badge."""

    id: int
    name: str
    organisation: str
    event: str
    zone: str
    at: datetime
    accepted: bool
    declined: bool
    shares: tuple[str, ...]  # which of my contact details they see once I accept

    @property
    def open(self) -> bool:
        """Whether I have not answered yet."""
        return not self.accepted and not self.declined


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """I tapped Connect, and the other has not agreed; whether they declined nobody can tell."""

    name: str
    event: str
    zone: str
    at: datetime


def connect(by: Actor, code: str, *, now: datetime) -> Tie:
    """Tap Connect on a badge, once or again; the owner's agreement may be there already.

    Raises
    ------
    NotFound
        If `badges.look` would not show the actor this person.
    """
    if not by.signed_in:
        raise SignInNeeded
    ticket = ticket_of_badge(code)
    if Role.ATTENDEE not in roles(by, ticket.attendee.event):
        raise NotFound
    my_id, owner_id = (place.id for place in peer_behind(by, ticket))
    with write_transaction():
        _lock(my_id, owner_id)
        row = insert_into(BadgeScan).values(scanner_id=my_id, owner_id=owner_id, created_at=now)
        db.session.execute(row.on_conflict_do_nothing(index_elements=["scanner_id", "owner_id"]))
        me, owner = db.session.get_one(Attendee, my_id), db.session.get_one(Attendee, owner_id)
        if tie_between(my_id, owner_id) is Tie.CONNECTED:
            _mark_agreed(my_id, owner_id, now)
            _enter(me, owner, now)  # comes back into the book of the one who tapped, if they had deleted it
        elif _owner_agrees(me, owner, now):
            _agree(me, owner, now)
        return tie_between(my_id, owner_id)


def accept(by: Actor, scan_id: int, *, now: datetime) -> None:
    """Agree to somebody's scan of the actor's badge; also after declining it."""
    scan = _scan_of(by, scan_id)
    scanner_id, owner_id = scan.scanner_id, scan.owner_id
    with write_transaction():
        _lock(scanner_id, owner_id)
        if tie_between(scanner_id, owner_id) is not Tie.CONNECTED:
            _agree(db.session.get_one(Attendee, scanner_id), db.session.get_one(Attendee, owner_id), now)


def decline(by: Actor, scan_id: int, *, now: datetime) -> None:
    """Say no to an open scan of the actor's badge; the scanner goes on waiting."""
    scan_id = _scan_of(by, scan_id).id
    with write_transaction() as session:
        still_open = update(BadgeScan).where(BadgeScan.id == scan_id, BadgeScan.accepted_at.is_(None))
        session.execute(still_open.where(BadgeScan.declined_at.is_(None)).values(declined_at=now))


def scans(by: Actor) -> list[ScanLine]:
    """Return everybody who scanned one of the actor's badges, the latest first."""
    person_id = person_for(by)
    places = {place.id: place for place in places_of(person_id)}
    shares, blocked = shared_fields(places.values()), blocked_persons(person_id)
    query = select(BadgeScan, Attendee).join(Attendee, Attendee.id == BadgeScan.scanner_id)
    query = query.where(BadgeScan.owner_id.in_(places)).order_by(BadgeScan.created_at.desc(), BadgeScan.id.desc())
    return [
        _scan_line(scan, scanner, places[scan.owner_id].event, shares[scan.owner_id])
        for scan, scanner in db.session.execute(query)
        if scanner.person_id is not None and scanner.barred_at is None and scanner.person_id not in blocked
    ]


def open_scans(by: Actor, slug: str) -> int:
    """Count the scans of the actor's badge at one event that wait for an answer."""
    place = attendee_for(by, slug, Action.OWN_PLACE)
    waiting = select(func.count()).select_from(BadgeScan).join(Attendee, Attendee.id == BadgeScan.scanner_id)
    waiting = waiting.where(BadgeScan.owner_id == place.id, BadgeScan.accepted_at.is_(None))
    waiting = waiting.where(BadgeScan.declined_at.is_(None), Attendee.person_id.is_not(None))
    waiting = waiting.where(Attendee.barred_at.is_(None))
    return db.session.scalar(waiting.where(Attendee.person_id.not_in(blocked_persons(person_for(by))))) or 0


def waiting_for(by: Actor) -> list[WaitingLine]:
    """Return those whose badge the actor scanned, who have not agreed and still let themselves be seen."""
    person_id = person_for(by)
    places = {place.id: place for place in places_of(person_id)}
    query = select(BadgeScan, Attendee).join(Attendee, Attendee.id == BadgeScan.owner_id)
    query = query.where(BadgeScan.scanner_id.in_(places), BadgeScan.accepted_at.is_(None))
    query = query.where(Attendee.person_id.is_not(None), *SHOWN)
    blocked = blocked_persons(person_id)
    return [
        WaitingLine(owner.name, owner.event.name, owner.event.zone, scan.created_at)
        for scan, owner in db.session.execute(query.order_by(BadgeScan.created_at.desc(), BadgeScan.id.desc()))
        if owner.person_id not in blocked
    ]


def _scan_of(by: Actor, scan_id: int) -> BadgeScan:
    """Return a scan of the actor's own badge by somebody they may meet; nobody meets anybody who is barred there."""
    person_id = person_for(by)
    mine = select(Attendee.id).where(Attendee.person_id == person_id, Attendee.barred_at.is_(None))
    scan = db.session.scalar(select(BadgeScan).where(BadgeScan.id == scan_id, BadgeScan.owner_id.in_(mine)))
    scanner = db.session.get(Attendee, scan.scanner_id) if scan is not None else None
    if scan is None or scanner is None or scanner.person_id is None or scanner.barred_at is not None:
        raise NotFound
    if scanner.person_id in blocked_persons(person_id):
        raise NotFound
    return scan


def _scan_line(scan: BadgeScan, scanner: Attendee, event: Event, shares: tuple[str, ...]) -> ScanLine:
    """Describe one scan to the badge's owner."""
    return ScanLine(
        id=scan.id,
        name=scanner.name,
        organisation=scanner.organisation,
        event=event.name,
        zone=event.zone,
        at=scan.created_at,
        accepted=scan.accepted_at is not None,
        declined=scan.declined_at is not None,
        shares=shares,
    )


def _lock(one: int, other: int) -> None:
    """Let two who tap on each other's badge at the same moment do so in turn, so that the second sees the first."""
    both = select(Attendee.id).where(Attendee.id.in_([one, other])).order_by(Attendee.id)
    db.session.execute(both.with_for_update())


def _owner_agrees(me: Attendee, owner: Attendee, now: datetime) -> bool:
    """Tell whether the badge's owner agrees already: by a scan of my badge, or by a standing choice."""
    if owner.person_id is None:
        return False
    theirs = select(BadgeScan.id).where(BadgeScan.scanner_id == owner.id, BadgeScan.owner_id == me.id)
    if db.session.scalar(theirs) is not None:
        return True
    declined = select(BadgeScan.id).where(BadgeScan.scanner_id == me.id, BadgeScan.owner_id == owner.id)
    if db.session.scalar(declined.where(BadgeScan.declined_at.is_not(None))) is not None:
        return False
    return Purpose.SHARE_AUTOMATICALLY in consents(owner.id) and _both_there(me, owner, now)


def _both_there(me: Attendee, owner: Attendee, now: datetime) -> bool:
    """Tell whether both are checked in, or both were and the event ended less than a day ago."""
    ends = me.event.ends_at
    if now >= ends + AUTOMATIC_AFTERWARDS:
        return False
    came = select(func.count(Presence.attendee_id.distinct())).join(Room, Room.id == Presence.room_id)
    came = came.where(Room.is_venue, Presence.attendee_id.in_([me.id, owner.id]))
    if now < ends:
        came = came.where(is_here(counts_from(me.event_id, now)))
    return db.session.scalar(came) == len((me, owner))


def _agree(me: Attendee, other: Attendee, now: datetime) -> None:
    """Note that both agreed, and put each into the other's book."""
    _mark_agreed(me.id, other.id, now)
    _enter(me, other, now)
    _enter(other, me, now)


def _mark_agreed(one: int, other: int, now: datetime) -> None:
    """Leave no scan between two open once they agreed."""
    pair = (BadgeScan.scanner_id.in_([one, other]), BadgeScan.owner_id.in_([one, other]))
    agreed = update(BadgeScan).where(*pair, BadgeScan.accepted_at.is_(None))
    db.session.execute(agreed.values(accepted_at=now, declined_at=None))


def _enter(owner: Attendee, other: Attendee, now: datetime) -> None:
    """Put somebody into a book; who is there already keeps note and first meeting, and shows the newest profile."""
    row = insert_into(Contact).values(
        owner_id=owner.person_id,
        other_id=other.person_id,
        attendee_id=other.id,
        event_id=other.event_id,
        card={},
        note="",
        met_at=now,
    )
    newest = row.on_conflict_do_update(index_elements=["owner_id", "other_id"], set_={"attendee_id": other.id})
    db.session.execute(newest)
