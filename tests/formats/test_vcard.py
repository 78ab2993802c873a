"""An independent reader finds in a card what went in, and nothing else."""

from datetime import UTC, date, datetime

import pytest
import vobject
from hypothesis import example, given
from hypothesis import strategies as st

from eventmatch.formats.vcard import Card, Version, name_parts, vcard, vcards

ADA = Card(
    uid="urn:uuid:5e6f5a9e-0000-4000-8000-000000000001",
    name="Ada Lovelace",
    organisation="Analytical Engines",
    team="Programme Office",
    role="Project manager",
    emails=("ada@example.org", "ada.private@example.net"),
    phones=("+44 20 7946 0000",),
    urls=("https://example.org/ada",),
    note="Offers: reviewing plans",
    met_where="Spring Meetup",
    met_at=date(2026, 11, 23),
    revision=datetime(2026, 11, 23, 18, 30, tzinfo=UTC),
)
HOSTILE = [
    "Ada\r\nEND:VCARD\r\nBEGIN:VCARD",
    "a,b;c\\d\\n",
    "\\,\\;\\\\",
    "👩‍🚀 " * 40,
    "عبد الرحمن بن محمد بن عبد الله آل سعود " * 5,
    "x" * 500,
    "A\x00\x1b\x85da",
    "A\ud800da",
    "EMAIL:evil@example.com",
    "a\u2028TEL:1\u2029b",
    ":;,=\"'",
]
VERSIONS: list[Version] = ["4.0", "3.0"]

readable = st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs", "Cn", "Zl", "Zp"]))
texts = st.text() | st.sampled_from(HOSTILE)


def properties(text: str) -> list[str]:
    """Name the properties the independent reader finds, in order."""
    card = vobject.readOne(text)
    return sorted(line.name for line in card.getChildren())


@pytest.mark.parametrize("version", VERSIONS)
def test_a_reader_finds_every_field(version: Version) -> None:
    card = vobject.readOne(vcard(ADA, version=version))

    assert card.version.value == version
    assert card.uid.value == ADA.uid
    assert card.fn.value == "Ada Lovelace"
    assert (card.n.value.given, card.n.value.family) == ("Ada", "Lovelace")
    assert card.org.value == ["Analytical Engines", "Programme Office"]
    assert card.title.value == "Project manager"
    assert [email.value for email in card.email_list] == list(ADA.emails)
    assert card.tel.value == "+44 20 7946 0000"
    assert card.url.value == "https://example.org/ada"
    assert card.note.value == "Offers: reviewing plans\nSpring Meetup, 2026-11-23"
    assert card.rev.value == "20261123T183000Z"


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("text", HOSTILE)
def test_no_value_leaves_its_property(text: str, version: Version) -> None:
    plain = Card(uid="urn:x", name="a", organisation="a", team="a", role="a", emails=("a",), note="a")
    hostile = Card(uid="urn:x", name=text, organisation=text, team=text, role=text, emails=(text,), note=text)

    assert properties(vcard(hostile, version=version)) == properties(vcard(plain, version=version))


@given(readable, readable, readable)
@example(name="", team=";", note="")  # a separator at the end is the team's own
def test_any_readable_text_comes_back_as_it_went_in(name: str, team: str, note: str) -> None:
    written = vcard(Card(uid="urn:x", name=f"A{name}", organisation="O", team=f"T{team}", note=f"N{note}"))
    card = vobject.readOne(written)

    assert card.fn.value == f"A{name}"
    assert card.org.value == ["O", f"T{team}"]
    assert card.note.value == f"N{note}"


@given(texts)
def test_no_line_is_longer_than_75_octets_and_no_character_is_torn(text: str) -> None:
    lines = vcard(Card(uid="urn:x", name=text, note=text)).encode().split(b"\r\n")

    assert all(len(line) <= 75 for line in lines)
    assert "".join(line.decode() for line in lines)
    assert not any(b"\n" in line or b"\r" in line for line in lines)


def test_a_book_holds_one_card_after_the_other() -> None:
    book = list(vobject.readComponents(vcards([ADA, Card(uid="urn:x", name="Ben")])))

    assert [card.fn.value for card in book] == ["Ada Lovelace", "Ben"]


def test_what_is_not_shared_has_no_line() -> None:
    assert properties(vcard(Card(uid="urn:x", name="Ben"))) == ["FN", "N", "UID", "VERSION"]


def test_a_card_without_a_name_shows_something() -> None:
    assert vobject.readOne(vcard(Card(uid="urn:x", emails=("ben@example.org",)))).fn.value == "ben@example.org"
    assert vobject.readOne(vcard(Card(uid="urn:x"))).fn.value == "?"


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("example.org/ada", ["https://example.org/ada"]),
        ("example.org:8080/ada", ["https://example.org:8080/ada"]),
        ("HTTP://example.org/é b", ["HTTP://example.org/%C3%A9%20b"]),
        ("https://example.org/a,b;c\r\nTEL:1", ["https://example.org/a%2Cb%3BcTEL:1"]),
        ("javascript:alert(1)", []),
        ("data:text/html,x", []),
        (" ", []),
    ],
)
def test_only_web_addresses_are_written_as_such(typed: str, written: list[str]) -> None:
    card = vobject.readOne(vcard(Card(uid="urn:x", name="Ada", urls=(typed,))))

    assert [url.value for url in card.contents.get("url", [])] == written


@pytest.mark.parametrize(
    ("name", "family", "given"),
    [
        ("Ada Lovelace", "Lovelace", "Ada"),
        ("Ana  Maria Núñez", "Núñez", "Ana Maria"),
        ("Siân O'Neill-Jones", "O'Neill-Jones", "Siân"),
        ("Sukarno", "", "Sukarno"),
        ("王 小明", "", "王 小明"),
        ("محمد علي", "", "محمد علي"),
        ("Мария Иванова", "", "Мария Иванова"),
        ("", "", ""),
    ],
)
def test_the_last_latin_word_is_taken_for_the_family_name(name: str, family: str, given: str) -> None:
    assert name_parts(name) == (family, given)
