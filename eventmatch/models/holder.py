"""Whose code was read, looked up beside the scan that may be written under the same nonce."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, FromClause, Select, and_, func, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from eventmatch.domain.states import AttendeeStatus, TicketKind
from eventmatch.models.attendee import Attendee
from eventmatch.models.event import Door, Event, Room
from eventmatch.models.meaning import Meaning, Where, meant
from eventmatch.models.scan import Presence, Scan, Waiting
from eventmatch.models.statement import Given, Row
from eventmatch.models.ticket import Ticket


class Holder(NamedTuple):
    """Whose code was read, and where they are."""

    ticket_id: int
    event_id: int
    badge_code: str
    revoked_at: datetime | None
    attendee_id: int
    name: str
    organisation: str
    kind: TicketKind
    status: AttendeeStatus
    barred_at: datetime | None
    needs_space: bool
    since: datetime | None  # the latest stay in this door's room
    left_at: datetime | None
    since_door: str | None
    arrived: bool
    waits: bool  # in front of some full room


class Sought:
    """The scan under a nonce, and the holder of a code: to be asked for in any statement of a door."""

    def __init__(self, meanings: tuple[Meaning, ...], given: Given, where: Where, locked: FromClause | None) -> None:
        """Name the tables; where rows are locked the holder's is, too, and always after the room."""
        self._nonce, self._where = given["nonce"], where
        self._meant = meant(meanings, given, where)
        self._known, self._ticket = aliased(Scan), aliased(Ticket)
        self._here, self._door = aliased(Presence), aliased(Door)
        self._person = _person(self._ticket, locked)

    @property
    def columns(self) -> tuple[ColumnElement[Any], ...]:
        """What is asked, as Known and Holder have it."""
        known, ticket, person, here = self._known, self._ticket, self._person, self._here
        return (
            *(known.id, known.code_hash, known.verdict, known.answer),
            *(ticket.id, ticket.event_id, ticket.badge_code, ticket.revoked_at, *person.c),
            *(here.since, here.left_at, self._door.name, _arrived(person), _waits(person)),
        )

    def joined(self, query: Select[*Row]) -> Select[*Row]:
        """Look all of it up, whatever of it is there."""
        known, ticket, person, here, where = self._known, self._ticket, self._person, self._here, self._where
        return (
            query.outerjoin(known, and_(known.device_id == where.device, known.nonce == self._nonce))
            .outerjoin(ticket, and_(ticket.id == self._meant, _same_organiser(ticket, where)))
            .outerjoin(person, person.c.id == ticket.attendee_id)
            .outerjoin(here, and_(here.attendee_id == person.c.id, _unindexed(here.room_id) == where.room))
            .outerjoin(self._door, self._door.id == here.door_id)
        )


def _person(ticket: type[Ticket], locked: FromClause | None) -> FromClause:
    """Return the ticket's attendee; where rows are locked theirs is, too, and always after the room."""
    asked = (Attendee.id, Attendee.name, Attendee.organisation, Attendee.kind, Attendee.status, Attendee.barred_at)
    person = select(*asked, Attendee.needs_space)
    if locked is None:
        return person.subquery("person")
    in_order = Attendee.id == ticket.attendee_id, func.coalesce(locked.c.id, 0) >= 0
    return person.where(*in_order).with_for_update(key_share=True).lateral("person")


def _unindexed(column: InstrumentedAttribute[int]) -> ColumnElement[int]:
    """Keep a column's index out of it: PostgreSQL, not knowing yet how many came, would read everybody in the room."""
    return column + 0


def _arrived(person: FromClause) -> ColumnElement[bool]:
    """Tell whether somebody was ever let into the venue."""
    venue = aliased(Room)
    was_in = select(Presence.id).join(venue, venue.id == Presence.room_id)
    return was_in.where(venue.is_venue, Presence.attendee_id == person.c.id).correlate(person).exists()


def _waits(person: FromClause) -> ColumnElement[bool]:
    """Tell whether somebody waits in front of a full room."""
    return select(Waiting.id).where(Waiting.attendee_id == person.c.id).correlate(person).exists()


def _same_organiser(ticket: type[Ticket], where: Where) -> ColumnElement[bool]:
    """Tell whether a ticket is for an event of the organiser whose door this is."""
    home = aliased(Event)
    mine = select(home.id).where(home.id == ticket.event_id, home.organiser_id == where.organiser)
    return mine.correlate(ticket, Event).exists()
