"""Taps about people on one's list: I'd like to meet, already know, not for me; each can be taken back."""

from datetime import datetime

from sqlalchemy import delete, select, update

from eventmatch.domain.actor import Actor
from eventmatch.domain.errors import NotFound
from eventmatch.domain.states import Mode
from eventmatch.models.attendee import Attendee
from eventmatch.models.base import db, write_transaction
from eventmatch.models.scan import insert_into
from eventmatch.models.tap import Known, NotForMe, Wish, both_would_meet, tapped_by
from eventmatch.services import outbox
from eventmatch.services.access import attendee_for
from eventmatch.services.people import ASIDE, Aside, on_page

BY_VIDEO = "by video"


def wish(by: Actor, slug: str, attendee_id: int, *, now: datetime) -> bool:
    """Note that the actor would like to meet somebody, and tell whether both would now; then both get a letter."""
    me = attendee_for(by, slug)
    my_id = _on_my_page(me, attendee_id)
    with write_transaction():
        _lock(my_id, attendee_id)
        _add(Wish, my_id, attendee_id, now)
        return _meet_if_both_would(my_id, attendee_id, now)


def take_back(by: Actor, slug: str, attendee_id: int) -> None:
    """End the actor's wish to meet somebody; where a block has ended it already, nothing tells so."""
    my_id = attendee_for(by, slug).id
    with write_transaction() as session:
        session.execute(delete(Wish).where(Wish.from_id == my_id, Wish.to_id == attendee_id))


def put_aside(by: Actor, slug: str, attendee_id: int, why: Aside, *, now: datetime) -> None:
    """Take somebody off the actor's list at once; the other's changes only with the next lists."""
    my_id = _on_my_page(attendee_for(by, slug), attendee_id)
    with write_transaction():
        _add(ASIDE[why], my_id, attendee_id, now)


def bring_back(by: Actor, slug: str, attendee_id: int, why: Aside, *, now: datetime) -> bool:
    """Undo putting somebody aside, and tell whether both would meet now: their wishes may have waited for this."""
    me, kind = attendee_for(by, slug), ASIDE[why]
    my_id = _said(me, attendee_id, tapped_by(kind, me.id))
    with write_transaction() as session:
        _lock(my_id, attendee_id)
        session.execute(delete(kind).where(kind.from_id == my_id, kind.to_id == attendee_id))
        return attendee_id in on_page(me) and _meet_if_both_would(my_id, attendee_id, now)


def _on_my_page(me: Attendee, attendee_id: int) -> int:
    """Return the actor's own id if the other is somebody they see."""
    if attendee_id not in on_page(me):
        raise NotFound
    return me.id


def _said(me: Attendee, attendee_id: int, those: list[int]) -> int:
    """Return the actor's own id if they said something to take back."""
    if attendee_id not in those:
        raise NotFound
    return me.id


def _lock(one: int, other: int) -> None:
    """Let two who tap at the same moment do so one after the other, so that the second sees the first."""
    both = select(Attendee.id).where(Attendee.id.in_([one, other])).order_by(Attendee.id)
    db.session.execute(both.with_for_update())


def _add(kind: type[Wish | Known | NotForMe], from_id: int, to_id: int, now: datetime) -> None:
    """Write a tap down; a second one changes nothing."""
    extra = {"spot": ""} if kind is Wish else {}
    row = insert_into(kind).values(from_id=from_id, to_id=to_id, created_at=now, **extra)
    db.session.execute(row.on_conflict_do_nothing(index_elements=["from_id", "to_id"]))


def _meet_if_both_would(my_id: int, attendee_id: int, now: datetime) -> bool:
    """Bring two together who both would like to meet, and tell whether they do."""
    if not both_would_meet(my_id, attendee_id):
        return False
    _meet(my_id, attendee_id, now)
    return True


def _meet(one: int, other: int, now: datetime) -> None:
    """Give two who both would a spot, and tell them once; who comes back to a wish finds the spot agreed before."""
    pair = (Wish.from_id.in_([one, other]), Wish.to_id.in_([one, other]))
    agreed = [spot for spot in db.session.scalars(select(Wish.spot).where(*pair)) if spot]
    low, high = (db.session.get_one(Attendee, attendee_id) for attendee_id in sorted((one, other)))
    spot = agreed[0] if agreed else _spot(low, high)
    db.session.execute(update(Wish).where(*pair).values(spot=spot))
    for attendee, partner in ((low, high), (high, low)):
        if not agreed and attendee.email:
            values = {"other": partner.name, "spot": spot}
            outbox.post("wish_mutual", attendee.email, now=now, attendee_id=attendee.id, **values)


def _spot(low: Attendee, high: Attendee) -> str:
    """Name the place where these two find each other, always the same for the same two."""
    if Mode.ONLINE in {low.mode, high.mode}:
        return BY_VIDEO
    spots = low.event.meeting_spots or [low.event.venue or low.event.name]
    return spots[(low.id + high.id) % len(spots)]
