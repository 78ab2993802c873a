"""A code is recognised whatever wraps it, and addresses are printed so that they scan well."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventmatch.domain import addresses
from eventmatch.domain.addresses import (
    Scanned,
    absolute,
    badge_path,
    pair_path,
    qr_payload,
    reaches_everybody,
    read_code,
    ticket_path,
)

CODE = "7K3M9QAAAAAAAAAAAAAAAAAAA1"


@pytest.mark.parametrize(
    "text",
    [
        f"https://events.example.org/t/{CODE}",
        f"HTTPS://EVENTS.EXAMPLE.ORG/T/{CODE}",
        f"http://192.168.1.20:5000/t/{CODE.lower()}",
        f"https://old.example.net/tickets/t/{CODE}/",
        f"  https://events.example.org/t/{CODE}?utm_source=mail#top\r\n",
        f"/t/{CODE}",
    ],
)
def test_a_ticket_address_is_recognised_under_any_host(text: str) -> None:
    scanned = read_code(text)

    assert (scanned.kind, scanned.value) == ("ticket", CODE)


@pytest.mark.parametrize("text", [f"https://events.example.org/b/{CODE}", f"HTTP://X/B/{CODE.lower()}"])
def test_a_badge_address_is_never_taken_for_a_ticket(text: str) -> None:
    scanned = read_code(text)

    assert (scanned.kind, scanned.value) == ("badge", CODE)


@pytest.mark.parametrize("text", [CODE.lower(), " 7k3m9q-aaaaaaaa aaaaaaaaaaa-l\t", CODE.replace("1", "I")])
def test_a_typed_code_is_read_as_meant(text: str) -> None:
    scanned = read_code(text)

    assert (scanned.kind, scanned.value) == ("bare", CODE)


@pytest.mark.parametrize("text", ["0" * 151, f" {'0' * 75}-{'o' * 75}l \r\n"])
def test_a_signed_ticket_is_recognised_by_its_shape(text: str) -> None:
    assert read_code(text).kind == "signed"


@pytest.mark.parametrize("text", ["0" * 150, "0" * 152, "Z" + "0" * 150, "https://a.example/t/" + "0" * 151])
def test_what_is_near_it_is_not(text: str) -> None:
    assert read_code(text).kind == "bare"


def test_a_foreign_barcode_keeps_its_text_for_the_alias_look_up() -> None:
    assert read_code("\n XYZ-123 abc ") == Scanned("bare", "XYZ123ABC", "XYZ-123 abc")


@pytest.mark.parametrize(
    "text",
    [
        "https://shop.example.com/t/short",
        f"https://shop.example.com/x/{CODE}",
        f"javascript:alert(1)//t/{CODE}",
        f"https://a.example/?next=/t/{CODE}",
        f"one https://a.example/t/{CODE} two",
    ],
)
def test_an_address_that_is_not_ours_in_shape_is_bare_text(text: str) -> None:
    scanned = read_code(text)

    assert (scanned.kind, scanned.text) == ("bare", text)


@given(st.text())
def test_any_text_can_be_scanned(text: str) -> None:
    assert read_code(text).text == text.strip()


def test_a_ticket_is_printed_in_capitals() -> None:
    assert qr_payload("https://events.example.org", ticket_path(CODE)) == f"HTTPS://EVENTS.EXAMPLE.ORG/T/{CODE}"
    assert qr_payload("https://events.example.org/", badge_path(CODE)) == f"HTTPS://EVENTS.EXAMPLE.ORG/B/{CODE}"


def test_a_base_url_with_a_path_is_printed_as_it_is() -> None:
    assert qr_payload("https://example.org/Events", ticket_path(CODE)) == f"https://example.org/Events/t/{CODE}"


def test_a_token_keeps_its_case_in_a_qr() -> None:
    assert qr_payload("http://10.0.0.2:5000", pair_path("aB-_c")) == "http://10.0.0.2:5000/pair/aB-_c"


def test_a_printed_ticket_reads_back() -> None:
    printed = qr_payload("https://events.example.org", ticket_path(CODE))

    assert read_code(printed) == Scanned("ticket", CODE, printed)


def test_absolute_joins_with_one_slash() -> None:
    assert (
        absolute("https://example.org/", "/t/X") == absolute("https://example.org", "/t/X") == "https://example.org/t/X"
    )


def test_every_public_path_is_as_agreed() -> None:
    paths = {
        addresses.ticket_path("C"): "/t/C",
        addresses.badge_path("C"): "/b/C",
        addresses.sign_in_path("T"): "/in/T",
        addresses.verify_path("T"): "/verify/T",
        addresses.pair_path("T"): "/pair/T",
        addresses.event_path("s"): "/e/s",
        addresses.attendee_path("s"): "/e/s/me",
        addresses.people_path("s"): "/e/s/people",
        addresses.door_path(7): "/doors/7",
        addresses.organiser_path("s"): "/o/e/s",
        addresses.contacts_path(): "/contacts",
    }

    assert all(made == agreed for made, agreed in paths.items())


@pytest.mark.parametrize("base_url", ["https://meet.example.org", "http://8.8.8.8:5000", "https://[2606:4700::1111]/x"])
def test_any_phone_opens_a_public_address(base_url: str) -> None:
    assert reaches_everybody(base_url)


@pytest.mark.parametrize(
    "base_url",
    [
        "http://127.0.0.1:5000",
        "http://localhost:5000",
        "http://192.168.1.20:5000",
        "https://10.0.0.7",
        "http://[::1]",
        "https://venue.local",
        "http://laptop",
    ],
)
def test_the_own_machine_and_network_are_private(base_url: str) -> None:
    assert not reaches_everybody(base_url)
