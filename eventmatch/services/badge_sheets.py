"""Badges for printing: for whom, what stands on them, and which have been printed.

A printed badge and an arrived person are different facts: nothing here lets anybody in.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BindParameter, bindparam, insert, select

from eventmatch.domain.actor import Actor
from eventmatch.domain.addresses import badge_path, qr_payload, reaches_everybody
from eventmatch.domain.badge_choice import Choice
from eventmatch.domain.badge_sizes import SIZES, BadgeSize, Box
from eventmatch.domain.badge_text import Type, fit, rough_width, runs_right_to_left
from eventmatch.domain.errors import Invalid, NotFound
from eventmatch.domain.names import fold
from eventmatch.domain.permissions import Action
from eventmatch.domain.states import TicketKind
from eventmatch.formats import qr
from eventmatch.formats.badge import EVENT, NAME, ORGANISATION, Badge
from eventmatch.models.badge_print import BadgePrint, Wearer, badge_counts, badge_files, wearer, wearers
from eventmatch.models.base import db, write_transaction
from eventmatch.models.event import Event
from eventmatch.models.ticket import Ticket
from eventmatch.models.work import Job, job_of, open_job
from eventmatch.services import audit, events
from eventmatch.services.access import event_for

JOB = "badges"
MOST_ON_A_PAGE = 200  # badges that a browser prints at once
STEPS = 2  # type sizes of the printed page, for each millimetre
NOBODY_FITS = "No badge fits this choice: nobody has such a name and kind, or all are printed already."
BROWSER_LEADING = {False: 1.2, True: 1.5}  # Arabic needs more room than Latin


@dataclass(frozen=True, slots=True)
class BadgeView:
    """One badge as it is shown and printed by a browser."""

    attendee_id: int
    name: str
    organisation: str
    kind: str  # a word to stand out; "" for guests
    event: str
    code: str  # what the QR says
    printed_at: datetime | None

    @property
    def picture(self) -> str:
        """The QR as SVG."""
        return qr.svg(self.code)

    @property
    def right_to_left(self) -> bool:
        """Whether the name runs to the left, and the badge with it."""
        return runs_right_to_left(self.name)

    def steps(self, size: BadgeSize) -> dict[str, int]:
        """Return the type size of each text in half millimetres, guessed: only the browser knows its fonts."""
        places = size.places
        return {
            "name": _step(self.name, places.name, NAME),
            "organisation": _step(self.organisation, places.organisation, ORGANISATION),
            "event": _step(self.event, places.event, EVENT),
        }

    def badge(self) -> Badge:
        """Return the badge as the PDF takes it."""
        return Badge(self.name, self.organisation, self.kind, self.event, self.code)


def _step(text: str, box: Box, kind: Type) -> int:
    """Return the largest step at which a text surely fits."""
    roomy = Type(kind.largest, kind.most_lines, leading=BROWSER_LEADING[runs_right_to_left(text)])
    return max(1, int(fit(text, box, roomy, rough_width).size * STEPS))


@dataclass(frozen=True, slots=True)
class FileLine:
    """A PDF that can be downloaded."""

    job_id: int
    made_at: datetime
    badges: int
    sheets: int
    size: BadgeSize
    left_out: int  # people whose letters are not installed


@dataclass(frozen=True, slots=True)
class Overview:
    """What the page of badges shows."""

    event: events.EventView
    wearing: int
    printed: int
    files: tuple[FileLine, ...]
    job_id: int | None  # a PDF in the making
    base_url: str
    reaches_everybody: bool  # whether any phone can open what the codes say


@dataclass(frozen=True, slots=True)
class PrintPage:
    """Badges on one page for the browser to print."""

    event: events.EventView
    size: BadgeSize
    badges: tuple[BadgeView, ...]
    total: int  # how many there would be without a limit


def check_runs(by: Actor, slug: str) -> None:
    """Refuse whoever does not run the event, before anything is read."""
    event_for(by, slug, Action.RUN_EVENT)


def overview(by: Actor, slug: str, *, base_url: str) -> Overview:
    """Return how far the printing is, and the files there are."""
    event = event_for(by, slug, Action.RUN_EVENT)
    wearing, printed = badge_counts(event.id)
    return Overview(
        event=events.view(event),
        wearing=wearing,
        printed=printed,
        files=tuple(_line(job, made_at) for job, made_at in badge_files(event.id)),
        job_id=open_job(event.id, JOB),
        base_url=base_url,
        reaches_everybody=reaches_everybody(base_url),
    )


def _line(job: Job, made_at: datetime) -> FileLine:
    """Return the line of one file."""
    result = job.result
    left_out = len(result.get("left_out", ()))
    size = SIZES[job.values["choice"]["size"]]
    return FileLine(job.id, made_at, result.get("badges", 0), result.get("sheets", 0), size, left_out)


def page(by: Actor, slug: str, choice: Choice, *, base_url: str) -> PrintPage:
    """Return chosen badges for the browser to print."""
    event = event_for(by, slug, Action.RUN_EVENT)
    return _page(event, choice.size, chosen(event, choice, base_url))


def left_out(by: Actor, slug: str, job_id: int, *, base_url: str) -> PrintPage:
    """Return the badges a PDF is without, for the browser to print: it has letters of its own."""
    event = event_for(by, slug, Action.RUN_EVENT)
    job = job_of(event.id, job_id)
    if job is None or not (missing := set(job.result.get("left_out", ()))):
        raise NotFound
    people = [person for person in wearers(event.id) if person.attendee_id in missing]
    return _page(event, job.values["choice"]["size"], _views(event, people, base_url))


def single(by: Actor, slug: str, attendee_id: int, *, size: str, base_url: str) -> PrintPage:
    """Return one attendee's badge for the browser to print."""
    event = event_for(by, slug, Action.RUN_EVENT)
    if size not in SIZES:
        raise Invalid("Choose one of the sizes.", field="size")
    return _page(event, size, [one(event.id, attendee_id, base_url)])


def _page(event: Event, size: str, badges: list[BadgeView]) -> PrintPage:
    """Return as many badges as a page holds."""
    return PrintPage(events.view(event), SIZES[size], tuple(badges[:MOST_ON_A_PAGE]), len(badges))


def one(event_id: int, attendee_id: int, base_url: str) -> BadgeView:
    """Return the badge of one attendee with a sure place, also of one who comes online."""
    person = wearer(event_id, attendee_id)
    if person is None:
        raise NotFound
    return _view(person, db.session.get_one(Event, event_id).name, base_url)


def chosen(event: Event, choice: Choice, base_url: str) -> list[BadgeView]:
    """Return the badges that are meant, in order of names."""
    choice.check()
    people = [who for who in wearers(event.id) if choice.wants(who.name, who.kind, printed=who.printed_at is not None)]
    if not people:
        raise Invalid(NOBODY_FITS, field=choice.narrowed_by)
    return _views(event, people, base_url)


def _views(event: Event, people: list[Wearer], base_url: str) -> list[BadgeView]:
    """Return some people's badges in order of names."""
    in_order = sorted(people, key=lambda person: (fold(person.name), person.attendee_id))
    return [_view(person, event.name, base_url) for person in in_order]


def _view(person: Wearer, event: str, base_url: str) -> BadgeView:
    """Return what stands on a badge."""
    kind = "" if person.kind is TicketKind.GUEST else person.kind.capitalize()
    code = qr_payload(base_url, badge_path(person.code))
    return BadgeView(person.attendee_id, person.name, person.organisation, kind, event, code, person.printed_at)


def note_printed(by: Actor, slug: str, attendee_ids: Collection[int], *, now: datetime) -> int:
    """Write down that badges came out of a printer; returns how many."""
    event_id = event_for(by, slug, Action.RUN_EVENT).id
    with write_transaction():
        count = note(event_id, attendee_ids, by=by, now=now)
        audit.note("print badges", by=by, event_id=event_id, now=now, badges=count)
    return count


def note(event_id: int, attendee_ids: Collection[int], *, by: Actor, now: datetime, job_id: int | None = None) -> int:
    """Write down that attendees' badges are printed, inside an open write transaction; returns how many.

    Whoever lost the ticket meanwhile has no badge any more.
    """
    wanted: BindParameter[list[int]] = bindparam("wanted", list(attendee_ids), expanding=True, literal_execute=True)
    valid = select(Ticket.id).where(Ticket.event_id == event_id, Ticket.revoked_at.is_(None))
    tickets = list(db.session.scalars(valid.where(Ticket.attendee_id.in_(wanted)).order_by(Ticket.id)))
    fact = {"job_id": job_id, "person_id": by.person_id, "device_id": by.device_id, "printed_at": now}
    if tickets:
        db.session.execute(insert(BadgePrint), [{"ticket_id": ticket_id, **fact} for ticket_id in tickets])
    return len(tickets)
