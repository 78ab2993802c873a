"""A contact book as files: vCard for phones, CSV and XLSX for tables; each holds what the pages show and no more."""

from collections.abc import Iterator
from enum import StrEnum
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from eventmatch.domain.actor import Actor
from eventmatch.formats import vcard
from eventmatch.formats.spreadsheet import csv_bytes, xlsx_bytes
from eventmatch.services.contacts import book, contact
from eventmatch.services.sharing import Entry

COLUMNS = (
    "name",
    "organisation",
    "role",
    "headline",
    "email",
    "phone",
    "link",
    "met at event",
    "met on",
    "note",
    "helps with",
)
GONE = "Somebody you met"


class Kind(StrEnum):
    """A kind of file, named by its ending."""

    VCARD = "vcf"
    CSV = "csv"
    XLSX = "xlsx"


def export(by: Actor, kind: Kind) -> bytes:
    """Return the actor's whole book as a file."""
    entries = book(by).entries
    if kind is Kind.VCARD:
        return vcard.vcards(_vcard(entry) for entry in entries).encode()
    write = csv_bytes if kind is Kind.CSV else xlsx_bytes
    return write(COLUMNS, (list(_row(entry)) for entry in entries))


def one_vcard(by: Actor, contact_id: int) -> bytes:
    """Return one of the actor's people as a card for the phone."""
    return vcard.vcard(_vcard(contact(by, contact_id).entry)).encode()


def _row(entry: Entry) -> Iterator[str]:
    """Yield one person's cells in the order of the columns."""
    card = entry.card
    yield from (card.name or GONE, card.organisation, card.role, card.headline, card.email, card.phone, card.link)
    yield from (entry.event, _met_on(entry), entry.note, helps_with(entry))


def helps_with(entry: Entry) -> str:
    """Write what somebody can help with in one line."""
    return "; ".join(filter(None, (*entry.card.helps_with, entry.card.offer)))


def _met_on(entry: Entry) -> str:
    """Write the day two people met, where they met; an entry typed in was not a meeting."""
    return "" if entry.typed else entry.met_at.astimezone(ZoneInfo(entry.zone)).date().isoformat()


def _vcard(entry: Entry) -> vcard.Card:
    """Make a card for a phone; the headline, the own note and what they help with share its note."""
    card, helps = entry.card, helps_with(entry)
    note = "\n".join(filter(None, (card.headline, f"Helps with: {helps}" if helps else "", entry.note)))
    return vcard.Card(
        uid=f"urn:uuid:{uuid5(NAMESPACE_URL, f'eventmatch:contact:{entry.id}:{entry.met_at.isoformat()}')}",
        name=card.name or GONE,
        organisation=card.organisation,
        role=card.role,
        emails=(card.email,),
        phones=(card.phone,),
        urls=(card.link,),
        note=note,
        met_where=entry.event,
        met_at=None if entry.typed else entry.met_at.astimezone(ZoneInfo(entry.zone)).date(),
    )
