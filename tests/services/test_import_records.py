"""Files of any kind become people, repeats and refusals."""

import gzip
import io
import re
from pathlib import Path

import openpyxl
import pytest

from eventmatch.domain.errors import Invalid
from eventmatch.domain.states import Mode, TicketKind
from eventmatch.formats.spreadsheet import csv_bytes, read_table
from eventmatch.services.import_records import Plan, read_records

ROWS = [["Name", "E-Mail", "Firma"], ["Ångström, Ada", "ada@example.org", "Café"], ["Ben", "ben@example.org", ""]]


def plan(content: bytes | str) -> Plan:
    """Read a file."""
    return read_records(read_table(content if isinstance(content, bytes) else content.encode()), event_mode=Mode.EITHER)


def text(delimiter: str = ",") -> str:
    """Write the rows with every cell quoted."""
    return "\r\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in ROWS)


def workbook() -> bytes:
    """Write the rows as a workbook."""
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in ROWS:
        book.worksheets[0].append(row)
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        text().encode(),
        text(";").encode("utf-8-sig"),
        text("\t").encode("utf-16"),
        text(";").encode("cp1252"),
        gzip.compress(text("|").encode()),
        workbook(),
        gzip.compress(workbook()),
    ],
    ids=["commas", "semicolons and BOM", "tabs in UTF-16", "Windows", "gzip", "XLSX", "XLSX in gzip"],
)
def test_every_kind_of_file_brings_the_same_people(content: bytes) -> None:
    found = plan(content)

    assert [(c.number, c.profile.name, c.email, c.profile.organisation) for c in found.candidates] == [
        (1, "Ångström, Ada", "ada@example.org", "Café"),
        (2, "Ben", "ben@example.org", ""),
    ]
    assert not found.refused


def test_the_same_address_again_is_a_repeat_whatever_its_capitals_and_name() -> None:
    found = plan("Name,E-mail\nAda,ada@example.org\nAda,ada@example.org\nA. O.,ADA@example.org\n")

    assert [candidate.number for candidate in found.candidates] == [1]
    assert [(remark.record, remark.reason) for remark in found.repeats] == [
        (2, "The same address as record 1."),
        (3, "The same address as record 1."),
    ]


def test_people_who_share_an_address_keep_their_own_tickets() -> None:
    found = plan("Name,E-mail,Barcode #\nAda,buyer@example.org,1\nBen,buyer@example.org,2\nAda,buyer@example.org,3\n")

    assert [(c.profile.name, c.email, c.code) for c in found.candidates] == [
        ("Ada", "buyer@example.org", "1"),
        ("Ben", None, "2"),
    ]
    assert [(remark.record, remark.field) for remark in found.repeats] == [(3, "email")]
    assert [(remark.record, remark.field) for remark in found.warnings] == [(2, "email")]


def test_one_ticket_code_is_one_ticket() -> None:
    found = plan("Name,E-mail,Secret\nAda,ada@example.org,x1\nBen,ben@example.org,x1\n")

    assert [(remark.record, remark.field) for remark in found.repeats] == [(2, "code")]


def test_a_refused_record_does_not_make_the_next_one_a_repeat() -> None:
    found = plan("Name,E-mail,Attendee Status\nAda,ada@example.org,Refunded\nAda,ada@example.org,Attending\n")

    assert [candidate.number for candidate in found.candidates] == [2]
    assert [remark.record for remark in found.refused] == [1]


def test_a_name_with_a_control_character_is_refused_and_another_cell_mended() -> None:
    found = plan(
        "Name,E-mail,Company\nA\x00da,ada@example.org,\nBen,ben@example.org,Kes\x00trel\n" + "Chidi,c@d.org,\n" * 40
    )

    assert [(remark.record, remark.field) for remark in found.refused] == [(1, "name")]
    assert found.candidates[0].profile.organisation == "Kestrel"
    assert (2, "organisation") in [(remark.record, remark.field) for remark in found.warnings]


def test_a_short_record_is_filled_up_and_remarked() -> None:
    found = plan("Name,E-mail,Company\nAda,ada@example.org\n")

    assert [candidate.number for candidate in found.candidates] == [1]
    assert [remark.record for remark in found.warnings] == [1]


def test_formulas_are_texts_and_our_own_export_comes_back_as_it_was() -> None:
    rows = [["=HYPERLINK(1)", "ada@example.org", "@SUM(1)", "+1"], ["-Ben", "ben@example.org", "'x", "＝1"]]

    found = plan(csv_bytes(["Name", "E-mail", "Company", "Headline"], rows))

    said = [[c.profile.name, c.email, c.profile.organisation, c.profile.headline] for c in found.candidates]
    assert said == rows


def test_unknown_kinds_are_named_once() -> None:
    found = plan("Name,E-mail,Product\nAda,a@b.org,Gold\nBen,b@b.org,Gold\nChidi,c@b.org,Speaker\n")

    assert [c.kind for c in found.candidates] == [TicketKind.GUEST, TicketKind.GUEST, TicketKind.SPEAKER]
    assert [remark.reason for remark in found.warnings] == ["Tickets «Gold» (2) are taken as guests."]


def test_columns_that_are_not_used_are_named_and_consent_is_never_one_of_the_used() -> None:
    found = plan("Name,E-mail,Consent to matching,Shoe size\nAda,ada@example.org,yes,41\n")

    assert found.columns.unused == ("Consent to matching", "Shoe size")
    assert "«Shoe size»" in found.warnings[0].reason


@pytest.mark.parametrize("header", ["E-mail,Company", "Name,Company"])
def test_a_table_that_lists_no_people_is_refused_with_its_columns(header: str) -> None:
    with pytest.raises(Invalid, match=re.escape("«Company»")):
        plan(f"{header}\nx,y\n")


DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "registrations.csv"


@pytest.mark.skipif(not DATA.exists(), reason="the list of registrations to judge by is not beside this repository")
def test_a_real_list_is_read_to_the_last_record() -> None:
    found = plan(DATA.read_bytes())

    assert (found.records, len(found.candidates), len(found.repeats), len(found.refused)) == (686, 679, 2, 5)
    assert all(remark.record and remark.field and remark.reason for remark in (*found.refused, *found.repeats))
