"""A table as it was read: its header, its records by number, and what was odd about them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import count
from typing import NamedTuple

from eventmatch.domain.errors import Invalid
from eventmatch.formats.cells import restore, without_control_characters

MAX_RECORDS = 50_000
MAX_COLUMNS = 200

_UNREADABLE = "\N{REPLACEMENT CHARACTER}"


class Oddity(StrEnum):
    """What a note is about."""

    ENCODING = "encoding"
    COLUMNS = "columns"
    CONTROL = "control"
    HEADER = "header"
    SHEETS = "sheets"


@dataclass(frozen=True, slots=True)
class Note:
    """Something odd that did not stop the reading; without a record it is about the whole file."""

    oddity: Oddity
    message: str
    record: int | None = None
    column: str | None = None


class Record(NamedTuple):
    """One record: its number, counted from 1 below the header, and its cells by column."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """Everything that was read from one file."""

    header: tuple[str, ...]
    rows: list[Record] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


def build_table(lines: Iterable[list[str]], notes: list[Note], *, max_records: int) -> Table:
    """Name the cells of each line after the first one that is not blank; note what is odd."""
    filled = iter(lines)
    first = next((line for line in filled if any(cell.strip() for cell in line)), None)
    if first is None:
        raise Invalid("The file is empty.")
    table = Table(_header(first, notes), notes=notes)
    for number, line in _numbered(filled, max_records):
        table.rows.append(Record(number, _cells(number, line, table)))
    return table


def _numbered(lines: Iterator[list[str]], max_records: int) -> Iterator[tuple[int, list[str]]]:
    """Number the records; one with nothing in it keeps its number and is left out, an empty line has none."""
    number = count(1)
    for line in lines:
        if line and (current := next(number)) and any(line):
            if current > max_records:
                raise Invalid(f"The file has more than {max_records:,} records. Please split it.")
            yield current, line


def _header(line: list[str], notes: list[Note]) -> tuple[str, ...]:
    """Give every column a name of its own."""
    if len(line) > MAX_COLUMNS:
        raise Invalid(f"The file has {len(line):,} columns; {MAX_COLUMNS} are allowed.")
    names: list[str] = []
    for place, cell in enumerate(line, start=1):
        name = restore(without_control_characters(cell)).strip() or f"column {place}"
        if name in names:
            notes.append(Note(Oddity.HEADER, f"There are several columns «{name}»; the first one counts.", column=name))
            name = f"{name} ({place})"
        names.append(name)
    return tuple(names)


def _cells(number: int, line: list[str], table: Table) -> dict[str, str]:
    """Read one record's cells, filling up or cutting off what does not fit the header."""
    width = len(table.header)
    if len(line) < width or any(line[width:]):
        table.notes.append(_misfit(number, line, width))
    padded = line[:width] + [""] * (width - len(line))
    return {name: _cell(number, name, cell, table.notes) for name, cell in zip(table.header, padded, strict=True)}


def _misfit(number: int, line: list[str], width: int) -> Note:
    """Say how a record's width differs, and what may be behind it."""
    message = f"It has {len(line)} columns, the header has {width}."
    if line[-1].count("\n") > 1:
        message += " Its last cell runs over several lines: perhaps a quotation mark is not closed."
    return Note(Oddity.COLUMNS, message, number)


def _cell(number: int, name: str, cell: str, notes: list[Note]) -> str:
    """Read one cell, noting what cannot be kept."""
    text = without_control_characters(cell)
    if text != cell:
        notes.append(Note(Oddity.CONTROL, "It holds control characters; they were left out.", number, name))
    if _UNREADABLE in text:
        notes.append(Note(Oddity.ENCODING, f"Unreadable characters show as {_UNREADABLE}.", number, name))
    return restore(text)
