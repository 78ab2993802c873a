"""Names of one organisation, in the spellings people use."""

import pytest

from eventmatch.domain.organisations import differ, share_a_domain


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
def test_spellings_of_one_organisation_do_not_differ(one: str, other: str) -> None:
    assert not differ(one, other)


@pytest.mark.parametrize(("one", "other"), [("Acme", "Apex"), ("Ferry Lines", "Tram Lines")])
def test_two_organisations_differ(one: str, other: str) -> None:
    assert differ(one, other)


@pytest.mark.parametrize(("one", "other"), [("", ""), (" ", "."), ("Acme", ""), ("", "Acme")])
def test_who_names_none_may_be_anybodys_colleague(one: str, other: str) -> None:
    assert not differ(one, other)


@pytest.mark.parametrize(
    ("mine", "theirs", "shared"),
    [
        (["a@acme.example"], ["b@acme.example"], True),
        (["a@acme.example"], ["b@web.de", "b@ACME.example"], True),
        (["a@acme.example"], ["b@apex.example"], False),
        (["a@gmail.com"], ["b@gmail.com"], False),
        (["a@gmail.com", "a@acme.example"], ["b@gmail.com"], False),
        (["a@example.org"], ["b@example.org"], False),
        ([], ["b@acme.example"], False),
    ],
)
def test_people_under_one_domain_are_colleagues_unless_it_is_open_to_everybody(
    mine: list[str], theirs: list[str], *, shared: bool
) -> None:
    assert share_a_domain(mine, theirs) is shared
