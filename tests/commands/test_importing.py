"""`import-attendees` speaks one JSON value, or words."""

import gzip
import json
from pathlib import Path

import pytest
from flask import Flask

from tests.cast import MeetupRef

LIST = "Name;E-mail\nAda;ada@example.org\nNobody;\nAda;ADA@example.org\n"


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """Return a list of people in a file."""
    path = tmp_path / "people.csv"
    path.write_text(LIST)
    return path


def test_json_holds_the_counts_and_each_refused_record(app: Flask, meetup: MeetupRef, people: Path) -> None:
    ran = app.test_cli_runner().invoke(args=["import-attendees", "meetup", str(people), "--json"])

    said = json.loads(ran.stdout)
    assert (ran.exit_code, said["imported"], said["repeated"]) == (0, 1, 1)
    assert [(refused["record"], refused["field"]) for refused in said["refused"]] == [(2, "email")]
    assert said["refused"][0]["reason"]
    assert said["warnings"] == []


def test_words_name_the_records_and_who_is_not_invited(app: Flask, meetup: MeetupRef, people: Path) -> None:
    ran = app.test_cli_runner().invoke(args=["import-attendees", "meetup", str(people)])

    assert "3 records: 1 imported, 1 repeated, 1 refused." in ran.stdout
    assert "record 2, email: The e-mail address is missing" in ran.stdout
    assert "1 imported people are not invited yet" in ran.stdout


def test_a_dry_run_says_so(app: Flask, meetup: MeetupRef, people: Path) -> None:
    ran = app.test_cli_runner().invoke(args=["import-attendees", "meetup", str(people), "--dry-run", "--json"])

    assert (json.loads(ran.stdout)["imported"], json.loads(ran.stdout)["dry_run"]) == (1, True)


def test_a_declaration_may_hold_an_equals_sign(app: Flask, meetup: MeetupRef, people: Path) -> None:
    declared = ["--declare-consent", "matching=form x=1, 3 May", "--declare-consent", "organiser_export=a form"]

    ran = app.test_cli_runner().invoke(args=["import-attendees", "meetup", str(people), *declared])

    assert ran.exit_code == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["meetup", "missing.csv"],
        ["meetup", "."],
        ["nowhere", "people.csv"],
        ["meetup", "picture.png"],
        ["meetup", "broken.csv.gz"],
        ["meetup", "empty.csv"],
        ["meetup", "people.csv", "--declare-consent", "matching"],
        ["meetup", "people.csv", "--declare-consent", "share_phone=a form"],
    ],
    ids=" ".join,
)
def test_what_cannot_be_done_ends_with_one_sentence_and_2(
    app: Flask, meetup: MeetupRef, people: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.chdir(people.parent)
    Path("picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8)
    Path("broken.csv.gz").write_bytes(gzip.compress(LIST.encode())[:-12])
    Path("empty.csv").touch()

    ran = app.test_cli_runner().invoke(args=["import-attendees", *arguments])

    assert ran.exit_code == 2
    assert ran.stdout == ""
    assert len(ran.stderr.strip().splitlines()) == 1
