"""What a scanned code can mean, and which ticket it names: one step into an index for each meaning."""

from functools import cache
from typing import Literal, NamedTuple

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, func, null, select
from sqlalchemy.orm import aliased

from eventmatch.domain.addresses import Kind, Scanned
from eventmatch.domain.codes import is_code, is_number
from eventmatch.models.event import Event
from eventmatch.models.statement import Given
from eventmatch.models.ticket import Ticket, TicketAlias

Meaning = Literal["ticket", "badge", "number", "alias", "foreign alias"]


def meanings_of(scanned: Scanned) -> tuple[Meaning, ...]:
    """Return what a code of this shape can be, the likeliest first."""
    long = scanned.kind != "bare" or is_code(scanned.value)
    return _meanings(scanned.kind, long=long, short=scanned.kind == "bare" and is_number(scanned.value))


@cache
def _meanings(kind: Kind, *, long: bool, short: bool) -> tuple[Meaning, ...]:
    """Return what such a code can be."""
    ticket: tuple[Meaning, ...] = ("ticket",) if long and kind != "badge" else ()
    badge: tuple[Meaning, ...] = ("badge",) if long and kind != "ticket" else ()
    number: tuple[Meaning, ...] = ("number",) if short else ()
    return (*ticket, *badge, *number, "alias", "foreign alias")


class Where(NamedTuple):
    """Where a code is read, in the words of a statement: columns of its tables, or parameters."""

    device: SQLColumnExpression[int]
    room: SQLColumnExpression[int]
    event: SQLColumnExpression[int]
    organiser: SQLColumnExpression[int]


def meant(meanings: tuple[Meaning, ...], given: Given, where: Where) -> ColumnElement[int]:
    """Look a code up as all it can mean: one step into an index each, until one is found."""
    tickets = (_ticket(meaning, given, where).correlate(Event) for meaning in meanings)
    return func.coalesce(*(ticket.scalar_subquery() for ticket in tickets), null())


def _ticket(meaning: Meaning, given: Given, where: Where) -> Select[int]:
    """Look a code up as one thing it can mean; a foreign shop's, at this event before the organiser's others."""
    match meaning:
        case "ticket":
            return select(Ticket.id).where(Ticket.code == given["value"])
        case "badge":
            return select(Ticket.id).where(Ticket.badge_code == given["value"])
        case "number":
            return select(Ticket.id).where(Ticket.event_id == where.event, Ticket.number == given["value"])
    alias = select(TicketAlias.ticket_id).where(TicketAlias.code == given["text"])
    if meaning == "alias":
        return alias.where(TicketAlias.event_id == where.event)
    shop = aliased(Event)
    foreign = alias.join(shop, shop.id == TicketAlias.event_id).where(shop.organiser_id == where.organiser)
    return foreign.order_by(TicketAlias.id).limit(1)
