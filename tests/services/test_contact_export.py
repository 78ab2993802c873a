"""No file holds what was not shared; parsed back, each holds exactly what was."""

from dataclasses import dataclass
from typing import Any

import pytest
import vobject
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from eventmatch.domain.states import Purpose
from eventmatch.formats.spreadsheet import read_table
from eventmatch.models.base import write_transaction
from eventmatch.models.contact import Contact
from eventmatch.models.tap import Block
from eventmatch.services import contacts, sharing
from eventmatch.services.contact_export import COLUMNS, Kind, export, one_vcard
from eventmatch.services.contacts import Typed
from tests.cast import NINE, AttendeeRef, MeetupRef, add_attendee, add_meetup
from tests.services.test_badges import block
from tests.services.test_sharing import agree, meet

CANARIES = {
    Purpose.SHARE_EMAIL: "canary.mail@example.org",
    Purpose.SHARE_PHONE: "+49 40 66969 207",
    Purpose.SHARE_LINK: "https://canary.example.org/link",
}


@dataclass(frozen=True)
class Two:
    """Ada and somebody who gave everything and shares what a test says."""

    ada: AttendeeRef
    ben: AttendeeRef


@pytest.fixture
def two(meetup: MeetupRef, ada: AttendeeRef) -> Two:
    """Return two who are connected."""
    return _two(meetup, ada)


def _two(meetup: MeetupRef, ada: AttendeeRef) -> Two:
    work: dict[str, Any] = {
        "organisation": "Kestrel & Daughters",
        "role": "Contracts; and more",
        "headline": "Signs, seldom",
    }
    details: dict[str, Any] = {
        "email": CANARIES[Purpose.SHARE_EMAIL],
        "phone": CANARIES[Purpose.SHARE_PHONE],
        "link": CANARIES[Purpose.SHARE_LINK],
    }
    ben = add_attendee(meetup, "Ben Hartwig", offers=["vendor contracts"], offer="Reads yours", **work, **details)
    meet(ada, ben)
    return Two(ada, ben)


def everything(ada: AttendeeRef) -> str:
    """Return all that Ada's book gives out: what pages show, and every file."""
    view = [contacts.contact(ada.actor, entry.id) for entry in contacts.book(ada.actor).entries]
    table = read_table(export(ada.actor, Kind.XLSX)) if view else None
    files = [export(ada.actor, Kind.VCARD).decode().replace("\r\n ", ""), export(ada.actor, Kind.CSV).decode()]
    cards = [one_vcard(ada.actor, one.entry.id).decode().replace("\r\n ", "") for one in view]
    return "\n".join([repr(view), repr(table), *files, *cards])


def leaked(two: Two, shared: set[Purpose], *, blocked: bool) -> set[Purpose]:
    """Return whose canaries are where they must not be, and complain of those that are missing."""
    text = everything(two.ada)
    allowed = set() if blocked else shared
    assert blocked or all(CANARIES[purpose] in text for purpose in allowed)
    assert ("Ben Hartwig" in text) != blocked
    return {purpose for purpose, canary in CANARIES.items() if purpose not in allowed and canary in text}


steps = st.lists(st.tuples(st.sets(st.sampled_from(sorted(CANARIES))), st.booleans()), min_size=1, max_size=4)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=steps)
def test_after_any_history_of_consents_and_blocks_nothing_unshared_is_in_any_file(
    history: list[tuple[set[Purpose], bool]], two: Two
) -> None:
    for shared, blocked in history:
        agree(two.ben, *shared)
        _set_block(two, blocked=blocked)

        assert leaked(two, shared, blocked=blocked) == set()


def _set_block(two: Two, *, blocked: bool) -> None:
    with write_transaction() as session:
        session.execute(delete(Block))
        if blocked:
            session.add(Block(from_id=two.ben.id, to_id=two.ada.id, created_at=NINE))


def test_the_leak_test_fails_when_nobody_asks_for_consents(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: without the check every canary is out."""
    monkeypatch.setattr(sharing, "consents_of", lambda ids: dict.fromkeys(ids, frozenset(Purpose)))

    assert leaked(two, set(), blocked=False) == set(CANARIES)


def test_the_leak_test_fails_when_nobody_asks_for_blocks(two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: without the check the blocked person is in the files."""
    block(two.ada, two.ben)
    monkeypatch.setattr(sharing, "blocked_persons", lambda _: set[int]())

    with pytest.raises(AssertionError):
        leaked(two, set(), blocked=True)


def test_a_card_parsed_back_holds_exactly_what_was_shared(two: Two) -> None:
    agree(two.ben, Purpose.MATCHING, Purpose.SHARE_EMAIL, Purpose.SHARE_PHONE)
    card = vobject.readOne(export(two.ada.actor, Kind.VCARD).decode())
    found = {name: [line.value for line in lines] for name, lines in card.contents.items()}
    uid = found.pop("uid")

    name = found.pop("n")[0]
    assert (name.given, name.family) == ("Ben", "Hartwig")
    assert uid[0].startswith("urn:uuid:")
    assert found == {
        "version": ["4.0"],
        "fn": ["Ben Hartwig"],
        "org": [["Kestrel & Daughters"]],
        "title": ["Contracts; and more"],
        "email": ["canary.mail@example.org"],
        "tel": ["+49 40 66969 207"],
        "note": [
            "Signs, seldom\nHelps with: vendor contracts; Reads yours\nProject people's meetup, 2027-03-04",
        ],
    }


def test_a_card_keeps_its_identity_from_one_export_to_the_next(two: Two) -> None:
    def uid() -> str:
        return str(vobject.readOne(export(two.ada.actor, Kind.VCARD).decode()).uid.value)

    first = uid()
    agree(two.ben, Purpose.SHARE_EMAIL)

    assert uid() == first


@pytest.mark.parametrize("kind", [Kind.CSV, Kind.XLSX])
def test_a_table_parsed_back_holds_exactly_what_was_shared(kind: Kind, two: Two) -> None:
    agree(two.ben, Purpose.MATCHING, Purpose.SHARE_LINK)
    entry = contacts.book(two.ada.actor).entries[0]
    contacts.write_note(two.ada.actor, entry.id, "=1+1")
    contacts.add(two.ada.actor, Typed("Hanne Volk", phone="+49 30 1234567"), now=NINE)
    table = read_table(export(two.ada.actor, kind))

    assert table.header == COLUMNS
    assert [list(row.cells.values()) for row in table.rows] == [
        [
            "Ben Hartwig",
            "Kestrel & Daughters",
            "Contracts; and more",
            "Signs, seldom",
            "",
            "",
            "https://canary.example.org/link",
            "Project people's meetup",
            "2027-03-04",
            "=1+1",
            "vendor contracts; Reads yours",
        ],
        ["Hanne Volk", "", "", "", "", "+49 30 1234567", "", "", "", "", ""],
    ]


def test_an_empty_book_is_an_empty_file(ada: AttendeeRef) -> None:
    assert export(ada.actor, Kind.VCARD) == b""
    assert export(ada.actor, Kind.CSV).decode("utf-8-sig").strip() == ",".join(COLUMNS)


def test_the_day_two_met_is_the_day_it_was_there(app: Flask) -> None:
    tokyo = add_meetup("tokyo", zone="Asia/Tokyo")
    ada, ben = add_attendee(tokyo, "Ada Okafor"), add_attendee(tokyo, "Ben Hartwig")
    meet(ada, ben)
    with write_transaction() as session:
        session.query(Contact).update({"met_at": NINE.replace(hour=20)})

    assert "2027-03-05" in export(ada.actor, Kind.CSV).decode()
