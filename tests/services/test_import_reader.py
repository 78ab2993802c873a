"""One record is read forgivingly, and refused where nobody could know who it is."""

import pytest

from eventmatch.domain.import_columns import recognise
from eventmatch.domain.states import Mode, TicketKind
from eventmatch.formats.table import Record
from eventmatch.services.import_reader import Candidate, Reader, Refused, Remarks

ADA = {"Name": "Ada Okafor", "E-mail": "ada@example.org"}


def read(cells: dict[str, str], *, event_mode: Mode = Mode.EITHER, damaged: str = "") -> tuple[Candidate, Remarks]:
    """Read one record with these cells."""
    remarks = Remarks()
    return Reader(recognise(cells), Record(7, cells), remarks, damaged).candidate(event_mode), remarks


def refusal(cells: dict[str, str], *, damaged: str = "") -> str:
    """Return the field for which a record is refused."""
    with pytest.raises(Refused) as refused:
        read(cells, damaged=damaged)
    return refused.value.field


def test_a_record_brings_its_words() -> None:
    cells = ADA | {
        "Company": "St. Ansgar",
        "Job title": "Relocation lead",
        "Looking for": "vendor contracts; kanban",
        "Can help with": "hospital moves",
        "Ticket type": "Speaker",
        "Attendance": "online",
        "Can video": "yes",
        "Website": "example.org/ada",
    }

    found, remarks = read(cells)

    assert (found.number, found.email, found.kind) == (7, "ada@example.org", TicketKind.SPEAKER)
    assert (found.profile.organisation, found.profile.role) == ("St. Ansgar", "Relocation lead")
    assert (found.profile.asks, found.profile.offers) == (("vendor contracts", "kanban"), ("hospital moves",))
    assert (found.profile.mode, found.profile.can_video) == (Mode.ONLINE, True)
    assert found.profile.link == "https://example.org/ada"
    assert not remarks.warnings


def test_an_address_is_compared_without_spaces_and_capitals() -> None:
    found, _ = read(ADA | {"E-mail": "  ADA@Example.ORG "})

    assert found.email == "ada@example.org"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"Name": " "}, "name"),
        ({"Name": "x" * 201}, "name"),
        ({"E-mail": ""}, "email"),
        ({"E-mail": "ada at example"}, "email"),
        ({"E-mail": "ada@example.org, ben@example.org"}, "email"),
        ({"Status": "Refunded"}, "status"),
        ({"Status": "awaiting payment"}, "status"),
    ],
)
def test_a_record_without_a_person_or_a_place_is_refused(change: dict[str, str], field: str) -> None:
    assert refusal(ADA | change) == field


def test_a_name_that_lost_characters_is_refused() -> None:
    assert refusal(ADA, damaged="name") == "name"


def test_a_ticket_code_tells_people_without_an_address_apart() -> None:
    found, remarks = read(ADA | {"E-mail": "", "Barcode": "B-1"})

    assert (found.email, found.code) == (None, "B-1")
    assert [remark.field for remark in remarks.warnings] == ["email"]


@pytest.mark.parametrize(
    ("column", "text", "field", "kept"),
    [
        ("Headline", "h" * 301, "headline", "h" * 300),
        ("About", "a" * 4001, "about", "a" * 4000),
        ("Phone", "call me", "phone", ""),
        ("Website", "javascript:alert(1)", "link", ""),
        ("Interests", "i" * 81, "interests", ()),
        ("Quantity", "3", "quantity", None),
        ("Status", "Blue", "status", None),
        ("Attendance", "perhaps", "mode", Mode.IN_PERSON),
        ("Barcode", "b" * 201, "code", None),
    ],
)
def test_what_cannot_be_kept_is_remarked_and_does_not_stop_the_record(
    column: str, text: str, field: str, kept: object
) -> None:
    found, remarks = read(ADA | {column: text})

    assert [(remark.record, remark.field) for remark in remarks.warnings] == [(7, field)]
    assert kept is None or getattr(found.profile, field) == kept


def test_a_long_ask_is_a_sentence_and_not_a_word() -> None:
    sentence = "Somebody who has moved a hospital before and can tell what goes wrong on the first night of it"

    found, _ = read(ADA | {"Looking for": sentence})

    assert (found.profile.asks, found.profile.ask) == ((), sentence)


def test_people_of_an_online_event_come_online() -> None:
    assert read(ADA, event_mode=Mode.ONLINE)[0].profile.mode is Mode.ONLINE


def test_a_ticket_nobody_knows_makes_a_guest_and_is_remembered() -> None:
    found, remarks = read(ADA | {"Ticket type": "Gold"})

    assert found.kind is TicketKind.GUEST
    assert remarks.unknown_kinds == {"Gold": [7]}
