"""Tables come in from any program and go out harmless."""

import csv
import gzip
import io
import random
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from eventmatch.domain.errors import Invalid
from eventmatch.formats.cells import without_control_characters
from eventmatch.formats.spreadsheet import LONGEST_XLSX_CELL, csv_bytes, csv_lines, read_table, xlsx_bytes
from eventmatch.formats.table import MAX_COLUMNS, Oddity

HEADER = ["Name", "E-mail", "About"]
ADA = ["Ada Ångström", "ada@example.org", "Bridges; and\n“tunnels”, too"]
BEN = ["Ben", "ben@example.org", ""]
FORMULAS = [
    '=HYPERLINK("http://x")',
    "@SUM(1)",
    "+1",
    "-1",
    "\t=1",
    "\r=1",
    "＝1",
    "  =1",
    "=cmd|' /C calc'!A0",
    "x;=1+1",
]

cells = st.text(alphabet=st.characters(exclude_categories=["Cs"])) | st.text(
    alphabet=st.sampled_from("'=+-@\t\r\n ;,\"|(a\x00")
)
tables = st.lists(st.tuples(cells, cells), max_size=8)


def written(rows: Sequence[Sequence[str]], delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    """Write rows as some other program would."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode(encoding)


def values(data: bytes) -> list[list[str]]:
    """Read back only the cells."""
    return [list(record.cells.values()) for record in read_table(data).rows]


def refusal_of(data: bytes) -> str:
    """Say why the data are no table; nothing when they are one."""
    try:
        read_table(data)
    except Invalid as refusal:
        return refusal.message
    return ""


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_every_delimiter_encoding_and_wrapping_reads_alike(delimiter: str, encoding: str, pack: type[bytes]) -> None:
    table = read_table(pack(written([HEADER, ADA, BEN], delimiter, encoding)))

    assert table.header == tuple(HEADER)
    assert [list(record.cells.values()) for record in table.rows] == [ADA, BEN]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_its_mark_is_recognised_and_said(encoding: str) -> None:
    table = read_table(written([HEADER, ADA], encoding=encoding))

    assert table.rows[0].cells["Name"] == "Ada Ångström"
    assert [note.oddity for note in table.notes] == [Oddity.ENCODING]


def test_a_guessed_encoding_is_said() -> None:
    table = read_table(written([HEADER, ADA], encoding="cp1252"))

    assert [(note.oddity, note.record) for note in table.notes] == [(Oddity.ENCODING, None)]


def test_bytes_that_are_not_even_windows_still_read() -> None:
    table = read_table(b"Name,E-mail\nAda \xe5\x81,ada@example.org\n")

    assert table.rows[0].cells["Name"] == "Ada å"
    assert {note.oddity for note in table.notes} == {Oddity.ENCODING, Oddity.CONTROL}


def test_one_broken_byte_does_not_garble_everybody() -> None:
    table = read_table("Name\nÅsa\nZoë\nJosé\n".encode() + b"B\xe9n\n")

    assert [record.cells["Name"] for record in table.rows] == ["Åsa", "Zoë", "José", "B\ufffdn"]
    assert [(note.oddity, note.record, note.column) for note in table.notes] == [(Oddity.ENCODING, 4, "Name")]


def test_records_are_numbered_below_the_header_and_empty_lines_do_not_count() -> None:
    table = read_table(b"\r\nName,E-mail\r\n\r\nAda,a@example.org\r\n,\r\nBen,b@example.org\r\n\r\n")

    assert [(record.number, record.cells["Name"]) for record in table.rows] == [(1, "Ada"), (3, "Ben")]


def test_ragged_records_are_kept_and_reported() -> None:
    table = read_table(b"Name,E-mail,About\nAda,a@example.org\nBen,b@example.org,x,y\nChidi,c@example.org,z,,\n")

    assert [list(record.cells.values())[2] for record in table.rows] == ["", "x", "z"]
    assert [(note.oddity, note.record) for note in table.notes] == [(Oddity.COLUMNS, 1), (Oddity.COLUMNS, 2)]
    assert table.notes[0].message == "It has 2 columns, the header has 3."


def test_an_open_quotation_mark_is_named_as_the_likely_cause() -> None:
    table = read_table(b'Name,E-mail,About\nAda,"a@example.org,x\nBen,b@example.org,y\nChidi,c@example.org,z\n')

    assert "quotation mark" in table.notes[0].message


def test_control_characters_are_left_out_and_named() -> None:
    table = read_table(b"Name,E-mail\nAda,a@example.org\nCell\x00Nul,b@example.org\n")

    assert table.rows[1].cells["Name"] == "CellNul"
    assert [(note.oddity, note.record, note.column) for note in table.notes] == [(Oddity.CONTROL, 2, "Name")]


def test_every_column_has_a_name_of_its_own() -> None:
    table = read_table(b"Name, ,Name,Name\nAda,b,c,d\n")

    assert table.header == ("Name", "column 2", "Name (3)", "Name (4)")
    assert {note.oddity for note in table.notes} == {Oddity.HEADER}


def test_a_file_may_name_its_delimiter() -> None:
    assert values(b'sep=;\r\n"Name, first";Mail\r\n"A, B";c\r\n') == [["A, B", "c"]]


def test_commas_inside_names_do_not_hide_the_semicolons() -> None:
    table = read_table(b"Last name, first name;E-mail;Company\nLovelace, Ada;a@example.org;X\nB, Ben;b@example.org;Y\n")

    assert table.header == ("Last name, first name", "E-mail", "Company")


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "empty"),
        (b"\n\n,,\n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "not a table"),
        (b"\xd0\xcf\x11\xe0" + bytes(100), "old or locked Excel"),
        (b"PK\x03\x04 nonsense", "cannot be read"),
        (gzip.compress(b"Name\nAda\n" * 50, mtime=0)[:30], "damaged"),
        (b"Name\n" + b"x" * 200_000, "near record 1"),
        (b"," * MAX_COLUMNS + b"Name\nAda\n", "columns"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_sentence(data: bytes, word: str) -> None:
    with pytest.raises(Invalid, match=word) as refusal:
        read_table(data, filename="people.csv")

    assert len(refusal.value.message) < 120


def test_too_many_records_are_refused() -> None:
    with pytest.raises(Invalid, match="more than 3 records"):
        read_table(b"Name\na\nb\nc\nd\n", max_records=3)


def test_a_small_file_that_unpacks_huge_is_refused() -> None:
    bomb = gzip.compress(b"Name\n" + bytes(60_000_000))

    assert len(bomb) < 100_000
    with pytest.raises(Invalid, match="50 MB"):
        read_table(bomb)


def test_a_workbook_that_unpacks_huge_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/workbook.xml", bytes(60_000_000))

    with pytest.raises(Invalid, match="50 MB"):
        read_table(out.getvalue())


def test_a_workbook_whose_cells_all_share_one_long_text_is_refused() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        for row in range(50):
            for column in range(50):
                sheet.write_string(row, column, "x" * LONGEST_XLSX_CELL)

    assert len(out.getvalue()) < 100_000
    with pytest.raises(Invalid, match="50 MB"):
        read_table(out.getvalue())


@pytest.mark.parametrize("start", [b"", b"PK\x03\x04", b"\x1f\x8b\x08", b"\xff\xfe", b"Name;"])
def test_no_bytes_at_all_make_it_fail_in_another_way(start: bytes) -> None:
    chance = random.Random(7)

    refusals = [refusal_of(start + chance.randbytes(300)) for _ in range(40)]

    assert all(sentence == "" or sentence.endswith((".", "?")) for sentence in refusals)


@pytest.mark.parametrize("cut", range(0, 6000, 500))
def test_a_damaged_workbook_is_refused_or_read_never_a_crash(cut: int) -> None:
    whole = bytearray(xlsx_bytes(["Name"], [["Ada"]]))
    whole[cut : cut + 40] = b"\x00" * 40

    assert isinstance(refusal_of(bytes(whole)), str)


def test_a_workbook_reads_as_people_see_it() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        [None, None],
        ["Name", "Phone", "Coming", "Since"],
        ["Ada", 491701234567, True, datetime(2026, 11, 23)],  # noqa: DTZ001 - a spreadsheet's dates have no zone
        [None],
        ["Ben", "'+49 170", None, None],
    ):
        sheet.append(row)
    book.create_sheet("More")
    out = io.BytesIO()
    book.save(out)

    table = read_table(out.getvalue(), filename="people.xlsx")

    assert [(record.number, *record.cells.values()) for record in table.rows] == [
        (1, "Ada", "491701234567", "yes", "2026-11-23"),
        (2, "Ben", "+49 170", "", ""),
    ]
    assert [note.oddity for note in table.notes] == [Oddity.SHEETS]


@given(tables)
def test_csv_comes_back_unchanged_but_for_control_characters(rows: list[tuple[str, str]]) -> None:
    expected = [[without_control_characters(cell) for cell in row] for row in rows]

    assert values(csv_bytes(["name", "note"], rows)) == [row for row in expected if any(row)]


@settings(deadline=None, max_examples=60)
@given(tables)
def test_xlsx_comes_back_unchanged_but_for_control_characters(rows: list[tuple[str, str]]) -> None:
    expected = [[without_control_characters(cell) for cell in row] for row in rows]

    assert values(xlsx_bytes(["name", "note"], rows)) == [row for row in expected if any(row)]


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_exported_cell_is_a_formula(formula: str) -> None:
    row = csv_bytes(["note"], [[formula]]).decode("utf-8-sig").split("\r\n", 1)[1]
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(["note"], [[formula]]))).worksheets[0]

    assert row.lstrip('"')[0] in "'x"
    assert sheet["A2"].data_type == "s"
    assert values(csv_bytes(["note"], [[formula]])) == [[formula]]


def test_a_telephone_number_is_harmless_outside_and_itself_again_inside() -> None:
    exported = csv_bytes(["Phone"], [["+49 170 1234567"]])

    assert b"'+49 170 1234567" in exported
    assert values(exported) == [["+49 170 1234567"]]


def test_numbers_and_moments_are_written_plainly() -> None:
    row = [3, -1.5, None, True, datetime(2026, 11, 23, 9, 30, tzinfo=UTC)]
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(["a", "b", "c", "d", "e"], [row]))).worksheets[0]

    assert csv_bytes(["a", "b", "c", "d", "e"], [row]).splitlines()[1] == b"3,-1.5,,yes,2026-11-23 09:30+00:00"
    assert [cell.value for cell in sheet[2]] == [3, -1.5, None, "yes", "2026-11-23 09:30+00:00"]


def test_csv_starts_with_a_mark_and_streams_line_by_line() -> None:
    lines = csv_lines(["Name"], (["Ada"] for _ in range(2)))

    assert list(lines) == [b"\xef\xbb\xbfName\r\n", b"Ada\r\n", b"Ada\r\n"]


def test_half_a_character_does_not_stop_an_export() -> None:
    rows = [["A\ud800da"]]

    assert values(csv_bytes(["Name"], rows)) == values(xlsx_bytes(["Name"], rows)) == [["Ada"]]


def test_a_text_too_long_for_a_workbook_is_cut_not_lost() -> None:
    assert values(xlsx_bytes(["About"], [["x" * 40_000]])) == [["x" * LONGEST_XLSX_CELL]]
