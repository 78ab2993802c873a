"""An event's sessions as its organiser plans them: what, when, in which room, and who facilitates."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from eventmatch.domain.actor import Actor
from eventmatch.domain.errors import Invalid, NotFound
from eventmatch.domain.local_time import moment_of, to_local
from eventmatch.domain.permissions import Action
from eventmatch.domain.profiles import clean_line
from eventmatch.domain.states import AttendeeStatus, StaffRole
from eventmatch.models.attendee import attendee_of_email, attendee_of_person
from eventmatch.models.base import db, write_transaction
from eventmatch.models.event import (
    Event,
    ProgrammeSession,
    Staff,
    room_of,
    rooms_of,
    session_of,
    sessions_of,
    staff_roles,
)
from eventmatch.models.organiser import member_role
from eventmatch.models.person import addresses_of, names_of, person_of_address
from eventmatch.models.scan import insert_into
from eventmatch.services import audit, events
from eventmatch.services.access import event_for
from eventmatch.services.account import clean_address

LONGEST_TITLE = 200
USUAL_LENGTH = timedelta(minutes=45)
NOBODY_THERE = (
    "Nobody of the team, the staff or the attendees signs in with this address. Ask them to register first, "
    "or leave it empty."
)


@dataclass(frozen=True, slots=True)
class SessionDraft:
    """What an organiser says about a session; times are local ones in the event's zone."""

    title: str
    starts: datetime
    ends: datetime
    room: int | None = None
    facilitator: str = ""  # an address of theirs


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One session of the programme."""

    id: int
    title: str
    starts_at: datetime
    ends_at: datetime
    room: str
    facilitator: str  # the name


@dataclass(frozen=True, slots=True)
class Programme:
    """All sessions of an event in order of time, and the rooms they can be in."""

    event: events.EventView
    sessions: tuple[SessionLine, ...]
    rooms: tuple[tuple[int, str], ...]

    @property
    def proposed(self) -> SessionDraft:
        """What a new session begins as: after the last one, or with the event."""
        starts = max([self.event.starts_at, *(line.ends_at for line in self.sessions)])
        if starts >= self.event.ends_at:
            starts = self.event.starts_at
        ends = min(starts + USUAL_LENGTH, self.event.ends_at)
        return SessionDraft("", to_local(starts, self.event.zone), to_local(ends, self.event.zone))


def overview(by: Actor, slug: str) -> Programme:
    """Return an event's programme as it may be changed."""
    event = event_for(by, slug, Action.RUN_EVENT)
    rooms, rows = {room.id: room.name for room in rooms_of(event.id)}, sessions_of(event.id)
    names = names_of([row.facilitator_id for row in rows if row.facilitator_id is not None])
    lines = tuple(
        SessionLine(
            row.id,
            row.title,
            row.starts_at,
            row.ends_at,
            rooms.get(row.room_id or 0, ""),
            names.get(row.facilitator_id or 0, ""),
        )
        for row in rows
    )
    return Programme(events.view(event), lines, tuple(rooms.items()))


def draft_of(by: Actor, slug: str, programme_id: int) -> SessionDraft:
    """Return one session as it may be changed."""
    event = event_for(by, slug, Action.RUN_EVENT)
    row = session_of(event.id, programme_id)
    if row is None:
        raise NotFound
    times = to_local(row.starts_at, event.zone), to_local(row.ends_at, event.zone)
    return SessionDraft(row.title, *times, row.room_id, _address(event.id, row.facilitator_id))


def _address(event_id: int, person_id: int | None) -> str:
    """Return the address by which the event knows a facilitator; another one may be nobody's business here."""
    if person_id is None:
        return ""
    place = attendee_of_person(event_id, person_id)
    return place.email if place is not None and place.email else addresses_of(person_id)[0].address


def add(by: Actor, slug: str, draft: SessionDraft, *, now: datetime) -> int:
    """Plan a session, and return its id; whoever facilitates it is a facilitator of the event from now on."""
    columns = _checked(by, slug, draft)
    with write_transaction() as transaction:
        row = ProgrammeSession(**columns)
        transaction.add(row)
        transaction.flush()
        _keep_role(row.event_id, row.facilitator_id)
        audit.note("add session", by=by, event_id=row.event_id, now=now, session=row.id)
        return row.id


def change(by: Actor, slug: str, programme_id: int, draft: SessionDraft, *, now: datetime) -> None:
    """Change a session; who facilitates none any more is no facilitator any more."""
    draft_of(by, slug, programme_id)
    columns = _checked(by, slug, draft)
    with write_transaction() as transaction:
        row = transaction.get_one(ProgrammeSession, programme_id)
        before = row.facilitator_id
        for name, value in columns.items():
            setattr(row, name, value)
        transaction.flush()
        for person_id in {before, row.facilitator_id}:
            _keep_role(row.event_id, person_id)
        audit.note("change session", by=by, event_id=row.event_id, now=now, session=programme_id)


def remove(by: Actor, slug: str, programme_id: int, *, now: datetime) -> None:
    """Take a session off the programme; who was in its room stays on record."""
    event_id = event_for(by, slug, Action.RUN_EVENT).id
    with write_transaction() as transaction:
        mine = delete(ProgrammeSession).where(ProgrammeSession.event_id == event_id)
        gone = mine.where(ProgrammeSession.id == programme_id).returning(ProgrammeSession.facilitator_id)
        row = transaction.execute(gone).first()
        if row is None:
            raise NotFound
        _keep_role(event_id, row[0])
        audit.note("remove session", by=by, event_id=event_id, now=now, session=programme_id)


def _keep_role(event_id: int, person_id: int | None) -> None:
    """Let somebody be a facilitator exactly as long as a session is theirs, inside an open write transaction."""
    if person_id is None:
        return
    role = {"event_id": event_id, "person_id": person_id, "role": StaffRole.FACILITATOR}
    theirs = select(ProgrammeSession.id).filter_by(event_id=event_id, facilitator_id=person_id)
    if db.session.scalar(theirs.limit(1)) is not None:
        db.session.execute(insert_into(Staff).values(**role).on_conflict_do_nothing(index_elements=[*role]))
    else:
        db.session.execute(delete(Staff).filter_by(**role))


def _checked(by: Actor, slug: str, draft: SessionDraft) -> dict[str, object]:
    """Return what is kept of a session, or say what is wrong with it."""
    event = event_for(by, slug, Action.RUN_EVENT)
    if not (title := clean_line(draft.title, "title", longest=LONGEST_TITLE)):
        raise Invalid("Give the session a title.", field="title")
    starts, ends = moment_of(draft.starts, event.zone, "starts"), moment_of(draft.ends, event.zone, "ends")
    if ends <= starts:
        raise Invalid("The end must come after the beginning.", field="ends")
    for field, at in (("starts", starts), ("ends", ends)):
        if not event.opens_at <= at <= event.ends_at:
            first, last = (to_local(moment, event.zone) for moment in (event.opens_at, event.ends_at))
            raise Invalid(f"Sessions lie within the event: {first:%d %B, %H:%M} to {last:%d %B, %H:%M}.", field=field)
    if draft.room is not None and room_of(event.id, draft.room) is None:
        raise Invalid("Choose one of the event's rooms.", field="room")
    return {
        "event_id": event.id,
        "title": title,
        "starts_at": starts,
        "ends_at": ends,
        "room_id": draft.room,
        "facilitator_id": _facilitator(event, draft.facilitator),
    }


def _facilitator(event: Event, typed: str) -> int | None:
    """Return who is meant by an address: somebody the event knows; all others are as good as missing."""
    if not typed.strip():
        return None
    try:
        address = clean_address(typed)
    except Invalid as error:
        raise Invalid(error.message, field="facilitator") from error
    person, place = person_of_address(address), attendee_of_email(event.id, address)
    person_id = person.id if person is not None else place.person_id if place is not None else None
    if person_id is None or not _is_known(event, person_id):
        raise Invalid(NOBODY_THERE, field="facilitator")
    return person_id


def _is_known(event: Event, person_id: int) -> bool:
    """Tell whether somebody belongs to the team, the staff or the sure attendees of an event."""
    place = attendee_of_person(event.id, person_id)
    sure = place is not None and place.status is AttendeeStatus.CONFIRMED and place.barred_at is None
    return sure or bool(staff_roles(event.id, person_id)) or member_role(event.organiser_id, person_id) is not None
