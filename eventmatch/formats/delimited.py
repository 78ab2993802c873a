"""Lines of cells out of text files, whatever their encoding and delimiter."""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from itertools import islice

from eventmatch.domain.errors import Invalid
from eventmatch.formats.cells import without_control_characters
from eventmatch.formats.table import Note, Oddity

DELIMITERS = ",;\t|"

_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_NAMED_DELIMITER = re.compile(r'"?sep=([,;\t|])"?\r?\n', re.IGNORECASE)
_SAMPLE = 50


def delimited_lines(data: bytes, notes: list[Note]) -> Iterator[list[str]]:
    """Yield the cells of each line; a quoted line end does not end a line."""
    text = decoded(data, notes)
    _refuse_what_is_no_text(text)
    named = _NAMED_DELIMITER.match(text)
    body = text[named.end() :] if named else text
    delimiter = named[1] if named else delimiter_of(body)
    read = 0
    try:
        for line in _parsed(body, delimiter):
            yield line
            read += 1
    except csv.Error as error:
        raise Invalid(f"The file cannot be read near record {read}: is a quotation mark not closed?") from error


def decoded(data: bytes, notes: list[Note]) -> str:
    """Decode by byte order mark, else as UTF-8, else as what Windows writes; note every guess."""
    for mark, encoding in _BOMS.items():
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    if guess := _unmarked_utf_16(data):
        notes.append(Note(Oddity.ENCODING, "The file does not say its encoding; it was read as UTF-16."))
        return data.decode(guess, "replace")
    return _as_utf_8(data, notes)


def _unmarked_utf_16(data: bytes) -> str | None:
    """Recognise UTF-16 without a mark by the zero in every other byte of Latin text."""
    sample = data[:2000]
    for start, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if sample[start::2].count(0) > 0.8 * len(sample[start::2]):
            return encoding
    return None


def _as_utf_8(data: bytes, notes: list[Note]) -> str:
    """Decode UTF-8, forgiving some broken bytes; where most are broken it is something else."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\N{REPLACEMENT CHARACTER}")
    intact = sum(not letter.isascii() for letter in text) - broken
    if broken <= intact:
        return text
    notes.append(Note(Oddity.ENCODING, "The file is not in UTF-8; it was read as Windows-1252. Please check accents."))
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _refuse_what_is_no_text(text: str) -> None:
    """Refuse pictures, archives and the like, which any one-byte encoding would decode."""
    sample = text[:4000]
    if len(sample) - len(without_control_characters(sample)) > len(sample) // 20:
        raise Invalid("This is not a table. Please save it as CSV or XLSX and try again.")


def delimiter_of(text: str) -> str:
    """Choose the delimiter under which most lines have the header's many columns."""
    return max(DELIMITERS, key=lambda delimiter: _fit(text, delimiter))


def _fit(text: str, delimiter: str) -> float:
    """Measure a delimiter: the header's columns times the share of lines that have as many."""
    try:
        widths = [len(line) for line in islice(_parsed(text, delimiter), _SAMPLE) if line]
    except csv.Error:
        return 0.0
    if not widths or widths[0] == 1:
        return 0.0
    return widths[0] * widths.count(widths[0]) / len(widths)


def _parsed(text: str, delimiter: str) -> Iterator[list[str]]:
    """Parse quoted cells as every spreadsheet writes them."""
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
