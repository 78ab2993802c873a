"""`tickets`: who would be admitted, for the owner's eyes."""

import csv
import json
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from eventmatch.domain.actor import Actor
from eventmatch.domain.readings import DoorKey, Reading
from eventmatch.domain.states import AttendeeStatus
from eventmatch.models.base import db, write_transaction
from eventmatch.models.event import Event
from eventmatch.models.work import Audit
from eventmatch.services import signing, tickets
from eventmatch.services.checkin import scan
from tests.cast import NINE, AttendeeRef, MeetupRef, add_attendee, add_device


def rows(file: Path) -> list[dict[str, str]]:
    """Read the written file as a program would."""
    return list(csv.DictReader(file.read_text("utf-8").splitlines()))


def test_lists_only_tickets_that_admit(app: Flask, meetup: MeetupRef, ada: AttendeeRef, tmp_path: Path) -> None:
    add_attendee(meetup, "Harald", barred_at=NINE)
    add_attendee(meetup, "Konrad", status=AttendeeStatus.CANCELLED)
    yusra = add_attendee(meetup, "Yusra")
    with write_transaction():
        tickets.revoke(yusra.id, now=NINE)
    file = tmp_path / "tickets.csv"

    result = app.test_cli_runner().invoke(args=["tickets", "meetup", "--output", str(file), "--json"])

    assert json.loads(result.stdout) == {"tickets": 1, "file": str(file)}
    address = f"http://127.0.0.1:5000/t/{ada.code}"
    assert rows(file) == [{"name": "Ada Okafor", "code": ada.code, "address": address}]


def test_where_tickets_are_signed_a_fourth_column_has_them(
    app: Flask, meetup: MeetupRef, ada: AttendeeRef, oona: Actor, tmp_path: Path
) -> None:
    site, file = app.config["EVENTMATCH"].site, tmp_path / "tickets.csv"
    signing.turn(oona, meetup.slug, on=True, site=site, now=NINE)

    app.test_cli_runner().invoke(args=["tickets", "meetup", "--output", str(file)])

    [row] = rows(file)
    assert list(row) == ["name", "code", "address", "signed_ticket"]
    assert row["signed_ticket"] == signing.payload(db.session.get_one(Event, meetup.id), ada.code, site)


def test_leaves_out_who_has_come(
    app: Flask, meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef, tmp_path: Path
) -> None:
    scan(DoorKey(meetup.front_door), Reading(ada.code, "1"), by=add_device(meetup), at=NINE)
    file = tmp_path / "tickets.csv"

    app.test_cli_runner().invoke(args=["tickets", "meetup", "--output", str(file), "--not-checked-in"])

    assert [row["name"] for row in rows(file)] == ["Ben Hartwig"]


def test_file_is_for_its_owner_and_the_act_is_written_down(app: Flask, meetup: MeetupRef, tmp_path: Path) -> None:
    file = tmp_path / "tickets.csv"
    file.write_text("old")
    file.chmod(0o644)

    app.test_cli_runner().invoke(args=["tickets", "meetup", "--output", str(file)])

    assert file.stat().st_mode & 0o777 == 0o600
    assert db.session.scalars(select(Audit.action)).all() == ["tickets listed"]


def test_unknown_event_is_one_sentence_and_exit_2(app: Flask, tmp_path: Path) -> None:
    result = app.test_cli_runner().invoke(args=["tickets", "nowhere", "--output", str(tmp_path / "x.csv")])

    assert (result.exit_code, result.stderr) == (
        2,
        "There is no event “nowhere”; `flask --app app events` lists them.\n",
    )


def test_file_that_cannot_be_written_is_one_sentence(app: Flask, meetup: MeetupRef, tmp_path: Path) -> None:
    result = app.test_cli_runner().invoke(args=["tickets", "meetup", "--output", str(tmp_path / "missing" / "x.csv")])

    assert result.exit_code == 2
    assert "cannot be written" in result.stderr
