"""One file imported from beginning to end: a few hundred records at a time, so that the door is never locked out."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from eventmatch.domain.actor import NOBODY, Actor
from eventmatch.domain.errors import Invalid
from eventmatch.domain.profiles import clean_line
from eventmatch.domain.states import AttendeeStatus, Purpose
from eventmatch.formats.spreadsheet import read_table
from eventmatch.models.attendee import Attendee
from eventmatch.models.base import db, write_transaction
from eventmatch.models.event import Event
from eventmatch.services import audit, events
from eventmatch.services.import_invitations import count_uninvited
from eventmatch.services.import_reader import Candidate, Remark
from eventmatch.services.import_records import Plan, read_records
from eventmatch.services.import_writes import Target, Written, split, write

CHUNK = 250  # records in one write transaction: about a twentieth of a second
LARGEST = 50_000_000  # bytes of a file; uploads are held to less
DECLARABLE = (Purpose.MATCHING, Purpose.ORGANISER_EXPORT)

Report = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be done with a file."""

    declared: Mapping[Purpose, str] = field(default_factory=dict)
    invite: bool = False
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a file; records are counted from 1 below the header, as a spreadsheet's rows of data."""

    records: int
    imported: int
    repeated: int
    refused: tuple[Remark, ...]
    repeats: tuple[Remark, ...]  # within the file
    warnings: tuple[Remark, ...]
    invited: int
    not_invited: int
    dry_run: bool

    def as_values(self, most: int | None = None) -> dict[str, Any]:
        """Return the result as JSON values, with at most so many of each kind of remark."""
        lists = {"refused": self.refused, "repeats": self.repeats, "warnings": self.warnings}
        numbers = ("records", "imported", "repeated", "invited", "not_invited", "dry_run")
        return {
            **{name: getattr(self, name) for name in numbers},
            **{name: [remark._asdict() for remark in remarks[:most]] for name, remarks in lists.items()},
            "more": {name: len(remarks) - most for name, remarks in lists.items() if most and len(remarks) > most},
        }


def read_declaration(given: Mapping[str, str]) -> dict[Purpose, str]:
    """Check what an organiser declares: a purpose, and where and when people agreed to it.

    Raises
    ------
    Invalid
        If a purpose cannot be declared, or the words are missing.
    """
    declared = {}
    for name, words in given.items():
        if name not in DECLARABLE:
            raise Invalid(f"Consent can be declared for {' and '.join(DECLARABLE)}, not for “{name[:40]}”.")
        purpose = Purpose(name)
        declared[purpose] = clean_line(words, "offer")
        if len(declared[purpose]) < len("a form"):
            raise Invalid("Say where and when people agreed, for example: registration form, 3 May 2027.", field=name)
    return declared


def plan_for(event: Event, content: bytes, filename: str) -> Plan:
    """Read a file without touching any place.

    Raises
    ------
    Invalid
        If it cannot be read, or holds no list of people.
    """
    return read_records(read_table(content, filename=filename), event_mode=event.mode)


def import_from_command(
    slug: str, content: bytes, filename: str, order: Order, *, now: datetime, report: Report
) -> Result:
    """Import a file for whoever has the machine itself."""
    event = events.named(slug)
    return run(event.id, plan_for(event, content, filename), order, by=NOBODY, now=now, report=report)


def run(event_id: int, plan: Plan, order: Order, *, by: Actor, now: datetime, report: Report) -> Result:
    """Import everybody a plan holds, and report after each few hundred."""
    done = _look(event_id, plan) if order.dry_run else _write(event_id, plan, order, now, report)
    if not order.dry_run:
        with write_transaction():
            counts = {"imported": done.imported, "repeated": done.repeated, "declared": sorted(order.declared)}
            audit.note("import attendees", by=by, event_id=event_id, now=now, invited=done.invited, **counts)
    return Result(
        records=plan.records,
        imported=done.imported,
        repeated=done.repeated + len(plan.repeats),
        refused=tuple(plan.refused),
        repeats=tuple(plan.repeats),
        warnings=(*_overfull(event_id, done.imported if order.dry_run else 0), *plan.warnings, *done.warnings),
        invited=done.invited,
        not_invited=count_uninvited(event_id),
        dry_run=order.dry_run,
    )


def _look(event_id: int, plan: Plan) -> Written:
    """Say what writing would do."""
    total = Written()
    for chunk in _chunks(plan.candidates):
        parts = split(event_id, chunk)
        total.imported += len(parts.fresh)
        total.repeated += parts.known
        total.warnings += parts.warnings
    return total


def _write(event_id: int, plan: Plan, order: Order, now: datetime, report: Report) -> Written:
    """Write one chunk after the other; stopped half-way, the same file can simply be imported again."""
    target = Target(event_id, order.declared, order.invite)
    total = Written()
    report(0, len(plan.candidates))
    reached = 0
    for chunk in _chunks(plan.candidates):
        done = write(target, chunk, now=now)
        total.imported += done.imported
        total.repeated += done.repeated
        total.invited += done.invited
        total.warnings += done.warnings
        reached += len(chunk)
        report(reached, len(plan.candidates))
    return total


def _chunks(candidates: Sequence[Candidate]) -> Iterator[Sequence[Candidate]]:
    """Cut the candidates into pieces of one transaction each."""
    for start in range(0, len(candidates), CHUNK):
        yield candidates[start : start + CHUNK]


def _overfull(event_id: int, coming: int) -> list[Remark]:
    """Remark on more people than seats: imported people got their ticket elsewhere and are let in."""
    capacity = db.session.scalar(select(Event.capacity).where(Event.id == event_id))
    sure = select(func.count()).where(Attendee.event_id == event_id, Attendee.status == AttendeeStatus.CONFIRMED)
    people = (db.session.scalar(sure) or 0) + coming
    if capacity is None or people <= capacity:
        return []
    return [Remark(None, "capacity", f"The event has {capacity} seats and with this list {people} people.")]
