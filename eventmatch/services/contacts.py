"""A person's own contact book: people met and people typed in, across events, as they let themselves be seen now."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from eventmatch.domain.actor import Actor
from eventmatch.domain.errors import Invalid, NotFound
from eventmatch.domain.names import fold
from eventmatch.domain.profiles import clean_line, clean_phone, clean_text
from eventmatch.domain.reasons import Reason
from eventmatch.domain.states import Purpose
from eventmatch.models.attendee import Attendee, attendee_of_person
from eventmatch.models.base import db, write_transaction
from eventmatch.models.consent import consents_of
from eventmatch.models.contact import Contact
from eventmatch.models.match import latest_run, matches_of
from eventmatch.services.access import person_for
from eventmatch.services.account import clean_address
from eventmatch.services.cards import cards
from eventmatch.services.reading import other_of
from eventmatch.services.sharing import Entry, entries_of, entry_for


@dataclass(frozen=True, slots=True)
class Book:
    """A contact book, or what a search found in it."""

    entries: tuple[Entry, ...]
    total: int  # in the whole book


@dataclass(frozen=True, slots=True)
class ContactView:
    """One entry, and why the two were matched."""

    entry: Entry
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Typed:
    """Somebody typed in."""

    name: str
    organisation: str = ""
    email: str = ""
    phone: str = ""
    note: str = ""


def book(by: Actor, search: str = "") -> Book:
    """Return the actor's people by name; a search looks at names, work, what they can help with and own notes."""
    person_id = person_for(by)
    everybody = entries_of(person_id, db.session.scalars(select(Contact).where(Contact.owner_id == person_id)))
    everybody.sort(key=lambda entry: (fold(entry.card.name), entry.id))
    words = fold(search).split()
    found = [entry for entry in everybody if all(word in _searchable(entry) for word in words)]
    return Book(tuple(found), len(everybody))


def _searchable(entry: Entry) -> str:
    """Return the text a search looks at."""
    card = entry.card
    return fold(
        " ".join((card.name, card.organisation, card.role, card.headline, *card.helps_with, card.offer, entry.note))
    )


def contact(by: Actor, contact_id: int) -> ContactView:
    """Return one of the actor's people."""
    entry = _entry(by, contact_id)
    return ContactView(entry, _why(by, entry))


def add(by: Actor, typed: Typed, *, now: datetime) -> int:
    """Write somebody into the actor's book and return the entry's id."""
    person_id, card, note = person_for(by), _cleaned(typed), clean_text(typed.note, "note")
    with write_transaction() as session:
        row = Contact(owner_id=person_id, card=card, note=note, met_at=now)
        session.add(row)
        session.flush()
        return row.id


def typed_entry(by: Actor, contact_id: int) -> Entry:
    """Return somebody the actor typed in; what people met show is theirs to change."""
    entry = _entry(by, contact_id)
    if not entry.typed:
        raise NotFound
    return entry


def change(by: Actor, contact_id: int, typed: Typed) -> None:
    """Replace what the actor typed about somebody."""
    typed_entry(by, contact_id)
    values = {"card": _cleaned(typed), "note": clean_text(typed.note, "note")}
    with write_transaction() as session:
        session.execute(update(Contact).where(*_mine(by, contact_id)).values(**values))


def write_note(by: Actor, contact_id: int, text: str) -> None:
    """Replace the actor's own note about somebody."""
    _entry(by, contact_id)
    note = clean_text(text, "note")
    with write_transaction() as session:
        session.execute(update(Contact).where(*_mine(by, contact_id)).values(note=note))


def remove(by: Actor, contact_id: int) -> None:
    """Take somebody out of the actor's book with the note about them; the other's book stays as it is."""
    _entry(by, contact_id)
    with write_transaction() as session:
        session.execute(delete(Contact).where(*_mine(by, contact_id)))


def _mine(by: Actor, contact_id: int) -> tuple[Any, ...]:
    """Choose one entry of the actor's own book."""
    return (Contact.id == contact_id, Contact.owner_id == person_for(by))


def _entry(by: Actor, contact_id: int) -> Entry:
    """Return one entry of the actor's book; foreign, missing and blocked ones alike are not there."""
    row = db.session.scalar(select(Contact).where(*_mine(by, contact_id)))
    entry = entry_for(person_for(by), row) if row is not None else None
    if entry is None:
        raise NotFound
    return entry


def _cleaned(typed: Typed) -> dict[str, str]:
    """Check what was typed."""
    card = {
        "name": clean_line(typed.name, "name"),
        "organisation": clean_line(typed.organisation, "organisation"),
        "email": clean_address(typed.email) if typed.email.strip() else "",
        "phone": clean_phone(typed.phone),
    }
    if not card["name"]:
        raise Invalid("Type a name.", field="name")
    return card


def _why(by: Actor, entry: Entry) -> tuple[Reason, ...]:
    """Return why the two were on each other's list, while both take part in matching."""
    them = db.session.get(Attendee, entry.card.attendee_id) if entry.card.attendee_id else None
    me = attendee_of_person(them.event_id, person_for(by)) if them is not None else None
    run = latest_run(me.event_id) if me is not None else None
    if them is None or me is None or run is None:
        return ()
    agreed = consents_of([me.id, them.id])
    if not all(Purpose.MATCHING in agreed.get(place.id, ()) for place in (me, them)):
        return ()
    matches = {other_of(match, me.id): match for match in matches_of(run.id, me.id)}
    return cards(me, [them], matches)[0].reasons
