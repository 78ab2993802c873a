"""Matching from the command line."""

import csv
import json
from pathlib import Path

import pytest
from flask import Flask

from eventmatch.factory import create_app
from eventmatch.settings import read_settings

PEOPLE = """id,asks,offers,shoe_size
ada,vendor contracts,hospital moves,38
ben,hospital moves,vendor contracts,44
chidi,scrum,kanban,43
"""


@pytest.fixture
def bare(tmp_path: Path) -> Flask:
    """Return an application whose database was never made."""
    return create_app(read_settings({"EVENTMATCH_INSTANCE": str(tmp_path / "instance")}), embedded_queue=False)


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """Return a file of three people."""
    path = tmp_path / "people.csv"
    path.write_text(PEOPLE)
    return path


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_match_writes_lists_and_needs_no_database(bare: Flask, people: Path, tmp_path: Path) -> None:
    output = tmp_path / "lists.csv"
    done = bare.test_cli_runner().invoke(args=["match", str(people), "--output", str(output), "--json"])

    assert done.exit_code == 0, done.output
    report = json.loads(done.stdout)
    assert (report["people"], report["listings"], report["measures"]["mutual_share"]) == (3, 6, 1.0)
    assert "shoe_size" in done.stderr
    assert next(row["other"] for row in rows(output) if row["id"] == "ada") == "ben"
    assert not (tmp_path / "instance" / "eventmatch.db").exists()


def test_tags_are_read_as_a_file_says_and_a_file_that_cannot_be_is_refused(
    bare: Flask, people: Path, tmp_path: Path
) -> None:
    output, words = tmp_path / "lists.csv", tmp_path / "words.toml"
    asked = ["match", str(people), "--output", str(output), "--synonyms", str(words)]
    words.write_text('scrum = "vendor contracts"\n')
    good = bare.test_cli_runner().invoke(args=asked)
    words.write_text('scrum = "Scrum"\n')
    bad = bare.test_cli_runner().invoke(args=asked)

    assert good.exit_code == 0, good.output
    reasons = {(row["id"], row["other"]): row["reason"] for row in rows(output)}
    assert reasons["chidi", "ben"] == "Offers vendor contracts; you ask for scrum."
    assert (bad.exit_code, "words.toml: 'scrum' = 'Scrum': These are one already" in bad.stderr) == (2, True)


def test_excluded_pairs_are_on_no_list(bare: Flask, people: Path, tmp_path: Path) -> None:
    output, one, two = (tmp_path / name for name in ("lists.csv", "one.csv", "two.csv"))
    one.write_text("a,b\nben,ada\n")
    two.write_text("a,b\nada,chidi\n")
    words = ["match", str(people), "--output", str(output), "--exclude", str(one), "--exclude", str(two)]
    done = bare.test_cli_runner().invoke(args=words)

    assert done.exit_code == 0, done.output
    assert {(row["id"], row["other"]) for row in rows(output)} == {("ben", "chidi"), ("chidi", "ben")}


def test_a_file_that_cannot_be_read_is_told_in_one_sentence(bare: Flask, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("name\nAda\n")
    done = bare.test_cli_runner().invoke(args=["match", str(path), "--output", str(tmp_path / "x.csv"), "--json"])

    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.splitlines()[-1] == "people.csv has no column id."


@pytest.mark.parametrize("senseless", [["--jobs", "0"], ["--seed", "-1"]])
def test_numbers_out_of_range_are_refused(bare: Flask, people: Path, tmp_path: Path, senseless: list[str]) -> None:
    words = ["match", str(people), "--output", str(tmp_path / "x.csv"), *senseless]
    done = bare.test_cli_runner().invoke(args=words)

    assert (done.exit_code, "Invalid value" in done.stderr) == (2, True)
