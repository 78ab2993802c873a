"""Numbers minute by minute as a picture: SVG with classes and attributes only, no styles of its own."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

WIDTH, HEIGHT = 480, 120
LEFT, RIGHT, TOP, BOTTOM = 36, 8, 12, 22
GAP = 0.25  # of a bar's width

Columns = Sequence[tuple[datetime, int]]


def draw(columns: Columns, zone: str) -> str:
    """Draw one bar for each moment; the first, middle and last one are named as a clock in the zone shows them."""
    most, floor = max(1, *(number for _, number in columns)), HEIGHT - BOTTOM
    width = (WIDTH - LEFT - RIGHT) / len(columns)
    parts = [
        f'<line class="axis" x1="{LEFT}" y1="{floor}" x2="{WIDTH - RIGHT}" y2="{floor}"/>',
        f'<text x="{LEFT - 6}" y="{TOP + 4}" text-anchor="end">{most}</text>',
        f'<text x="{LEFT - 6}" y="{floor}" text-anchor="end">0</text>',
        *(
            _bar(LEFT + place * width, width, (floor - TOP) * number / most, floor)
            for place, (_, number) in _some(columns)
        ),
        *_times(columns, width, zone),
    ]
    return f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" xmlns="http://www.w3.org/2000/svg">{"".join(parts)}</svg>'


def _some(columns: Columns) -> list[tuple[int, tuple[datetime, int]]]:
    """Return the columns that are more than nothing, with their place."""
    return [(place, column) for place, column in enumerate(columns) if column[1]]


def _bar(x: float, width: float, height: float, floor: float) -> str:
    """Draw one bar standing on the floor."""
    inset = width * GAP / 2
    return (
        f'<rect class="bar" x="{x + inset:.1f}" y="{floor - height:.1f}" '
        f'width="{width - 2 * inset:.1f}" height="{height:.1f}"/>'
    )


def _times(columns: Columns, width: float, zone: str) -> list[str]:
    """Write the time below the first, the middle and the last bar."""
    last = len(columns) - 1
    places = {0: "start", last // 2: "middle", last: "end"}
    edges = {"start": 0.0, "middle": 0.5, "end": 1.0}
    return [
        f'<text x="{LEFT + (place + edges[anchor]) * width:.1f}" y="{HEIGHT - 6}" text-anchor="{anchor}">'
        f"{columns[place][0].astimezone(ZoneInfo(zone)):%H:%M}</text>"
        for place, anchor in places.items()
    ]
