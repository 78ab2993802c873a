"""Events get short names that can stand in an address."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventmatch.domain.errors import Invalid
from eventmatch.domain.slugs import LONGEST, check_slug, slug_from


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Spring Picnic 2027", "spring-picnic-2027"),
        ("Größe & Übermut", "grosse-ubermut"),
        ("Łódź –  Tram's day!", "lodz-trams-day"),
        ("第三回", "event"),
        ("", "event"),
    ],
)
def test_a_name_becomes_a_short_name(name: str, slug: str) -> None:
    assert slug_from(name) == slug


@given(st.text(max_size=300))
def test_every_name_gives_a_short_name_that_is_allowed(name: str) -> None:
    assert check_slug(slug_from(name)) == slug_from(name)


@pytest.mark.parametrize("typed", ["", "a b", "-a", "a--b", "ä", "a/b", "x" * (LONGEST + 1), "a\x00"])
def test_what_cannot_stand_in_an_address_is_refused(typed: str) -> None:
    with pytest.raises(Invalid) as refusal:
        check_slug(typed)

    assert refusal.value.field == "slug"
