"""A person's own contact book: people met and people typed in, across events, as they let themselves be seen now."""

from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import Any

from sqlalchemy import delete, select, update

from eventmatch.domain.actor import Actor
from eventmatch.domain.errors import Invalid, NotFound
from eventmatch.domain.names import fold
from eventmatch.domain.profiles import clean_line, clean_phone, clean_text
from eventmatch.domain.reasons import Reason
from eventmatch.domain.states import Purpose
from eventmatch.models.attendee import Attendee, attendee_of_person, places_of, tags_of
from eventmatch.models.base import db, write_transaction
from eventmatch.models.consent import consents_of
from eventmatch.models.contact import Contact
from eventmatch.models.match import latest_run, matches_of
from eventmatch.services.access import person_for
from eventmatch.services.account import clean_address
from eventmatch.services.cards import reasons_for
from eventmatch.services.reading import other_of
from eventmatch.services.sharing import Entry, entries_of, entry_for


@dataclass(frozen=True, slots=True)
class Book:
    """A contact book, or what a search found in it."""

    entries: tuple[Entry, ...]
    total: int  # in the whole book


@dataclass(frozen=True, slots=True)
class ContactView:
    """One entry, why the two were matched, and what its owner can do about them."""

    entry: Entry
    reasons: tuple[Reason, ...] = ()
    can_block: bool = False  # there is somebody behind the entry who has a place at some event
    report_to: str = ""  # the event whose organiser can be told about them


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
    both = _places_of_both(by, entry)
    return ContactView(entry, _why(by, entry), both is not None, _reported_at(entry, both))


def _reported_at(entry: Entry, both: tuple[Attendee, Attendee] | None) -> str:
    """Return the event where both are known to each other, if there still is one."""
    if both is None or both[0].event_id != both[1].event_id or both[1].id != entry.card.attendee_id:
        return ""
    return both[1].event.slug


def places_of_both(by: Actor, contact_id: int) -> tuple[Attendee, Attendee] | None:
    """Return a place of the actor and one of a contact, where they met if these still exist; else any two."""
    return _places_of_both(by, _entry(by, contact_id))


def _places_of_both(by: Actor, entry: Entry) -> tuple[Attendee, Attendee] | None:
    """Return two places as `places_of_both` does, for an entry at hand."""
    shown = entry.card.attendee_id
    other_id = db.session.scalar(select(Contact.other_id).where(*_mine(by, entry.id)))
    if other_id is None:
        return None
    pairs = list(product(places_of(person_for(by)), places_of(other_id)))
    pairs.sort(key=lambda pair: (pair[0].event_id != pair[1].event_id, pair[1].id != shown))
    return pairs[0] if pairs else None


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
    return reasons_for(me, them, matches.get(them.id), tags_of([me.id, them.id]))
