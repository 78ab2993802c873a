"""Badges lie on their sheets without touching each other, and everything on a badge has a place of its own."""

from itertools import combinations

import pytest

from eventmatch.domain.badge_sizes import SIZES, BadgeSize, Box

EVERY_SIZE = pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)


def apart(one: Box, other: Box) -> bool:
    """Tell whether two rectangles share nothing but an edge."""
    beside = one.left + one.width <= other.left or other.left + other.width <= one.left
    return beside or one.top + one.height <= other.top or other.top + other.height <= one.top


def inside(box: Box, width: float, height: float) -> bool:
    """Tell whether a rectangle lies on something of this width and height."""
    return min(box) >= 0 and box.left + box.width <= width and box.top + box.height <= height


@EVERY_SIZE
def test_the_badges_of_a_sheet_lie_on_it_and_apart(size: BadgeSize) -> None:
    boxes = [size.box(number) for number in range(size.on_a_sheet)]

    assert [box for box in boxes if not inside(box, *size.paper)] == []
    assert [pair for pair in combinations(boxes, 2) if not apart(*pair)] == []


@EVERY_SIZE
def test_what_stands_on_a_badge_lies_on_it_and_apart(size: BadgeSize) -> None:
    places = [getattr(size.places, name) for name in ("name", "organisation", "kind", "event", "code")]

    assert [place for place in places if not inside(place, size.width, size.height)] == []
    assert [pair for pair in combinations(places, 2) if not apart(*pair)] == []


@EVERY_SIZE
def test_the_code_is_large_enough_for_any_phone(size: BadgeSize) -> None:
    assert (size.places.code.width, size.places.code.height) == (size.code, size.code)
    assert size.code >= 25


def test_the_next_sheet_begins_like_the_first() -> None:
    size = SIZES["a4-10"]

    assert size.box(10) == size.box(0) == Box(15, 13.5, 90, 54)
    assert size.box(9) == Box(105, 229.5, 90, 54)


def test_cut_marks_lie_in_the_margin_where_there_is_one() -> None:
    size = SIZES["a4-10"]
    badges = [size.box(number) for number in range(size.on_a_sheet)]
    marks = [Box(min(m.x, m.to_x), min(m.y, m.to_y), abs(m.x - m.to_x), abs(m.y - m.to_y)) for m in size.cut_marks()]

    assert len(marks) == 2 * (3 + 6)
    assert [mark for mark in marks if not inside(mark, *size.paper)] == []
    assert [mark for mark in marks for badge in badges if not apart(mark, badge)] == []


def test_a_sheet_full_to_the_edge_is_cut_at_crosses_and_a_label_not_at_all() -> None:
    assert {(mark.y + mark.to_y) / 2 for mark in SIZES["a4-8"].cut_marks()} == {74.5, 148.5, 222.5}
    assert list(SIZES["label-89x41"].cut_marks()) == []
