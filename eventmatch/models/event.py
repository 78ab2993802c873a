"""Events with their rooms, doors, sessions and staff."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventmatch.domain.door_rules import EventDoors
from eventmatch.domain.states import Mode, StaffRole
from eventmatch.models.base import Base, db
from eventmatch.models.organiser import Organiser
from eventmatch.models.person import Person


class Event(Base):
    """What people come to."""

    __tablename__ = "event"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("capacity IS NULL OR capacity >= 1", name="capacity_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organiser_id: Mapped[int] = mapped_column(ForeignKey("organiser.id", ondelete="CASCADE"), index=True)
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id", ondelete="SET NULL"))
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text, default="")
    venue: Mapped[str] = mapped_column(String(300), default="")
    zone: Mapped[str] = mapped_column(String(64))  # IANA name
    opens_at: Mapped[datetime]  # doors
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    mode: Mapped[Mode] = mapped_column(default=Mode.IN_PERSON)
    capacity: Mapped[int | None]
    registration_open: Mapped[bool] = mapped_column(default=True)
    conduct: Mapped[str] = mapped_column(Text, default="")
    meeting_spots: Mapped[list[str]] = mapped_column(JSON, default=list)
    tag_suggestions: Mapped[list[str]] = mapped_column(JSON, default=list)
    settings: Mapped[dict[str, Any]] = mapped_column(
        JSON, default=dict
    )  # "matching": weights and rules; "door": see domain/door_rules
    created_at: Mapped[datetime]
    organiser: Mapped[Organiser] = relationship()


class Room(Base):
    """A space with a capacity: the venue itself or a session room."""

    __tablename__ = "room"
    __table_args__ = (
        UniqueConstraint("event_id", "name"),
        CheckConstraint("capacity IS NULL OR capacity >= 0", name="capacity_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    capacity: Mapped[int | None]  # seats; None: no limit
    standing: Mapped[int] = mapped_column(default=0)  # further places
    is_venue: Mapped[bool] = mapped_column(default=False)
    full_since: Mapped[datetime | None]  # closed by hand, whatever the count says
    event: Mapped[Event] = relationship()


class Door(Base):
    """A place where people are scanned into or out of a room."""

    __tablename__ = "door"
    __table_args__ = (UniqueConstraint("room_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    rules: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # kinds, badge_admits, direction, question
    room: Mapped[Room] = relationship()


class ProgrammeSession(Base):
    """A programme item with a room and a time."""

    __tablename__ = "programme_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id", ondelete="SET NULL"))
    title: Mapped[str] = mapped_column(String(200))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    facilitator_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    room: Mapped[Room | None] = relationship()


class Staff(Base):
    """What a person does at one event beside the organiser's team."""

    __tablename__ = "staff"
    __table_args__ = (UniqueConstraint("event_id", "person_id", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    role: Mapped[StaffRole]
    person: Mapped[Person] = relationship()


def event_by_slug(slug: str) -> Event | None:
    """Return the event under this public name."""
    return db.session.scalar(select(Event).where(Event.slug == slug))


def counts_from(event_id: int, now: datetime) -> datetime:
    """Return since when being in a room of an event counts now; what began before is nobody's presence."""
    event = db.session.get_one(Event, event_id)
    return EventDoors.of(event.settings).counts_from(now, event.zone)


def any_event() -> bool:
    """Tell whether there is any event at all."""
    return db.session.scalar(select(Event.id).limit(1)) is not None


def all_events() -> list[Event]:
    """Return every event in order of time."""
    return list(db.session.scalars(select(Event).order_by(Event.starts_at, Event.id)))


def events_of(organiser_ids: list[int]) -> list[Event]:
    """Return the events of these teams, the latest first."""
    query = select(Event).where(Event.organiser_id.in_(organiser_ids)).order_by(Event.starts_at.desc(), Event.id)
    return list(db.session.scalars(query))


def events_ahead(now: datetime) -> list[Event]:
    """Return the events that are not over, the next one first."""
    return list(db.session.scalars(select(Event).where(Event.ends_at > now).order_by(Event.starts_at, Event.id)))


def events_running(now: datetime) -> list[Event]:
    """Return the events whose doors are open."""
    query = select(Event).where(Event.opens_at <= now, Event.ends_at > now)
    return list(db.session.scalars(query.order_by(Event.starts_at, Event.id)))


def rooms_of(event_id: int) -> list[Room]:
    """Return an event's rooms, the venue first."""
    query = select(Room).where(Room.event_id == event_id)
    return list(db.session.scalars(query.order_by(Room.is_venue.desc(), Room.id)))


def room_of(event_id: int, room_id: int) -> Room | None:
    """Return one room of one event."""
    return db.session.scalar(select(Room).where(Room.event_id == event_id, Room.id == room_id))


def doors_of(event_id: int) -> list[Door]:
    """Return an event's doors, entrances first."""
    query = select(Door).join(Room).where(Room.event_id == event_id)
    return list(db.session.scalars(query.order_by(Room.is_venue.desc(), Door.id)))


def door_of(event_id: int, door_id: int) -> Door | None:
    """Return one door of one event."""
    return db.session.scalar(select(Door).join(Room).where(Room.event_id == event_id, Door.id == door_id))


def sessions_of(event_id: int) -> list[ProgrammeSession]:
    """Return an event's programme in order of time."""
    query = select(ProgrammeSession).where(ProgrammeSession.event_id == event_id)
    return list(db.session.scalars(query.order_by(ProgrammeSession.starts_at, ProgrammeSession.id)))


def session_of(event_id: int, programme_id: int) -> ProgrammeSession | None:
    """Return one programme session of one event."""
    query = select(ProgrammeSession).where(ProgrammeSession.event_id == event_id)
    return db.session.scalar(query.where(ProgrammeSession.id == programme_id))


def sessions_in(room_id: int) -> list[ProgrammeSession]:
    """Return the sessions in one room in order of time."""
    query = select(ProgrammeSession).where(ProgrammeSession.room_id == room_id)
    return list(db.session.scalars(query.order_by(ProgrammeSession.starts_at, ProgrammeSession.id)))


def facilitated_by(person_id: int) -> list[tuple[ProgrammeSession, Event]]:
    """Return the sessions a person facilitates that have a room, with their events, the latest first."""
    query = select(ProgrammeSession, Event).join(Event, Event.id == ProgrammeSession.event_id)
    query = query.where(ProgrammeSession.facilitator_id == person_id, ProgrammeSession.room_id.is_not(None))
    rows = db.session.execute(query.order_by(ProgrammeSession.starts_at.desc(), ProgrammeSession.id))
    return [(row[0], row[1]) for row in rows]


def staff_roles(event_id: int, person_id: int) -> list[StaffRole]:
    """Return what a person does at one event."""
    query = select(Staff.role).where(Staff.event_id == event_id, Staff.person_id == person_id)
    return list(db.session.scalars(query))
