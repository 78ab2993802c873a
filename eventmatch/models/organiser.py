"""The teams that own events."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventmatch.domain.states import MemberRole
from eventmatch.models.base import Base, db
from eventmatch.models.person import Person


class Organiser(Base):
    """The team that owns events."""

    __tablename__ = "organiser"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]


class Member(Base):
    """One person's part in an organiser's team."""

    __tablename__ = "member"
    __table_args__ = (UniqueConstraint("organiser_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organiser_id: Mapped[int] = mapped_column(ForeignKey("organiser.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    role: Mapped[MemberRole]
    organiser: Mapped[Organiser] = relationship()
    person: Mapped[Person] = relationship()


class Series(Base):
    """Events of one organiser that repeat."""

    __tablename__ = "series"

    id: Mapped[int] = mapped_column(primary_key=True)
    organiser_id: Mapped[int] = mapped_column(ForeignKey("organiser.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(200))


def organiser_named(name: str) -> Organiser | None:
    """Return the oldest team of this name."""
    return db.session.scalar(select(Organiser).where(Organiser.name == name).order_by(Organiser.id).limit(1))


def memberships(person_id: int) -> list[Member]:
    """Return the teams a person belongs to."""
    query = select(Member).where(Member.person_id == person_id).order_by(Member.organiser_id)
    return list(db.session.scalars(query))


def member_role(organiser_id: int, person_id: int) -> MemberRole | None:
    """Return a person's part in a team, if any."""
    query = select(Member.role).where(Member.organiser_id == organiser_id, Member.person_id == person_id)
    return db.session.scalar(query)
