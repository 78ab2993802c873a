"""No cell runs, and none comes back changed."""

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventmatch.formats.cells import as_text, keep_apostrophes, neutralise, restore, without_control_characters

CALLS = [
    '=HYPERLINK("http://x")',
    "+49 170 1234567",
    "-1+1|cmd",
    "@SUM(1)",
    "\tx",
    "\rx",
    "\n=x",
    "  =1+1",
    "\u00a0\u200b=1",
    "\ufeff=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(1)",
]
HARMLESS = ["", "Ada", "O'Neill", "'tis", "a=b", "ada@example.org", "1-2", "Asks:\n- a sponsor\n- a room", "a; b; c"]

tricky = st.text(alphabet=st.sampled_from("'=+-@\t\r\n ;,\"|(!aÄ\u00a0\u200b\ufeff＝－")) | st.text()


@pytest.mark.parametrize("text", CALLS)
def test_what_would_run_gets_an_apostrophe_and_loses_it_again(text: str) -> None:
    assert neutralise(text).startswith("'")
    assert restore(neutralise(text)) == text


@pytest.mark.parametrize("text", HARMLESS)
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert neutralise(text) == restore(text) == keep_apostrophes(text) == text


@pytest.mark.parametrize("text", ["a;=1+1", "a\n=1+1\nb", "a; @SUM(1)", "a\t-HYPERLINK(1)", "a;+cmd|' /C calc'!A0"])
def test_a_spreadsheet_that_splits_elsewhere_finds_no_call_either(text: str) -> None:
    assert "'" in neutralise(text)[1:]
    assert restore(neutralise(text)) == text


@given(tricky)
def test_restoring_undoes_neutralising(text: str) -> None:
    assert restore(neutralise(text)) == text


@given(tricky)
def test_restoring_undoes_kept_apostrophes(text: str) -> None:
    assert restore(keep_apostrophes(text)) == text


@given(tricky)
def test_a_neutralised_cell_starts_harmlessly(text: str) -> None:
    start = neutralise(text).lstrip(" \u00a0\u200b\ufeff")[:1]

    assert start not in set("=+-@\t\r\n＝－")


@given(st.text(alphabet=st.characters()))
def test_what_is_left_fits_utf_8_and_xml(text: str) -> None:
    left = without_control_characters(text)

    assert left.encode().decode() == left
    assert not set(left) & {chr(code) for code in range(32) if chr(code) not in "\t\r\n"}


def test_every_kind_of_cell_reads_as_people_would_type_it() -> None:
    morning = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
    cells = [None, True, 12.0, 1.5, 7, datetime(2026, 11, 23), morning, date(2026, 11, 23), time(9, 30)]  # noqa: DTZ001 - a spreadsheet's dates have no zone

    assert [as_text(cell) for cell in cells] == [
        "",
        "yes",
        "12",
        "1.5",
        "7",
        "2026-11-23",
        "2026-11-23 09:30+00:00",
        "2026-11-23",
        "09:30:00",
    ]
