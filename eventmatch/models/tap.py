"""What attendees say about each other with one tap: wish, known, not for me, block, report."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint, or_, select, union, update
from sqlalchemy.orm import Mapped, aliased, mapped_column

from eventmatch.models.attendee import Attendee
from eventmatch.models.base import Base, db


class Wish(Base):
    """One would like to meet the other; both see it only when both said so."""

    __tablename__ = "wish"
    __table_args__ = (UniqueConstraint("from_id", "to_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    from_id: Mapped[int] = mapped_column(ForeignKey("attendee.id", ondelete="CASCADE"))
    to_id: Mapped[int] = mapped_column(ForeignKey("attendee.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    spot: Mapped[str] = mapped_column(String(200), default="")  # where they meet, set when both wish


class Known(Base):
    """One says that the two already know each other."""

    __tablename__ = "known"
    __table_args__ = (UniqueConstraint("from_id", "to_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    from_id: Mapped[int] = mapped_column(ForeignKey("attendee.id", ondelete="CASCADE"))
    to_id: Mapped[int] = mapped_column(ForeignKey("attendee.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]


class NotForMe(Base):
    """One does not want the other on the own list; the other must not be able to tell."""

    __tablename__ = "hidden"
    __table_args__ = (UniqueConstraint("from_id", "to_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    from_id: Mapped[int] = mapped_column(ForeignKey("attendee.id", ondelete="CASCADE"))
    to_id: Mapped[int] = mapped_column(ForeignKey("attendee.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]


class Block(Base):
    """One person wants nothing to do with another: mutual, silent, at every event of both."""

    __tablename__ = "block"
    __table_args__ = (UniqueConstraint("from_id", "to_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    from_id: Mapped[int] = mapped_column(ForeignKey("attendee.id", ondelete="CASCADE"))
    to_id: Mapped[int] = mapped_column(ForeignKey("attendee.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]


class Report(Base):
    """A word to the organiser about somebody's behaviour."""

    __tablename__ = "report"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    from_id: Mapped[int] = mapped_column(ForeignKey("attendee.id", ondelete="CASCADE"))
    about_id: Mapped[int | None] = mapped_column(ForeignKey("attendee.id", ondelete="SET NULL"))
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


def blocked_persons(person_id: int) -> set[int]:
    """Return the people who must not meet this one anywhere, whoever asked for it."""
    one, other = aliased(Attendee), aliased(Attendee)
    pairs = select(one.person_id, other.person_id).select_from(Block)
    pairs = pairs.join(one, one.id == Block.from_id).join(other, other.id == Block.to_id)
    rows = db.session.execute(pairs.where(or_(one.person_id == person_id, other.person_id == person_id)))
    return {p for pair in rows for p in pair if p is not None and p != person_id}


def blockers_of(person_id: int) -> set[int]:
    """Return the people who asked not to meet this one."""
    one, other = aliased(Attendee), aliased(Attendee)
    query = select(one.person_id).select_from(Block).join(one, one.id == Block.from_id)
    query = query.join(other, other.id == Block.to_id).where(other.person_id == person_id)
    return {blocker for blocker in db.session.scalars(query) if blocker is not None}


def blocked_attendees(attendee: Attendee) -> set[int]:
    """Return the attendees of this one's event who must not meet them, whoever asked for it, at whichever event."""
    direct = union(
        select(Block.to_id).where(Block.from_id == attendee.id), select(Block.from_id).where(Block.to_id == attendee.id)
    )
    found = set(db.session.scalars(direct))
    if attendee.person_id is not None:
        same_event = select(Attendee.id).where(Attendee.event_id == attendee.event_id)
        found |= set(db.session.scalars(same_event.where(Attendee.person_id.in_(blocked_persons(attendee.person_id)))))
    return found - {attendee.id}


def move_words_about(from_id: int, to_id: int) -> None:
    """Let what keeps somebody apart from others, and what was reported, outlive the place it was said of."""
    mine = aliased(Block)
    for side, other in ((Block.from_id, "to_id"), (Block.to_id, "from_id")):
        has_one = select(mine.id).where(getattr(mine, side.key) == to_id, getattr(mine, other) == getattr(Block, other))
        kept = update(Block).where(side == from_id, getattr(Block, other) != to_id, ~has_one.exists())
        db.session.execute(kept.values({side: to_id}))
    for reported in (Report.from_id, Report.about_id):
        db.session.execute(update(Report).where(reported == from_id).values({reported: to_id}))


def tapped_by(kind: type[Wish] | type[Known] | type[NotForMe], attendee_id: int) -> list[int]:
    """Return whom one attendee said this about, the latest first."""
    query = select(kind.to_id).where(kind.from_id == attendee_id)
    return list(db.session.scalars(query.order_by(kind.created_at.desc(), kind.id.desc())))


def mutual_wishes(attendee_id: int) -> dict[int, str]:
    """Return whom one attendee agreed to meet, and where: both wished it, and were told."""
    mine, theirs = aliased(Wish), aliased(Wish)
    query = select(mine.to_id, mine.spot).join(theirs, (theirs.from_id == mine.to_id) & (theirs.to_id == mine.from_id))
    agreed = query.where(mine.from_id == attendee_id, mine.spot != "", theirs.spot != "")
    return {row.to_id: row.spot for row in db.session.execute(agreed)}


def both_would_meet(one: int, other: int) -> bool:
    """Tell whether two wish to meet each other and neither has said no since.

    Who agreed before keeps the spot until the next lists, whatever the other says: no tap may tell of it earlier.
    """
    pair = (one, other)
    wishes = list(db.session.scalars(select(Wish.spot).where(Wish.from_id.in_(pair), Wish.to_id.in_(pair))))
    said_no = select(NotForMe.id).where(NotForMe.from_id.in_(pair), NotForMe.to_id.in_(pair))
    return len(wishes) == len(pair) and (any(wishes) or db.session.scalar(said_no.limit(1)) is None)
