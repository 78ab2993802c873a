"""Every table that can be downloaded, with formulas in every text there is: nothing runs, and all of it is there."""

import csv
import io

import openpyxl
import pytest
from flask import Flask

from eventmatch.domain.actor import Actor
from eventmatch.domain.states import Purpose
from eventmatch.formats.cells import without_control_characters
from eventmatch.models.base import write_transaction
from eventmatch.models.contact import Contact
from eventmatch.models.event import ProgrammeSession
from eventmatch.services import contacts, matching, rounds, rounds_run
from tests.cast import HOUR, NINE, AttendeeRef, MeetupRef, add_attendee
from tests.hostile import FORMULAS
from tests.services.scans import scan
from tests.services.test_matching import here_and_now
from tests.services.test_rounds import draft
from tests.services.test_sharing import meet
from tests.web.test_people import SignIn

STARTS = "=+-@\t\r\n＝＋－＠"
CALLS = "=@＝＠"  # where a spreadsheet splits at semicolons as well, these call; a sign only counts
LONG_AGO = NINE.replace(year=2025)  # pages are asked for today, and who was where is told of what has begun
KINDS = {"csv": "text/csv", "xlsx": "spreadsheetml"}


def columns(formula: str) -> dict[str, object]:
    """Return somebody all of whose texts are one formula."""
    fields = ("organisation", "team", "role", "headline", "about", "ask", "offer", "phone", "link")
    tags = {role: [formula.strip()[:80]] for role in ("interests", "asks", "offers")}
    words: dict[str, object] = dict.fromkeys(fields, formula)
    return {**words, **tags, "glad_to_help": True}


@pytest.fixture
def ada(meetup: MeetupRef, oona: Actor, monkeypatch: pytest.MonkeyPatch) -> AttendeeRef:
    """Return Ada, who met somebody for each formula and has lists with reasons made of them."""
    monkeypatch.setattr(matching, "in_child", here_and_now)
    ada = add_attendee(meetup, "Ada Okafor", consents=list(Purpose), **columns("=1+1"))  # type: ignore[arg-type]  # texts
    for number, formula in enumerate(FORMULAS):
        them = add_attendee(
            meetup,
            formula,
            email=f"{number}@example.org",
            consents=list(Purpose),
            **columns(formula),  # type: ignore[arg-type]  # texts
        )
        meet(ada, them)
        scan(meetup, them, LONG_AGO)
    with write_transaction() as session:
        session.query(Contact).update({"note": "=1+1"})
        times = {"starts_at": LONG_AGO, "ends_at": LONG_AGO + HOUR}
        session.add(ProgrammeSession(event_id=meetup.id, room_id=1, title="=1+1", **times))
    contacts.add(ada.actor, contacts.Typed("=1+1", organisation="@SUM(1)", note="+1"), now=NINE)
    matching.start(oona, meetup.slug, now=NINE)
    monkeypatch.setattr(rounds_run, "in_child", lambda task, *values: task(*values))
    rounds.plan(oona, meetup.slug, draft(rounds=6), now=NINE)
    return ada


def tables(app: Flask, extension: str) -> list[str]:
    """Return the address of every table of a kind that can be downloaded."""
    rules = [rule.rule for rule in app.url_map.iter_rules() if rule.rule.endswith((".csv", "ext>", "extension>"))]
    paths = [rule.rpartition(".")[0].replace("<slug>", "meetup") + f".{extension}" for rule in rules]
    return [path for path, rule in zip(paths, rules, strict=True) if not rule.endswith(".csv") or extension == "csv"]


def downloaded(app: Flask, sign_in: SignIn, ada: AttendeeRef, oona: Actor, extension: str) -> dict[str, bytes]:
    """Download all tables of a kind, each as who may."""
    files = {}
    for path in tables(app, extension):
        browser = sign_in(oona if path.startswith("/o/") else ada.actor)
        answer = browser.get(path)
        assert (answer.status_code, KINDS[extension] in answer.content_type) == (200, True), path
        files[path] = answer.data
    return files


def running(data: bytes, delimiter: str, starts: str) -> list[str]:
    """Return the cells a spreadsheet would run."""
    rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=delimiter)
    return [cell for row in rows for cell in row if cell.strip(" \u00a0\u200b\ufeff").startswith(tuple(starts))]


def bare(text: str) -> str:
    """Return a text without the spaces and line ends XML keeps in ways of its own."""
    return "".join(text.split())


def test_no_cell_of_any_csv_runs_wherever_a_spreadsheet_splits_it(
    app: Flask, sign_in: SignIn, ada: AttendeeRef, oona: Actor
) -> None:
    files = downloaded(app, sign_in, ada, oona, "csv")

    assert files.keys() == {
        "/contacts.csv",
        "/o/e/meetup/attendance.csv",
        "/o/e/meetup/contacts.csv",
        "/o/e/meetup/lists.csv",
        "/o/e/meetup/rounds.csv",
    }
    for path, data in files.items():
        assert data.count(b"1+1") > len(FORMULAS), path
        assert running(data, ",", STARTS) == [], path
        assert running(data, ";", CALLS) == [], path


def test_every_cell_of_any_workbook_is_text_and_says_what_was_typed(
    app: Flask, sign_in: SignIn, ada: AttendeeRef, oona: Actor
) -> None:
    files = downloaded(app, sign_in, ada, oona, "xlsx")

    assert files.keys() == {"/contacts.xlsx", "/o/e/meetup/attendance.xlsx", "/o/e/meetup/contacts.xlsx"}
    for path, data in files.items():
        cells = [cell for row in openpyxl.load_workbook(io.BytesIO(data)).worksheets[0] for cell in row]
        assert {cell.data_type for cell in cells} <= {"s", "n"}, path
        assert [cell.value for cell in cells if cell.hyperlink] == [], path
        said = {bare(str(cell.value)) for cell in cells}
        assert {bare(without_control_characters(formula)) for formula in FORMULAS} - said == set(), path


def test_a_cell_that_runs_is_found() -> None:
    """The control: the same words written plainly are found, behind commas and behind semicolons."""
    assert running(b"Name,Note\nAda,=1+1\n", ",", STARTS) == ["=1+1"]
    assert running(b"Name,Note\nAda,x;@SUM(1)\n", ";", CALLS) == ["@SUM(1)"]
