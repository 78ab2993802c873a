"""Attendees: one person's place, profile, tags and hours at one event."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Select,
    String,
    Text,
    UniqueConstraint,
    func,
    or_,
    select,
    tuple_,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventmatch.domain.states import ArrivalVisibility, AttendeeStatus, HiddenFrom, Mode, TagRole, TicketKind
from eventmatch.models.base import Base, db
from eventmatch.models.event import Event
from eventmatch.models.person import Person


class Attendee(Base):
    """One person registered for one event; imported ones have no person until an address is verified."""

    __tablename__ = "attendee"
    __table_args__ = (
        UniqueConstraint("event_id", "email"),
        UniqueConstraint("event_id", "person_id"),
        CheckConstraint("status <> 'pending' OR held_until IS NOT NULL", name="pending_is_held"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    email: Mapped[str | None] = mapped_column(String(254))  # in lower case
    name: Mapped[str] = mapped_column(String(200))
    organisation: Mapped[str] = mapped_column(String(200), default="")
    team: Mapped[str] = mapped_column(String(120), default="")
    role: Mapped[str] = mapped_column(String(120), default="")
    headline: Mapped[str] = mapped_column(String(300), default="")
    about: Mapped[str] = mapped_column(Text, default="")
    ask: Mapped[str] = mapped_column(String(300), default="")
    offer: Mapped[str] = mapped_column(String(300), default="")
    ask_hidden_from: Mapped[HiddenFrom] = mapped_column(default=HiddenFrom.NOBODY)
    glad_to_help: Mapped[bool] = mapped_column(default=False)
    mode: Mapped[Mode] = mapped_column(default=Mode.IN_PERSON)
    can_video: Mapped[bool] = mapped_column(default=False)
    phone: Mapped[str] = mapped_column(String(40), default="")
    link: Mapped[str] = mapped_column(String(300), default="")
    arrival_visible_to: Mapped[ArrivalVisibility] = mapped_column(default=ArrivalVisibility.NOBODY)
    kind: Mapped[TicketKind] = mapped_column(default=TicketKind.GUEST)
    status: Mapped[AttendeeStatus] = mapped_column(index=True)
    held_until: Mapped[datetime | None]
    registered_at: Mapped[datetime]
    waiting_since: Mapped[datetime | None]
    hidden_at: Mapped[datetime | None]  # hides from every list and search of other attendees
    barred_at: Mapped[datetime | None]
    barred_why: Mapped[str] = mapped_column(String(300), default="")
    imported: Mapped[bool] = mapped_column(default=False)
    walk_in: Mapped[bool] = mapped_column(default=False)  # registered at the door
    needs_space: Mapped[bool] = mapped_column(default=False)  # a full room takes them in all the same
    event: Mapped[Event] = relationship()
    person: Mapped[Person | None] = relationship()


# Who is there for others at all: with a sure place, not barred, not hidden.
SHOWN = (Attendee.status == AttendeeStatus.CONFIRMED, Attendee.barred_at.is_(None), Attendee.hidden_at.is_(None))


class AttendeeTag(Base):
    """One interest, ask or offer of one attendee."""

    __tablename__ = "attendee_tag"
    __table_args__ = (UniqueConstraint("attendee_id", "role", "tag"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    attendee_id: Mapped[int] = mapped_column(ForeignKey("attendee.id", ondelete="CASCADE"))
    role: Mapped[TagRole]
    tag: Mapped[str] = mapped_column(String(80), index=True)
    position: Mapped[int] = mapped_column(default=0)


class AttendeeHours(Base):
    """A stretch of time in which an attendee can be there; none at all means the whole event."""

    __tablename__ = "attendee_hours"
    __table_args__ = (CheckConstraint("until > since", name="until_after_since"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    attendee_id: Mapped[int] = mapped_column(ForeignKey("attendee.id", ondelete="CASCADE"), index=True)
    since: Mapped[datetime]
    until: Mapped[datetime]


def attendee_of(event_id: int, attendee_id: int) -> Attendee | None:
    """Return one attendee of one event."""
    return db.session.scalar(select(Attendee).where(Attendee.event_id == event_id, Attendee.id == attendee_id))


def attendees_of(event_id: int, attendee_ids: Iterable[int]) -> list[Attendee]:
    """Return some attendees of one event in the order they registered."""
    query = select(Attendee).where(Attendee.event_id == event_id, Attendee.id.in_(list(attendee_ids)))
    return list(db.session.scalars(query.order_by(Attendee.id)))


def attendee_of_person(event_id: int, person_id: int) -> Attendee | None:
    """Return a person's place at one event."""
    query = select(Attendee).where(Attendee.event_id == event_id, Attendee.person_id == person_id)
    return db.session.scalar(query)


def attendee_of_email(event_id: int, email: str) -> Attendee | None:
    """Return the place registered under an address in lower case."""
    return db.session.scalar(select(Attendee).where(Attendee.event_id == event_id, Attendee.email == email))


def places_of(person_id: int) -> list[Attendee]:
    """Return a person's places at all events, the latest event first."""
    query = select(Attendee).join(Event).where(Attendee.person_id == person_id)
    return list(db.session.scalars(query.order_by(Event.starts_at.desc(), Event.id)))


def seats_taken(event_id: int, now: datetime) -> int:
    """Count confirmed places and those still held for somebody who has not verified an address."""
    return _count(event_id, or_(Attendee.status == AttendeeStatus.CONFIRMED, _held(now)))


def seats_held(event_id: int, now: datetime) -> int:
    """Count the places held for addresses nobody has verified yet."""
    return _count(event_id, _held(now))


def _held(now: datetime) -> ColumnElement[bool]:
    """Describe a place held for somebody who has not verified an address."""
    return (Attendee.status == AttendeeStatus.PENDING) & (Attendee.held_until > now)


def _count(event_id: int, which: ColumnElement[bool]) -> int:
    """Count some of an event's places."""
    query = select(func.count()).select_from(Attendee).where(Attendee.event_id == event_id, which)
    return db.session.scalar(query) or 0


def next_waiting(event_id: int) -> Attendee | None:
    """Return who has waited longest."""
    return db.session.scalar(_waiting(event_id).order_by(Attendee.waiting_since, Attendee.id).limit(1))


def waiting_before(attendee: Attendee) -> int:
    """Count those who get a seat before this one."""
    earlier = tuple_(Attendee.waiting_since, Attendee.id) < tuple_(attendee.waiting_since, attendee.id)
    query = _waiting(attendee.event_id).where(earlier).with_only_columns(func.count())
    return db.session.scalar(query) or 0


def _waiting(event_id: int) -> Select[Attendee]:
    """Select those on an event's waiting list who may have a seat."""
    waiting = Attendee.status == AttendeeStatus.WAITLISTED
    return select(Attendee).where(Attendee.event_id == event_id, waiting, Attendee.barred_at.is_(None))


def events_waited_for(now: datetime) -> list[int]:
    """Return the events that are not over and have a waiting list."""
    query = select(Event.id).join(Attendee).where(Attendee.status == AttendeeStatus.WAITLISTED, Event.ends_at > now)
    return list(db.session.scalars(query.distinct().order_by(Event.id)))


def tags_of(attendee_ids: Iterable[int]) -> dict[int, dict[TagRole, tuple[str, ...]]]:
    """Return the tags of these attendees by role, in the order they were typed."""
    found: dict[int, dict[TagRole, tuple[str, ...]]] = {}
    query = select(AttendeeTag).where(AttendeeTag.attendee_id.in_(list(attendee_ids)))
    for tag in db.session.scalars(query.order_by(AttendeeTag.attendee_id, AttendeeTag.position, AttendeeTag.id)):
        roles = found.setdefault(tag.attendee_id, {})
        roles[tag.role] = (*roles.get(tag.role, ()), tag.tag)
    return found


def hours_of(attendee_ids: Iterable[int]) -> dict[int, tuple[tuple[datetime, datetime], ...]]:
    """Return the hours these attendees can be there; those with none are absent."""
    found: dict[int, tuple[tuple[datetime, datetime], ...]] = {}
    query = select(AttendeeHours).where(AttendeeHours.attendee_id.in_(list(attendee_ids)))
    for hours in db.session.scalars(query.order_by(AttendeeHours.attendee_id, AttendeeHours.since)):
        found[hours.attendee_id] = (*found.get(hours.attendee_id, ()), (hours.since, hours.until))
    return found


def tags_in_use(event_id: int, limit: int = 200) -> list[str]:
    """Return the tags several people of an event share, the most used first: suggestions for the next person.

    Anybody reads them on the page of registration: no word of one person alone, and no ask hidden from anybody.
    """
    many = func.count(Attendee.id.distinct())
    hidden = (AttendeeTag.role == TagRole.ASK) & (Attendee.ask_hidden_from != HiddenFrom.NOBODY)
    query = select(AttendeeTag.tag).join(Attendee).where(Attendee.event_id == event_id, ~hidden)
    query = query.where(*SHOWN).group_by(AttendeeTag.tag).having(many > 1)
    return list(db.session.scalars(query.order_by(many.desc(), AttendeeTag.tag).limit(limit)))


def places_of_persons(event_id: int) -> dict[int, int]:
    """Return the attendee of an event that each person is; unclaimed places are nobody's."""
    rows = db.session.execute(select(Attendee.person_id, Attendee.id).where(Attendee.event_id == event_id))
    return {person_id: attendee_id for person_id, attendee_id in rows if person_id is not None}
