"""What an attendee can do about somebody: block them, silently and everywhere, and tell the organiser."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select

from eventmatch.domain.actor import Actor
from eventmatch.domain.errors import Invalid, NotFound, SignInNeeded, TooMany
from eventmatch.domain.permissions import Action, Role
from eventmatch.domain.profiles import clean_text
from eventmatch.models.attendee import Attendee, attendee_of, places_of
from eventmatch.models.base import db, write_transaction
from eventmatch.models.contact import BadgeScan, Contact
from eventmatch.models.scan import insert_into
from eventmatch.models.tap import Block, Known, NotForMe, Report, Wish, blockers_of
from eventmatch.services import events
from eventmatch.services.access import attendee_for, person_for, roles
from eventmatch.services.badges import peer_behind, ticket_of_badge
from eventmatch.services.contacts import places_of_both
from eventmatch.services.people import on_page
from eventmatch.services.visibility import lets_be_seen

MOST_REPORTS = 20  # by one attendee within the window
REPORTS_WINDOW = timedelta(days=1)

Subject = int | str | None  # whom a report is about: the id of a place, the code of a badge, nobody in particular


@dataclass(frozen=True, slots=True)
class BlockedLine:
    """Somebody the actor blocked."""

    id: int
    name: str  # "" if they show none now
    event: str
    slug: str
    zone: str
    at: datetime
    attendee_id: int | None  # of the place a report can be about


@dataclass(frozen=True, slots=True)
class ReportView:
    """The page of a report: the event with its code of conduct, and whom it is about."""

    event: events.EventView
    about: str | None  # a name, "" if they show none now, None if it is about nobody in particular


def block(by: Actor, slug: str, attendee_id: int, *, now: datetime) -> None:
    """Keep the actor and somebody apart from now on: both ways, at every event, and without telling the other.

    Raises
    ------
    NotFound
        If the actor cannot know this person from the event.
    """
    me = attendee_for(by, slug, Action.KEEP_APART)
    _keep_apart(me, _acquaintance(me, attendee_id), now)


def block_wearer(by: Actor, code: str, *, now: datetime) -> None:
    """Block whoever wears a badge, as `block` does; who may look at it, or met them before, may do this."""
    if not by.signed_in:
        raise SignInNeeded
    _keep_apart(*_two_at_badge(by, code), now)


def _two_at_badge(by: Actor, code: str) -> tuple[Attendee, Attendee]:
    """Return the actor's place and a badge's wearer, where the actor may look at it or met them before."""
    ticket = ticket_of_badge(code)
    me = attendee_for(by, ticket.attendee.event.slug, Action.KEEP_APART)
    if Role.ATTENDEE in roles(by, me.event):
        return peer_behind(by, ticket)
    if ticket.revoked_at is not None:
        raise NotFound
    return me, _acquaintance(me, ticket.attendee_id)


def block_contact(by: Actor, contact_id: int, *, now: datetime) -> None:
    """Block somebody in the actor's book, also when the place they had where the two met is gone."""
    both = places_of_both(by, contact_id)
    if both is None:
        raise NotFound
    _keep_apart(*both, now)


def _keep_apart(me: Attendee, other: Attendee, now: datetime) -> None:
    """Write a block down and end what the two wished for."""
    row = insert_into(Block).values(from_id=me.id, to_id=other.id, created_at=now)
    mine, theirs = _places(me), _places(other)
    with write_transaction() as session:
        session.execute(row.on_conflict_do_nothing(index_elements=["from_id", "to_id"]))
        for one, two in ((mine, theirs), (theirs, mine)):
            session.execute(delete(Wish).where(Wish.from_id.in_(one), Wish.to_id.in_(two)))


def blocked(by: Actor) -> list[BlockedLine]:
    """Return whom the actor blocked, the latest first, each person once."""
    lines: dict[object, BlockedLine] = {}
    person_id = person_for(by)
    been_at, blockers = {place.event_id for place in places_of(person_id)}, blockers_of(person_id)
    for row, other in _my_blocks(person_id):
        key = ("person", other.person_id) if other.person_id is not None else ("place", other.id)
        name = _name_to(person_id, other, blockers)
        lines.setdefault(key, _line(row, other, name, reportable=other.event_id in been_at))
    return list(lines.values())


def _line(row: Block, other: Attendee, name: str, *, reportable: bool) -> BlockedLine:
    """Describe one block to whom it belongs."""
    event = other.event
    about = other.id if reportable else None
    return BlockedLine(row.id, name, event.name, event.slug, event.zone, row.created_at, about)


def _name_to(person_id: int, other: Attendee, blockers: set[int]) -> str:
    """Return somebody's name as far as a person may know it now; who blocked that person seems to hide."""
    if other.person_id in blockers:
        return ""
    return other.name if lets_be_seen(other) or _in_book(person_id, other.person_id) else ""


def _in_book(owner_id: int, other_id: int | None) -> bool:
    """Tell whether somebody is in a person's book; nobody is there under no name."""
    entry = select(Contact.id).where(Contact.owner_id == owner_id, Contact.other_id == other_id)
    return other_id is not None and db.session.scalar(entry) is not None


def unblock(by: Actor, block_id: int) -> None:
    """Take back the actor's blocks of one person; a block by the other stays."""
    blocks = _my_blocks(person_for(by))
    wanted = next((other for row, other in blocks if row.id == block_id), None)
    if wanted is None:
        raise NotFound
    same = [
        row.id
        for row, other in blocks
        if other.id == wanted.id or (wanted.person_id is not None and other.person_id == wanted.person_id)
    ]
    with write_transaction() as session:
        session.execute(delete(Block).where(Block.id.in_(same)))


def report_page(by: Actor, slug: str, about: Subject) -> ReportView:
    """Return what stands beside a report's form."""
    me = attendee_for(by, slug, Action.KEEP_APART)
    other, mine = _subject(by, me, about), person_for(by)
    return ReportView(events.view(me.event), _name_to(mine, other, blockers_of(mine)) if other is not None else None)


def _subject(by: Actor, me: Attendee, about: Subject) -> Attendee | None:
    """Return whom a report is about, somebody of the same event."""
    if about is None:
        return None
    if isinstance(about, int):
        return _acquaintance(me, about)
    mine, other = _two_at_badge(by, about)
    if mine.id != me.id:
        raise NotFound
    return other


def report(by: Actor, slug: str, text: str, *, about: Subject, now: datetime) -> None:
    """Put a word about somebody, or about the event, into the organiser's inbox.

    Raises
    ------
    NotFound
        If the actor cannot know this person from the event.
    Invalid
        If nothing was written, or far too much.
    TooMany
        If the organiser has many reports of the actor from this day already.
    """
    me = attendee_for(by, slug, Action.KEEP_APART)
    my_id, event_id, text = me.id, me.event_id, clean_text(text, "text")
    other = _subject(by, me, about)
    about_id = other.id if other is not None else None
    if not text:
        raise Invalid("Write what happened; one sentence is enough.", field="text")
    with write_transaction() as session:
        session.execute(select(Attendee.id).where(Attendee.id == my_id).with_for_update())
        _limit_reports(my_id, now)
        session.add(Report(event_id=event_id, from_id=my_id, about_id=about_id, text=text, created_at=now))


def _limit_reports(my_id: int, now: datetime) -> None:
    """Refuse what would bury the organiser's inbox; the attendee's row is locked, so that nobody counts past it."""
    mine = select(func.count()).where(Report.from_id == my_id, Report.created_at > now - REPORTS_WINDOW)
    if (db.session.scalar(mine) or 0) >= MOST_REPORTS:
        raise TooMany("The organiser has twenty reports of yours from one day. Please speak to the organiser instead.")


def _acquaintance(me: Attendee, attendee_id: int) -> Attendee:
    """Return somebody of the event whom this attendee can know: listed, scanned either way, in the book, or blocked.

    All others are as good as missing, or trying one number after the other would list everybody at the event.
    """
    other = attendee_of(me.event_id, attendee_id)
    if other is None or other.id == me.id or not (_has_met(me, other.id) or other.id in on_page(me)):
        raise NotFound
    return other


def _has_met(me: Attendee, other_id: int) -> bool:
    """Tell whether there is a trace between two attendees that the first knows of, even if the other hides now."""
    pair = (me.id, other_id)
    traces = (
        select(BadgeScan.id).where(BadgeScan.scanner_id.in_(pair), BadgeScan.owner_id.in_(pair)),
        select(Contact.id).where(Contact.owner_id == me.person_id, Contact.attendee_id == other_id),
        select(Block.id).where(Block.from_id == me.id, Block.to_id == other_id),
        select(Known.id).where(Known.from_id == me.id, Known.to_id == other_id),
        select(NotForMe.id).where(NotForMe.from_id == me.id, NotForMe.to_id == other_id),
    )
    return any(db.session.scalar(trace.limit(1)) is not None for trace in traces)


def _places(attendee: Attendee) -> list[int]:
    """Return the ids of all places of the person behind one."""
    if attendee.person_id is None:
        return [attendee.id]
    return list(db.session.scalars(select(Attendee.id).where(Attendee.person_id == attendee.person_id)))


def _my_blocks(person_id: int) -> list[tuple[Block, Attendee]]:
    """Return a person's blocks with whom they are about, the latest first."""
    mine = select(Attendee.id).where(Attendee.person_id == person_id)
    query = select(Block, Attendee).join(Attendee, Attendee.id == Block.to_id).where(Block.from_id.in_(mine))
    return [(row, other) for row, other in db.session.execute(query.order_by(Block.created_at.desc(), Block.id.desc()))]
