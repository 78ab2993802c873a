"""Columns are recognised by what people call them, not by where they stand."""

import pytest

from eventmatch.domain.import_columns import ALIASES, plain, recognise

PRETIX = [
    "Order code",
    "Attendee name",
    "Attendee name: Given name",
    "Attendee name: Family name",
    "Product",
    "Price",
    "Checked in",
    "Checked out",
    "Automatically checked in",
    "Secret",
    "E-mail",
    "Company",
    "Voucher code",
    "Order date",
    "Requires special attention",
]
HI_EVENTS = [
    "ID",
    "First Name",
    "Last Name",
    "Email",
    "Status",
    "Is Checked In",
    "Checked In At",
    "Product ID",
    "Product Name",
    "Event ID",
    "Public ID",
    "Short ID",
    "Created Date",
    "Last Updated Date",
    "Notes",
]
EVENTBRITE = [
    "Order #",
    "Order Date",
    "First Name",
    "Last Name",
    "Email",
    "Quantity",
    "Ticket Type",
    "Attendee #",
    "Barcode #",
    "Group",
    "Order Type",
    "Currency",
    "Total Paid",
    "Attendee Status",
    "Job Title",
    "Company",
]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (
            PRETIX,
            {
                "name": "Attendee name",
                "email": "E-mail",
                "kind": "Product",
                "code": "Secret",
                "organisation": "Company",
            },
        ),
        (
            HI_EVENTS,
            {
                "first_name": "First Name",
                "email": "Email",
                "kind": "Product Name",
                "code": "Public ID",
                "status": "Status",
            },
        ),
        (
            EVENTBRITE,
            {
                "last_name": "Last Name",
                "kind": "Ticket Type",
                "code": "Barcode #",
                "quantity": "Quantity",
                "status": "Attendee Status",
                "role": "Job Title",
            },
        ),
    ],
)
def test_the_lists_of_ticket_shops_are_understood(header: list[str], expected: dict[str, str]) -> None:
    columns = recognise(header)

    assert {field: columns.of_field[field][0] for field in expected} == expected


@pytest.mark.parametrize("order_code", ["Order code", "Order #", "ID", "Short ID", "Price", "Checked in"])
def test_what_names_no_ticket_is_left_unused(order_code: str) -> None:
    assert recognise(["Name", "E-mail", order_code]).unused == (order_code,)


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("E-Mail-Adresse", "email"),
        ("Adresse électronique", "email"),
        ("CORREO ELECTRÓNICO", "email"),
        (" e_mail ", "email"),
        ("Firma", "organisation"),
        ("Prénom", "first_name"),
        ("Über dich", "about"),
        ("Centres d’intérêt", "interests"),
        ("Ich biete", "offers"),
        ("Looking for:", "asks"),
        ("What can you offer?", "offers"),
        ("Código de barras", "code"),
    ],
)
def test_a_name_is_known_in_many_languages_and_spellings(name: str, field: str) -> None:
    assert recognise([name, "Name", "Nachname"]).of_field[field] == (name,)


def test_nom_alone_is_a_whole_name_and_beside_prenom_a_family_name() -> None:
    assert recognise(["Nom", "Courriel"]).of_field["name"] == ("Nom",)
    assert recognise(["Nom", "Prénom"]).of_field == {"last_name": ("Nom",), "first_name": ("Prénom",)}


def test_of_several_columns_the_most_telling_filled_one_counts() -> None:
    columns = recognise(["E-mail", "Attendee email"])

    assert (
        columns.value("email", {"E-mail": "buyer@example.org", "Attendee email": "ada@example.org"})
        == "ada@example.org"
    )
    assert columns.value("email", {"E-mail": "buyer@example.org", "Attendee email": " "}) == "buyer@example.org"


def test_no_name_means_two_fields() -> None:
    names = [alias.strip() for aliases in ALIASES.values() for alias in aliases.split(",")]

    assert sorted(names) == sorted(set(names))
    assert all(plain(name) == name for name in names)
