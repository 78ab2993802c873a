"""Names of one organisation, in the spellings people use."""

import pytest

from eventmatch.domain.organisations import are_colleagues


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Nordhafen Logistics", "Nordhafen Logistics GmbH"),
        ("Nordhafen Logistics", "NORDHAFEN LOGISTICS gmbh"),
        ("ACME", "Acme, Ltd."),
        ("Tidewater Wind", "Tidewater Wind A/S"),
        ("Verein der Säger", "Verein der Säger e.V."),
        ("Zweigwerk eG", "Zweigwerk"),
        ("Müller & Co. KG", "Müller"),
    ],
)
def test_spellings_of_one_organisation_are_colleagues(one: str, other: str) -> None:
    assert are_colleagues(one, other)


@pytest.mark.parametrize(("one", "other"), [("", ""), (" ", "."), ("Acme", "Apex"), ("Ferry Lines", "Tram Lines")])
def test_others_are_not(one: str, other: str) -> None:
    assert not are_colleagues(one, other)
