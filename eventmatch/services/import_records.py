"""A whole table read: who would get a place, which records repeat others, and what is to be said about the rest."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from eventmatch.domain.errors import Invalid
from eventmatch.domain.import_columns import Columns, plain, recognise
from eventmatch.domain.states import Mode
from eventmatch.formats.table import Note, Oddity, Table
from eventmatch.services.import_reader import Candidate, Reader, Refused, Remark, Remarks

IDENTITY = ("name", "first_name", "last_name", "email", "code")  # what must be intact, or nobody knows who it is


@dataclass(slots=True)
class Plan:
    """What a file would do: who would get a place, and everything to be said about the rest."""

    columns: Columns
    records: int = 0
    candidates: list[Candidate] = field(default_factory=list)
    repeats: list[Remark] = field(default_factory=list)
    refused: list[Remark] = field(default_factory=list)
    remarks: Remarks = field(default_factory=Remarks)

    @property
    def warnings(self) -> list[Remark]:
        """What is odd but does not stop a record."""
        return self.remarks.warnings


def read_records(table: Table, *, event_mode: Mode) -> Plan:
    """Read every record of a table.

    Raises
    ------
    Invalid
        If no column can name people, or none can tell them apart.
    """
    plan = Plan(columns=recognise(table.header))
    _check_columns(plan.columns, table.header)
    damaged = _damaged(table.notes, plan.columns)
    _remark_file(plan, table.notes, damaged)
    seen = Seen()
    for record in table.rows:
        plan.records += 1
        try:
            reader = Reader(plan.columns, record, plan.remarks, damaged.get(record.number, ""))
            _add(plan, reader.candidate(event_mode), seen)
        except Refused as refusal:
            plan.refused.append(Remark(record.number, refusal.field, refusal.reason))
    _remark_kinds(plan)
    return plan


def _check_columns(columns: Columns, header: tuple[str, ...]) -> None:
    """Refuse a table nobody can be imported from."""
    shown = ", ".join(f"«{name[:40]}»" for name in header[:8])
    if not {"name", "first_name", "last_name"} & set(columns.of_field):
        raise Invalid(f"No column with names was found. The columns are {shown}. Call one “Name”.", field="file")
    if not {"email", "code"} & set(columns.of_field):
        raise Invalid(
            f"No column with e-mail addresses was found. The columns are {shown}. Call one “E-mail”.", field="file"
        )


def _damaged(notes: Iterable[Note], columns: Columns) -> dict[int, str]:
    """Return the records whose identity lost characters, with the field."""
    fields = {name: field for field in IDENTITY for name in columns.of_field.get(field, ())}
    lost = (note for note in notes if note.oddity is Oddity.CONTROL and note.record is not None)
    return {note.record or 0: fields[note.column] for note in lost if note.column in fields}


def _remark_file(plan: Plan, notes: Iterable[Note], damaged: dict[int, str]) -> None:
    """Pass on what was odd about reading the file, and name what is not used."""
    fields = {name: field for field, names in plan.columns.of_field.items() for name in names}
    for note in notes:
        if note.record not in damaged:
            plan.warnings.append(Remark(note.record, fields.get(note.column or "", note.column or ""), note.message))
    if plan.columns.unused:
        names = ", ".join(f"«{name[:60]}»" for name in plan.columns.unused)
        plan.warnings.append(Remark(None, "", f"Columns that are not used: {names}."))


def _remark_kinds(plan: Plan) -> None:
    """Say once for each ticket name without a known word that its people come as guests."""
    for name, numbers in plan.remarks.unknown_kinds.items():
        plan.warnings.append(Remark(numbers[0], "kind", f"Tickets «{name[:60]}» ({len(numbers)}) are taken as guests."))


@dataclass(slots=True)
class Seen:
    """What earlier records of the same file have used."""

    emails: dict[str, Candidate] = field(default_factory=dict)
    codes: dict[str, int] = field(default_factory=dict)


def _add(plan: Plan, found: Candidate, seen: Seen) -> None:
    """Take a candidate in unless an earlier record is the same one; people who share an address keep their tickets."""
    if found.code and (earlier := seen.codes.get(found.code)):
        plan.repeats.append(Remark(found.number, "code", f"The same ticket code as record {earlier}."))
        return
    if found.email and (first := seen.emails.get(found.email)) is not None:
        if not _is_companion(found, first):
            plan.repeats.append(Remark(found.number, "email", f"The same address as record {first.number}."))
            return
        plan.warnings.append(Remark(found.number, "email", _SHARED.format(first.number)))
        found = replace(found, email=None)
    if found.code:
        seen.codes[found.code] = found.number
    if found.email:
        seen.emails[found.email] = found
    plan.candidates.append(found)


_SHARED = (
    "The same address as record {}, but another name and ticket: imported without an address. "
    "The ticket code admits them; they cannot be invited until somebody adds an address."
)


def _is_companion(found: Candidate, first: Candidate) -> bool:
    """Tell whether two records of one address are two people: both with a ticket of their own and different names."""
    return bool(found.code and first.code) and plain(found.profile.name) != plain(first.profile.name)
