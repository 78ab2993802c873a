"""An organiser chooses badges by name, kind and whether they are printed; what cannot be meant is refused by field."""

import pytest

from eventmatch.domain.badge_choice import Choice
from eventmatch.domain.errors import Invalid
from eventmatch.domain.states import TicketKind

NAMES = ("Ada", "Émile", "łukasz", "Zoë", "Иван", "محمد", "王小明")


def chosen(first: str = "", last: str = "") -> tuple[str, ...]:
    """Return the names within a range."""
    choice = Choice(first=first, last=last)
    choice.check()
    return tuple(name for name in NAMES if choice.wants(name, TicketKind.GUEST, printed=False))


@pytest.mark.parametrize(
    ("first", "last", "names"),
    [
        ("", "", NAMES),
        ("A", "K", ("Ada", "Émile")),
        ("L", "Z", ("łukasz", "Zoë")),
        ("l", "", NAMES[2:]),
        ("", "e", ("Ada", "Émile")),
        ("Em", "Em", ("Émile",)),
        ("Zz", "", ("Иван", "محمد", "王小明")),
        ("م", "م", ("محمد",)),
        ("王", "王", ("王小明",)),
    ],
)
def test_a_range_holds_names_by_their_first_letters_whatever_their_accents(
    first: str, last: str, names: tuple[str, ...]
) -> None:
    assert chosen(first, last) == names


def test_two_ranges_that_meet_hold_everybody_once() -> None:
    assert sorted(chosen("", "K") + chosen("L", "")) == sorted(NAMES)


@pytest.mark.parametrize(("kind", "wanted"), [("", True), ("speaker", True), ("guest", False)])
def test_a_kind_holds_those_who_come_as_it(kind: str, *, wanted: bool) -> None:
    assert Choice(kind=kind).wants("Ada", TicketKind.SPEAKER, printed=False) is wanted


def test_only_unprinted_ones_may_be_wanted() -> None:
    choice = Choice(unprinted=True)

    assert [choice.wants("Ada", TicketKind.GUEST, printed=printed) for printed in (True, False)] == [False, True]


@pytest.mark.parametrize(
    ("choice", "field"),
    [
        (Choice(size="a5"), "size"),
        (Choice(kind="king"), "kind"),
        (Choice(first="?"), "first"),
        (Choice(last="x" * 21), "last"),
        (Choice(first="L", last="K"), "last"),
    ],
)
def test_what_cannot_be_meant_is_refused_beside_its_field(choice: Choice, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        choice.check()

    assert refusal.value.field == field


@pytest.mark.parametrize(
    ("choice", "field"),
    [(Choice(first="Z", kind="press"), "first"), (Choice(last="A"), "last"), (Choice(kind="press"), "kind")],
)
def test_when_nobody_fits_the_narrowest_wish_is_named(choice: Choice, field: str) -> None:
    assert (choice.narrowed_by, Choice(unprinted=True).narrowed_by) == (field, "unprinted")
