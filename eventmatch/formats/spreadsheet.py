"""Tables in and out: CSV of any kind and XLSX in, CSV and XLSX out that no spreadsheet will run."""

import csv
import gzip
import io
import math
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from eventmatch.domain.errors import Invalid
from eventmatch.formats.cells import as_text, keep_apostrophes, neutralise, without_control_characters
from eventmatch.formats.delimited import delimited_lines
from eventmatch.formats.table import MAX_COLUMNS, MAX_RECORDS, Note, Oddity, Table, build_table

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

MAX_UNPACKED = 50_000_000
MAX_PARTS = 1_000
LONGEST_XLSX_CELL = 32_767

_GZIP, _ZIP, _OLE = b"\x1f\x8b", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"

Rows = Iterable[Sequence[object]]


def read_table(
    data: bytes, *, filename: str = "", max_records: int = MAX_RECORDS, max_unpacked: int = MAX_UNPACKED
) -> Table:
    """Read a CSV, TSV or XLSX file, perhaps gzipped; what cannot be read at all raises Invalid."""
    if data.startswith(_GZIP):
        data = _unpacked(data, max_unpacked)
    if data.startswith(_OLE):
        raise Invalid(f"{_named(filename)} is an old or locked Excel file. Please save it as XLSX without a password.")
    notes: list[Note] = []
    lines = _xlsx_lines(data, filename, max_unpacked, notes) if data.startswith(_ZIP) else delimited_lines(data, notes)
    return build_table(lines, notes, max_records=max_records)


def _named(filename: str) -> str:
    """Name the file in a sentence."""
    return f"«{without_control_characters(filename)[:100]}»" if filename else "The file"


def _unpacked(data: bytes, limit: int) -> bytes:
    """Unpack gzip, stopping at the limit whatever the file claims."""
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as packed:
            plain = packed.read(limit + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise Invalid("The gzip file is damaged or incomplete.") from error
    _check_size(len(plain), limit)
    return plain


def _check_size(size: int, limit: int) -> None:
    """Refuse what is small as a file and holds too much."""
    if size > limit:
        raise Invalid(f"The file unpacks to more than {limit // 1_000_000} MB. Please split it.")


def _xlsx_lines(data: bytes, filename: str, limit: int, notes: list[Note]) -> Iterator[list[str]]:
    """Yield the cells of each row of the first visible sheet; damage anywhere refuses the file."""
    try:
        book = _opened(data, limit)
        sheet = next(sheet for sheet in book.worksheets if sheet.sheet_state == "visible")
        if len(book.worksheets) > 1:
            notes.append(Note(Oddity.SHEETS, f"Only the first sheet, «{sheet.title}», was read."))
        sheet.reset_dimensions()  # what the file says of its own size may be wrong or a trap
        width = size = 0
        for row in sheet.iter_rows(max_col=MAX_COLUMNS + 1, values_only=True):
            line = _xlsx_line(row)
            width, size = max(width, len(line)), size + sum(map(len, line))
            _check_size(size, limit)  # a workbook keeps a long text once, however many cells say it
            yield line and line + [""] * (width - len(line))  # a workbook does not store a row's last, empty cells
    except Invalid:
        raise
    except Exception as error:  # the reader meets damage with a dozen kinds of exception
        raise Invalid(f"{_named(filename)} cannot be read as a spreadsheet. Please save it as XLSX or CSV.") from error


def _xlsx_line(row: tuple[object, ...]) -> list[str]:
    """Read one row's cells up to the last filled one; a row may be a long way of nothing, so that is asked first."""
    from openpyxl.utils.escape import unescape

    empty = row.count(None) == len(row)
    line = [] if empty else [unescape(value) if isinstance(value, str) else as_text(value) for value in row]
    while line and not line[-1]:
        line.pop()
    return line


def _opened(data: bytes, limit: int) -> "Workbook":
    """Open a workbook that is no bigger inside than allowed."""
    import openpyxl

    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        sizes = [part.file_size for part in parts.infolist()]
    _check_size(sum(sizes) if len(sizes) <= MAX_PARTS else limit + 1, limit)
    return openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)


def csv_lines(header: Sequence[str], rows: Rows) -> Iterator[bytes]:
    """Write CSV line by line: UTF-8 with a mark, so that spreadsheets read it right, and nothing they would run.

    Control characters other than tab and line ends are left out.
    """
    line = io.StringIO(newline="")
    writer = csv.writer(line)
    line.write("\N{ZERO WIDTH NO-BREAK SPACE}")
    for row in _with_header(header, rows):
        writer.writerow([_csv_cell(value) for value in row])
        yield line.getvalue().encode()
        line.seek(0)
        line.truncate()


def csv_bytes(header: Sequence[str], rows: Rows) -> bytes:
    """Write a whole CSV file."""
    return b"".join(csv_lines(header, rows))


def xlsx_bytes(header: Sequence[str], rows: Rows) -> bytes:
    """Write an XLSX file whose texts stay texts; control characters are left out, 32,767 characters fit a cell."""
    import xlsxwriter

    out = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, {**options, "strings_to_numbers": False}) as book:
        sheet = book.add_worksheet()
        sheet.freeze_panes(1, 0)
        sheet.set_row(0, None, book.add_format({"bold": True}))
        for number, row in enumerate(_with_header(header, rows)):
            _write_row(sheet, number, row)
    return out.getvalue()


def _with_header(header: Sequence[str], rows: Rows) -> Iterator[Sequence[object]]:
    """Put the header before the rows."""
    yield header
    yield from rows


def _is_number(value: object) -> bool:
    """Tell numbers from texts and from yes and no."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _csv_cell(value: object) -> str:
    """Write one cell; a number cannot run."""
    text = without_control_characters(as_text(value))
    return text if _is_number(value) else neutralise(text)


def _write_row(sheet: "Worksheet", number: int, row: Sequence[object]) -> None:
    """Write one row: numbers as numbers, everything else as text."""
    for column, value in enumerate(row):
        if _is_number(value):
            sheet.write_number(number, column, value)
        elif text := keep_apostrophes(without_control_characters(as_text(value))):
            sheet.write_string(number, column, text[:LONGEST_XLSX_CELL])
