"""How people found meeting each other: one word of one about the other, which nobody else reads."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, aliased, mapped_column

from eventmatch.domain.states import HowItWas
from eventmatch.models.attendee import Attendee, places_of_persons
from eventmatch.models.base import Base, db
from eventmatch.models.contact import BadgeScan, Contact
from eventmatch.models.event import Event
from eventmatch.models.tap import Wish


class Outcome(Base):
    """One tapped how it was to meet the other; the last word counts."""

    __tablename__ = "outcome"
    __table_args__ = (UniqueConstraint("from_id", "to_id"), CheckConstraint("from_id <> to_id", name="two"))

    id: Mapped[int] = mapped_column(primary_key=True)
    from_id: Mapped[int] = mapped_column(ForeignKey("attendee.id", ondelete="CASCADE"))
    to_id: Mapped[int] = mapped_column(ForeignKey("attendee.id", ondelete="CASCADE"), index=True)
    value: Mapped[HowItWas]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


def outcomes_by(attendee_id: int) -> dict[int, HowItWas]:
    """Return what one attendee said of meeting whom."""
    query = select(Outcome.to_id, Outcome.value).where(Outcome.from_id == attendee_id)
    return {row.to_id: row.value for row in db.session.execute(query)}


def told_in(event_id: int) -> list[tuple[int, int, HowItWas]]:
    """Return everything said at one event: by whom, of whom, what."""
    query = select(Outcome.from_id, Outcome.to_id, Outcome.value).join(Attendee, Attendee.id == Outcome.from_id)
    return [(row[0], row[1], row[2]) for row in db.session.execute(query.where(Attendee.event_id == event_id))]


def connected_in(event_id: int) -> set[tuple[int, int]]:
    """Return the pairs of an event who scanned a badge and both agreed; lower id first."""
    query = select(BadgeScan.scanner_id, BadgeScan.owner_id).join(Attendee, Attendee.id == BadgeScan.scanner_id)
    agreed = (BadgeScan.accepted_at.is_not(None), BadgeScan.declined_at.is_(None))
    return _pairs(db.session.execute(query.where(Attendee.event_id == event_id, *agreed)))


def agreed_in(event_id: int) -> set[tuple[int, int]]:
    """Return the pairs of an event who agreed to meet; lower id first."""
    one, other = aliased(Wish), aliased(Wish)
    query = select(one.from_id, one.to_id).join(other, (other.from_id == one.to_id) & (other.to_id == one.from_id))
    query = query.join(Attendee, Attendee.id == one.from_id).where(one.spot != "", other.spot != "")
    return _pairs(db.session.execute(query.where(Attendee.event_id == event_id)))


def met_before(event: Event) -> set[tuple[int, int]]:
    """Return the pairs of an event who met at an earlier one of the same team; lower id first.

    They met if one keeps the other in the book from there, or one found it useful and neither did not.
    """
    earlier = select(Event.id).where(Event.organiser_id == event.organiser_id, Event.starts_at < event.starts_at)
    kept = select(Contact.owner_id, Contact.other_id).where(Contact.event_id.in_(earlier))
    here = places_of_persons(event.id)
    found = _here(here, db.session.execute(kept))
    said = {word: _here(here, db.session.execute(_who_said(word, earlier))) for word in HowItWas}
    return found | (said[HowItWas.USEFUL] - said[HowItWas.NOT_USEFUL])


def _who_said(word: HowItWas, events: Any) -> Any:
    """Ask which persons said this of which others at some events."""
    teller, met = aliased(Attendee), aliased(Attendee)
    query = select(teller.person_id, met.person_id).select_from(Outcome).join(teller, teller.id == Outcome.from_id)
    query = query.join(met, met.id == Outcome.to_id)
    return query.where(Outcome.value == word, teller.event_id.in_(events))


def _here(places: Mapping[int, int], persons: Iterable[Any]) -> set[tuple[int, int]]:
    """Return the attendees of one event that these pairs of persons are."""
    return _pairs((places[a], places[b]) for a, b in persons if a in places and b in places)


def _pairs(rows: Iterable[Any]) -> set[tuple[int, int]]:
    """Return pairs with the lower id first, each once."""
    return {(min(row), max(row)) for row in rows}
