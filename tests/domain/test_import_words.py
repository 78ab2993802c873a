"""Other programs' words are read as they are meant."""

import pytest

from eventmatch.domain.import_words import PlaceState, is_yes, kind_of, mode_of, state_of
from eventmatch.domain.states import Mode, TicketKind


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Early Bird", TicketKind.GUEST),
        ("Speaker (free)", TicketKind.SPEAKER),
        ("Referentin", TicketKind.SPEAKER),
        ("Volunteers & Crew", TicketKind.CREW),
        ("Helferticket", TicketKind.CREW),
        ("PRESS pass", TicketKind.PRESS),
        ("Journaliste", TicketKind.PRESS),
        ("Gold sponsor", TicketKind.EXHIBITOR),
        ("Aussteller", TicketKind.EXHIBITOR),
        ("Standard ticket", TicketKind.GUEST),
        ("High pressure welding", None),
        ("Gold", None),
    ],
)
def test_kinds_of_ticket_are_read_by_words(words: str, kind: TicketKind | None) -> None:
    assert kind_of(words) == kind


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("", PlaceState.VALID),
        ("Attending", PlaceState.VALID),
        ("ACTIVE", PlaceState.VALID),
        ("Refunded", PlaceState.GONE),
        ("Not Attending", PlaceState.GONE),
        ("Inactive", PlaceState.GONE),
        ("storniert", PlaceState.GONE),
        ("AWAITING_PAYMENT", PlaceState.OPEN),
        ("unpaid", PlaceState.OPEN),
        ("unconfirmed", PlaceState.OPEN),
        ("Blue", PlaceState.UNKNOWN),
    ],
)
def test_states_of_a_place_are_read(word: str, state: PlaceState) -> None:
    assert state_of(word) is state


@pytest.mark.parametrize(
    ("words", "mode"),
    [
        ("Online", Mode.ONLINE),
        ("vor Ort", Mode.IN_PERSON),
        ("In-person", Mode.IN_PERSON),
        ("en ligne", Mode.ONLINE),
        ("both", Mode.EITHER),
        ("in person or online", Mode.EITHER),
        ("maybe", None),
    ],
)
def test_how_somebody_takes_part_is_read(words: str, mode: Mode | None) -> None:
    assert mode_of(words) == mode


def test_only_a_yes_is_a_yes() -> None:
    assert all(map(is_yes, ["Yes", "JA", "oui", "sí", "1", "TRUE", "x"]))
    assert not any(map(is_yes, ["no", "", "0", "perhaps", "yes but"]))
