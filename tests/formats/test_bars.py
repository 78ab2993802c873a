"""Bars stand on the floor, inside their frame, as high as their numbers."""

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET

import pytest

from eventmatch.formats.bars import BOTTOM, HEIGHT, WIDTH, draw

NINE = datetime(2027, 3, 4, 9, 0, tzinfo=UTC)
SVG = "{http://www.w3.org/2000/svg}"


def drawn(*numbers: int) -> ET.Element:
    """Draw these numbers, minute by minute."""
    columns = [(NINE + place * timedelta(minutes=1), number) for place, number in enumerate(numbers)]
    return ET.fromstring(draw(columns, "Asia/Tokyo"))  # noqa: S314 - ours


@pytest.mark.parametrize("numbers", [(1,), (0, 0), (3, 0, 9, 1)])
def test_bars_stand_on_the_floor_inside_the_picture(numbers: tuple[int, ...]) -> None:
    bars = [
        {name: float(bar.attrib[name]) for name in ("x", "y", "width", "height")}
        for bar in drawn(*numbers).iter(f"{SVG}rect")
    ]

    assert len(bars) == sum(number > 0 for number in numbers)
    assert all(bar["x"] >= 0 and bar["x"] + bar["width"] <= WIDTH and bar["y"] >= 0 for bar in bars)
    assert {round(bar["y"] + bar["height"], 1) for bar in bars} <= {HEIGHT - BOTTOM}


def test_heights_are_as_the_numbers() -> None:
    three, nine = (float(bar.attrib["height"]) for bar in drawn(3, 0, 9).iter(f"{SVG}rect"))

    assert nine / three == pytest.approx(3, rel=0.01)


def test_the_highest_number_and_times_of_the_zone_are_written() -> None:
    texts = [text.text for text in drawn(3, 0, 9).iter(f"{SVG}text")]

    assert texts == ["9", "0", "18:00", "18:01", "18:02"]
