"""Curves are drawn with attributes only, inside their frame."""

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest

from eventmatch.formats.curve import HEIGHT, WIDTH, draw

NINE = datetime(2027, 3, 4, 9, 0, tzinfo=UTC)
RISING = [(NINE + step * timedelta(minutes=15), step * step) for step in range(9)]


def places(svg: str) -> list[tuple[float, float]]:
    """Return the points of the line."""
    line = re.search(r'<polyline class="line" points="([^"]*)"', svg)
    assert line is not None
    return [(float(x), float(y)) for x, y in (point.split(",") for point in line[1].split())]


@pytest.mark.parametrize("points", [RISING, RISING[:1], [(NINE, 0), (NINE, 0)]])
def test_every_point_lies_in_the_picture(points: list[tuple[datetime, int]]) -> None:
    drawn = places(draw(points, "Europe/Berlin"))

    assert len(drawn) == len(points)
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in drawn)


def test_more_people_stand_higher() -> None:
    heights = [y for _, y in places(draw(RISING, "Europe/Berlin"))]

    assert heights == sorted(heights, reverse=True)


def test_times_are_those_of_the_zone_and_the_highest_number_is_written() -> None:
    texts = [element.text for element in ET.fromstring(draw(RISING, "Europe/Berlin")).iter() if element.text]  # noqa: S314 - ours

    assert {"10:00", "64", "0"} <= set(texts)


def test_the_picture_has_no_style_of_its_own() -> None:
    assert "style" not in draw(RISING, "Europe/Berlin")


@pytest.mark.parametrize("step", [timedelta(minutes=15), timedelta(hours=1), timedelta(hours=6)])
@pytest.mark.parametrize("count", [2, 9, 19, 25])
def test_no_time_is_written_over_the_next(step: timedelta, count: int) -> None:
    svg = draw([(NINE + number * step, number) for number in range(count)], "Europe/Berlin")
    times = [(float(t.get("x", 0)), t.get("text-anchor"), t.text or "") for t in ET.fromstring(svg).iter() if t.text]  # noqa: S314 - ours
    spans = [span(x, anchor, 7.5 * len(text)) for x, anchor, text in times if ":" in text]

    assert all(end < start for (_, end), (start, _) in pairwise(spans))


def span(x: float, anchor: str | None, width: float) -> tuple[float, float]:
    """Return from where to where a text reaches."""
    start = x - {"start": 0, "middle": width / 2, "end": width}[anchor or "start"]
    return start, start + width
