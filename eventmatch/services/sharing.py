"""What somebody in a contact book shows its owner: the one place that asks for consents and blocks, at every answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import select

from eventmatch.domain.states import Purpose, TagRole
from eventmatch.models.attendee import Attendee, tags_of
from eventmatch.models.base import db
from eventmatch.models.consent import Consent, consents_of
from eventmatch.models.contact import Contact
from eventmatch.models.event import Event
from eventmatch.models.person import Person
from eventmatch.models.tap import blocked_persons

Row = TypeVar("Row", Attendee, Person, Event)

ASKED_FOR = {"email": Purpose.SHARE_EMAIL, "phone": Purpose.SHARE_PHONE, "link": Purpose.SHARE_LINK}
"""What a contact sees only where its owner agreed; name, organisation, role and headline are always seen."""


@dataclass(frozen=True, slots=True)
class Card:
    """What an entry of a contact book shows of the other; an erased person has no name."""

    name: str = ""
    organisation: str = ""
    role: str = ""
    headline: str = ""
    email: str = ""
    phone: str = ""
    link: str = ""
    helps_with: tuple[str, ...] = ()
    offer: str = ""
    attendee_id: int | None = None  # their place at the event; None for somebody typed in or gone


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a contact book as its owner may see it now."""

    id: int
    card: Card
    typed: bool  # by the owner, rather than met
    event: str  # where they met
    slug: str
    zone: str
    met_at: datetime
    note: str  # the owner's own


@dataclass(frozen=True, slots=True)
class _Around:
    """What many entries need, read at once."""

    attendees: dict[int, Attendee]
    people: dict[int, Person]
    events: dict[int, Event]
    agreed: dict[int, frozenset[Purpose]]
    offers: dict[int, tuple[str, ...]]


def entry_for(person_id: int, contact: Contact) -> Entry | None:
    """Return one entry of a person's book; nothing if the two must not meet."""
    return next(iter(entries_of(person_id, [contact])), None)


def entries_of(person_id: int, contacts: Iterable[Contact]) -> list[Entry]:
    """Return entries of a person's book, without people who must not meet its owner."""
    blocked = blocked_persons(person_id)
    shown = [contact for contact in contacts if contact.owner_id == person_id and contact.other_id not in blocked]
    around = _around(shown)
    return [_entry(contact, around) for contact in shown]


def shared_details(attendee: Attendee, agreed: frozenset[Purpose]) -> dict[str, str]:
    """Return the contact details that somebody gave and agrees to show to peers, by field."""
    return {field: getattr(attendee, field) or "" for field, purpose in ASKED_FOR.items() if purpose in agreed}


def shared_fields(attendees: Iterable[Attendee]) -> dict[int, tuple[str, ...]]:
    """Return what a contact of each attendee sees now beside name, organisation, role and headline."""
    rows = {attendee.id: attendee for attendee in attendees}
    agreed, offers = consents_of(rows), _offers(rows)
    shared = {row.id: shared_details(row, agreed.get(row.id, frozenset())) for row in rows.values()}
    for row in rows.values():
        shared[row.id]["offers"] = "; ".join((*offers.get(row.id, ()), row.offer)) if row.id in offers else ""
    return {attendee: tuple(field for field, value in values.items() if value) for attendee, values in shared.items()}


def _around(contacts: list[Contact]) -> _Around:
    """Read everything these entries need, in a fixed number of queries."""
    attendees = _by_id(Attendee, {contact.attendee_id for contact in contacts})
    people = _by_id(Person, {contact.other_id for contact in contacts})
    events = _by_id(Event, {contact.event_id for contact in contacts})
    return _Around(attendees, people, events, consents_of(attendees), _offers(attendees))


def _by_id(kind: type[Row], ids: set[int | None]) -> dict[int, Row]:
    """Return rows by id."""
    return {row.id: row for row in db.session.scalars(select(kind).where(kind.id.in_(ids - {None})))}


def _offers(attendees: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """Return what people can help with, of those who ever took part in matching and so let peers read it.

    Leaving matching leaves contact books as they are; who never took part showed offers to nobody.
    """
    took_part = select(Consent.attendee_id).where(Consent.purpose == Purpose.MATCHING)
    those = set(db.session.scalars(took_part.where(Consent.attendee_id.in_(attendees))))
    tags = tags_of(those)
    return {attendee: tags.get(attendee, {}).get(TagRole.OFFER, ()) for attendee in those}


def _entry(contact: Contact, around: _Around) -> Entry:
    """Put one entry together."""
    event = around.events.get(contact.event_id or 0)
    return Entry(
        id=contact.id,
        card=_typed(contact.card) if contact.card else _card(contact, around),
        typed=bool(contact.card),
        event=event.name if event else "",
        slug=event.slug if event else "",
        zone=event.zone if event else "UTC",
        met_at=contact.met_at,
        note=contact.note,
    )


def _typed(card: dict[str, str]) -> Card:
    """Return what the owner typed in."""
    return Card(
        card.get("name", ""), card.get("organisation", ""), email=card.get("email", ""), phone=card.get("phone", "")
    )


def _card(contact: Contact, around: _Around) -> Card:
    """Return what somebody met shows now; of a place that has become another person's, nothing."""
    person, attendee = around.people.get(contact.other_id or 0), around.attendees.get(contact.attendee_id or 0)
    if person is None:
        return Card()
    if attendee is None or attendee.person_id != person.id:
        return Card(name=person.name)
    details = shared_details(attendee, around.agreed.get(attendee.id, frozenset()))
    helps = around.offers.get(attendee.id)
    return Card(
        name=attendee.name,
        organisation=attendee.organisation,
        role=attendee.role,
        headline=attendee.headline,
        helps_with=helps or (),
        offer=attendee.offer if helps is not None else "",
        attendee_id=attendee.id,
        email=details.get("email", ""),
        phone=details.get("phone", ""),
        link=details.get("link", ""),
    )
