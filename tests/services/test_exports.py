"""The contacts export holds who agrees at this moment, and nobody else."""

from datetime import timedelta

import pytest

from eventmatch.domain.actor import Actor
from eventmatch.domain.errors import NotFound
from eventmatch.domain.states import AttendeeStatus, Purpose
from eventmatch.formats.spreadsheet import read_table
from eventmatch.models.base import db, write_transaction
from eventmatch.models.work import Audit
from eventmatch.services import exports
from eventmatch.services.profiles import set_consents
from tests.cast import NINE, AttendeeRef, MeetupRef, add_attendee

EXPORT = [Purpose.ORGANISER_EXPORT]


def exported(oona: Actor) -> list[str]:
    """Return the names in the export."""
    file = exports.contacts(oona, "meetup", "csv", now=NINE)
    return [record.cells["Name"] for record in read_table(b"".join(file.body)).rows]


def test_only_who_agreed_and_has_a_place_is_exported(meetup: MeetupRef, ada: AttendeeRef, oona: Actor) -> None:
    add_attendee(meetup, "Dana", consents=EXPORT)
    add_attendee(meetup, "Kavya", consents=[Purpose.SHARE_EMAIL, Purpose.SHARE_PHONE])
    add_attendee(meetup, "Konrad", consents=EXPORT, status=AttendeeStatus.CANCELLED)
    add_attendee(meetup, "Wanda", consents=EXPORT, status=AttendeeStatus.WAITLISTED)
    add_attendee(meetup, "Harald", consents=EXPORT, barred_at=NINE)

    assert exported(oona) == ["Dana"]
    assert exports.count(meetup.id) == 1


def test_who_takes_it_back_is_absent_from_the_next_export(meetup: MeetupRef, oona: Actor) -> None:
    dana = add_attendee(meetup, "Dana", consents=EXPORT)
    before = exported(oona)
    with write_transaction():
        set_consents(dana.id, [], now=NINE + timedelta(hours=1))

    assert (before, exported(oona)) == (["Dana"], [])


def test_the_date_is_local_and_a_declaration_is_named(meetup: MeetupRef, oona: Actor) -> None:
    dana = add_attendee(meetup, "Dana", consents=[], phone="+49 40 1")
    with write_transaction():
        set_consents(dana.id, EXPORT, now=NINE.replace(hour=23, minute=30), declared_by="a form, 3 May")

    file = exports.contacts(oona, "meetup", "xlsx", now=NINE)
    cells = read_table(b"".join(file.body)).rows[0].cells
    assert (cells["Phone"], cells["Agreed on"], cells["Agreed where"]) == ("+49 40 1", "2027-03-05", "a form, 3 May")
    assert file.filename == "meetup-contacts-2027-03-04.xlsx"


def test_each_export_is_logged_with_a_count_and_no_names(meetup: MeetupRef, oona: Actor) -> None:
    add_attendee(meetup, "Dana", consents=EXPORT)
    exported(oona)

    entry = db.session.query(Audit).one()
    assert (entry.action, entry.person_id) == ("export contacts", oona.person_id)
    assert entry.detail == {"people": 1, "format": "csv"}


def test_attendees_export_nothing(ada: AttendeeRef) -> None:
    with pytest.raises(NotFound):
        exports.contacts(ada.actor, "meetup", "csv", now=NINE)
