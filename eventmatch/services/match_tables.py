"""Tables of text for matching from file to file: their columns and records, with line and value in every refusal."""

import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from eventmatch.domain.errors import Invalid
from eventmatch.formats.cells import restore

GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a table: the line it begins on, and its cells by column."""

    line: int
    cells: dict[str, str]

    def text(self, column: str) -> str:
        """What a cell says; nothing where the column is missing."""
        return self.cells.get(column, "").strip()

    def parts(self, column: str) -> tuple[str, ...]:
        """The parts of a cell between semicolons."""
        return tuple(part.strip() for part in self.text(column).split(";") if part.strip())

    def refusal(self, column: str, wanted: str) -> Invalid:
        """What is wrong with one cell, with line and value."""
        return Invalid(f"Line {self.line}: {column} {wanted}, not {self.cells[column]!r}.", field=column)


def table(path: Path, required: set[str]) -> tuple[list[str], Iterator[Record]]:
    """The columns of a CSV file, folded to lower case, and its records."""
    lines = numbered_lines(path)
    columns = [name.strip().casefold() for name in next(lines, (1, []))[1]]
    if missing := required.difference(columns):
        raise Invalid(f"{path.name} has no column {min(missing)}.", field=min(missing))
    if repeated := [name for name in columns if name and columns.count(name) > 1]:
        raise Invalid(f"{path.name} has two columns {repeated[0]}.", field=repeated[0])
    return columns, records_of(path, lines, columns)


def numbered_lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The cells of each line, and the number it begins at; a quoted line end does not end a line."""
    lines = csv.reader(io.StringIO(text_of(path), newline=""), strict=True)
    begin = 1
    try:
        for cells in lines:
            yield begin, cells
            begin = lines.line_num + 1
    except csv.Error as error:
        raise Invalid(f"Line {begin} of {path.name} cannot be read: {error}.") from error


def records_of(path: Path, lines: Iterator[tuple[int, list[str]]], columns: list[str]) -> Iterator[Record]:
    """The records that hold anything."""
    for begin, cells in lines:
        if len(cells) > len(columns):
            raise Invalid(f"Line {begin} of {path.name} has {len(cells)} cells under {len(columns)} columns.")
        if cells:
            yield Record(begin, dict.fromkeys(columns, "") | dict(zip(columns, map(restore, cells), strict=False)))


def text_of(path: Path) -> str:
    """The text of a UTF-8 file, gzipped or not, without a byte order mark."""
    try:
        data = path.read_bytes()
        return (gzip.decompress(data) if data.startswith(GZIP) else data).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid(f"{path.name} is not written in UTF-8 (byte {error.start}).") from error
    except (OSError, EOFError, zlib.error) as error:
        raise Invalid(f"{path.name} cannot be read: {error}.") from error


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text; a name ending in .gz is gzipped, the same text to the same bytes."""
    data = text.encode()
    try:
        path.write_bytes(gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)
    except OSError as error:
        raise Invalid(f"{path} cannot be written: {error.strerror}.") from error
