"""The sheets and labels badges are printed on, and where on a badge each thing stands; all lengths in millimetres.

The PDF and the style sheet of the printed page are both drawn from these figures.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

EDGE = 2.5  # from a badge's edge to its code, whose own white margin comes on top
MARK = 3.0  # how long a cut mark is
GAP = 1.5


class Box(NamedTuple):
    """A rectangle, measured from the upper left corner of what it lies on."""

    left: float
    top: float
    width: float
    height: float


class Line(NamedTuple):
    """A cut mark on a sheet, from one point to another."""

    x: float
    y: float
    to_x: float
    to_y: float


@dataclass(frozen=True, slots=True)
class Places:
    """Where on a badge what stands."""

    name: Box
    organisation: Box
    kind: Box
    event: Box
    code: Box


@dataclass(frozen=True, slots=True)
class BadgeSize:
    """One kind of sheet or label."""

    key: str  # in addresses
    words: str
    width: float  # of one badge
    height: float
    code: float  # side of the QR with its white margin
    columns: int = 1
    rows: int = 1
    page_width: float = 0  # 0: the paper is the badge
    page_height: float = 0
    padding: float = 5

    @property
    def paper(self) -> tuple[float, float]:
        """Width and height of the paper."""
        return self.page_width or self.width, self.page_height or self.height

    @property
    def on_a_sheet(self) -> int:
        """How many badges a sheet holds."""
        return self.columns * self.rows

    @property
    def margins(self) -> tuple[float, float]:
        """Width of the white left and right, and above and below, of the badges."""
        width, height = self.paper
        return (width - self.columns * self.width) / 2, (height - self.rows * self.height) / 2

    def box(self, number: int) -> Box:
        """Return where on its sheet the badge of a number from 0 lies: row by row."""
        row, column = divmod(number % self.on_a_sheet, self.columns)
        left, top = self.margins
        return Box(left + column * self.width, top + row * self.height, self.width, self.height)

    @property
    def places(self) -> Places:
        """Name above and code below, or beside each other where the badge is flat."""
        return self._flat() if self.height < self.padding + self.code + 20 else self._tall()

    def _tall(self) -> Places:
        """Give the name the whole width, and the code the lower right corner."""
        pad, inner = self.padding, self.width - 2 * self.padding
        code = Box(self.width - EDGE - self.code, self.height - EDGE - self.code, self.code, self.code)
        beside = code.left - pad - GAP
        return Places(
            name=Box(pad, pad, inner, code.top - pad - GAP),
            organisation=Box(pad, code.top, beside, self.height - pad - 13 - code.top),
            kind=Box(pad, self.height - pad - 12.5, beside, 5.5),
            event=Box(pad, self.height - pad - 6, beside, 6),
            code=code,
        )

    def _flat(self) -> Places:
        """Put the words on the left, the code on the right."""
        pad = self.padding
        code = Box(self.width - EDGE - self.code, self.height - EDGE - self.code, self.code, self.code)
        beside = code.left - pad - GAP
        return Places(
            name=Box(pad, pad, beside, self.height - 2 * pad - 14),
            organisation=Box(pad, self.height - pad - 13, beside, 8),
            kind=Box(code.left, pad, self.width - pad - code.left, 5.5),
            event=Box(pad, self.height - pad - 4, beside, 4),
            code=code,
        )

    def cut_marks(self) -> Iterator[Line]:
        """Yield the lines to cut along: around the badges where there is room, else crosses between them."""
        left, top = self.margins
        across = [left + column * self.width for column in range(self.columns + 1)]
        down = [top + row * self.height for row in range(self.rows + 1)]
        if self.on_a_sheet > 1 and min(left, top) > 2 * MARK:
            for x, end in product(across, (top - MARK, self.paper[1] - top + 2 * MARK)):
                yield Line(x, end - MARK, x, end)
            for y, end in product(down, (left - MARK, self.paper[0] - left + 2 * MARK)):
                yield Line(end - MARK, y, end, y)
        else:
            for x, y in product(across[1:-1], down[1:-1]):
                yield Line(x - MARK, y, x + MARK, y)
                yield Line(x, y - MARK, x, y + MARK)


A4 = {"page_width": 210.0, "page_height": 297.0}
SIZES = {
    size.key: size
    for size in (
        BadgeSize("a4-10", "A4, ten of 90\u00a0×\u00a054\u00a0mm", 90, 54, code=25, columns=2, rows=5, **A4),
        BadgeSize("a4-8", "A4, eight of 105\u00a0×\u00a074\u00a0mm", 105, 74, code=30, columns=2, rows=4, **A4),
        BadgeSize("label-100x62", "Label of 100\u00a0×\u00a062\u00a0mm", 100, 62, code=28, padding=4),
        BadgeSize("label-101x54", "Label of 101\u00a0×\u00a054\u00a0mm", 101, 54, code=25, padding=4),
        BadgeSize("label-89x41", "Label of 89\u00a0×\u00a041\u00a0mm", 89, 41, code=25, padding=4),
    )
}
