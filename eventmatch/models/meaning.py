"""What a scanned code can mean, and which ticket it names: one step into an index for each meaning."""

from collections.abc import Iterator
from typing import Literal

from sqlalchemy import ColumnElement, Select, bindparam, func, null, select
from sqlalchemy.orm import aliased

from eventmatch.domain.addresses import Scanned
from eventmatch.domain.codes import is_code, is_number
from eventmatch.models.event import Event
from eventmatch.models.ticket import Ticket, TicketAlias

Meaning = Literal["ticket", "badge", "number", "alias", "foreign alias"]


def meanings_of(scanned: Scanned) -> Iterator[Meaning]:
    """Yield what a code of this shape can be, the likeliest first."""
    long = scanned.kind != "bare" or is_code(scanned.value)
    if long and scanned.kind != "badge":
        yield "ticket"
    if long and scanned.kind != "ticket":
        yield "badge"
    if scanned.kind == "bare" and is_number(scanned.value):
        yield "number"
    yield from ("alias", "foreign alias")


def meant(meanings: tuple[Meaning, ...]) -> ColumnElement[int]:
    """Look a code up as all it can mean: one step into an index each, until one is found."""
    return func.coalesce(*(_ticket(meaning).correlate(Event).scalar_subquery() for meaning in meanings), null())


def _ticket(meaning: Meaning) -> Select[int]:
    """Look a code up as one thing it can mean; a foreign shop's, at this event before the organiser's others."""
    match meaning:
        case "ticket":
            return select(Ticket.id).where(Ticket.code == bindparam("value"))
        case "badge":
            return select(Ticket.id).where(Ticket.badge_code == bindparam("value"))
        case "number":
            return select(Ticket.id).where(Ticket.event_id == Event.id, Ticket.number == bindparam("value"))
    alias = select(TicketAlias.ticket_id).where(TicketAlias.code == bindparam("text"))
    if meaning == "alias":
        return alias.where(TicketAlias.event_id == Event.id)
    shop = aliased(Event)
    foreign = alias.join(shop, shop.id == TicketAlias.event_id).where(shop.organiser_id == Event.organiser_id)
    return foreign.order_by(TicketAlias.id).limit(1)
