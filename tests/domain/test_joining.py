"""The organiser's link for those who take part online."""

import pytest

from eventmatch.domain.errors import Invalid
from eventmatch.domain.joining import clean_join_url, join_url
from tests.hostile import MARKUP

GOOD = ["https://meet.example.org", "https://meet.example.org/spring?pwd=a%20b#x", "https://example.org:8443/j/1?a=b@c"]
BAD = [
    "http://meet.example.org",
    "javascript:alert(1)",
    "https://",
    "https://localhost",
    "https://meet.example.org /x",
    "https://bank.example@evil.example/",
    "https://meet.example.org\\@evil.example",
    "https://meet.example.org/\u202egpj",
    "//meet.example.org",
    "meet.example.org",
    f"https://meet.example.org/{'x' * 500}",
    *MARKUP,
]


@pytest.mark.parametrize("text", ["", "  ", *GOOD])
def test_https_addresses_and_none_are_kept(text: str) -> None:
    assert clean_join_url(f" {text} ") == text.strip()


@pytest.mark.parametrize("text", BAD)
def test_everything_else_is_refused_by_name(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        clean_join_url(text)

    assert refusal.value.field == "join_url"


@pytest.mark.parametrize("settings", [{}, {"join_url": None}, {"join_url": 7}, {"join_url": "javascript:alert(1)"}])
def test_strange_settings_are_no_link(settings: dict[str, object]) -> None:
    assert join_url(settings) == ""
