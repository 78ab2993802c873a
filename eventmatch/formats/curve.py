"""A curve of numbers over time as a picture: SVG with classes and attributes only, no styles of its own."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

WIDTH, HEIGHT = 480, 200
LEFT, RIGHT, TOP, BOTTOM = 36, 8, 12, 26
LABELS, DATED_LABELS = 4, 3  # so many have room side by side

Points = Sequence[tuple[datetime, int]]


def draw(points: Points, zone: str) -> str:
    """Draw a rising count; times are written as a clock in the zone shows them."""
    most = max(1, *(number for _, number in points)) if len(points) > 1 else max(1, points[0][1])
    places = _places(points, most)
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    floor = HEIGHT - BOTTOM
    area = f"{places[0][0]:.1f},{floor} {line} {places[-1][0]:.1f},{floor}"
    parts = [
        f'<line class="axis" x1="{LEFT}" y1="{floor}" x2="{WIDTH - RIGHT}" y2="{floor}"/>',
        f'<text x="{LEFT - 6}" y="{TOP + 4}" text-anchor="end">{most}</text>',
        f'<text x="{LEFT - 6}" y="{floor}" text-anchor="end">0</text>',
        f'<polygon class="area" points="{area}"/>',
        f'<polyline class="line" points="{line}"/>',
        *_times(points, places, zone),
    ]
    return f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" xmlns="http://www.w3.org/2000/svg">{"".join(parts)}</svg>'


def _places(points: Points, most: int) -> list[tuple[float, float]]:
    """Return where each point lies in the picture."""
    start, span = points[0][0], max((points[-1][0] - points[0][0]).total_seconds(), 1.0)
    width, height = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    return [
        (LEFT + width * (at - start).total_seconds() / span, TOP + height * (1 - number / most))
        for at, number in points
    ]


def _times(points: Points, places: Sequence[tuple[float, float]], zone: str) -> list[str]:
    """Write a few times below the curve; those of several days with their date."""
    days = (points[-1][0] - points[0][0]).total_seconds() > 24 * 3600
    stride = max(1, -(-len(points) // (DATED_LABELS if days else LABELS)))
    shown = range(0, len(points), stride)
    pattern = "%d.%m. %H:%M" if days else "%H:%M"
    return [
        f'<text x="{places[i][0]:.1f}" y="{HEIGHT - 8}" text-anchor="{_anchor(i, len(points))}">'
        f"{points[i][0].astimezone(ZoneInfo(zone)).strftime(pattern)}</text>"
        for i in shown
    ]


def _anchor(place: int, count: int) -> str:
    """Keep the outer labels inside the picture."""
    return "start" if place == 0 else "end" if place == count - 1 else "middle"
