"""QR codes of tickets, badges and addresses: always black on white, with their quiet zone."""

import io
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import qrcode
    from qrcode.image.pil import PilImage

QUIET_ZONE = 4
PNG_MODULE = 8

_HALF_BLOCKS = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}
_BLACK_ON_WHITE = "\x1b[38;2;0;0;0;48;2;255;255;255m"
_RESET = "\x1b[0m"


class Bar(NamedTuple):
    """A dark run of one row, in modules."""

    x: int
    y: int
    width: int


def _symbol(payload: str) -> "qrcode.QRCode[PilImage]":
    """Encode the payload in one piece, so that capitals get the dense alphanumeric mode."""
    import qrcode
    from qrcode.constants import ERROR_CORRECT_M
    from qrcode.image.pil import PilImage

    symbol = qrcode.QRCode(
        error_correction=ERROR_CORRECT_M, box_size=PNG_MODULE, border=QUIET_ZONE, image_factory=PilImage
    )
    symbol.add_data(payload, optimize=0)
    symbol.make()
    return symbol


def bars(payload: str) -> tuple[int, list[Bar]]:
    """Return how many modules wide a code is with its quiet zone, and its dark runs."""
    matrix = _symbol(payload).get_matrix()
    return len(matrix), [bar for y, row in enumerate(matrix) for bar in _dark_runs(row, y)]


def _dark_runs(row: list[bool], y: int) -> Iterator[Bar]:
    """Yield the dark runs of one row."""
    x = 0
    for dark, run in groupby(row):
        width = len(list(run))
        if dark:
            yield Bar(x, y, width)
        x += width


@lru_cache(maxsize=512)
def svg(payload: str) -> str:
    """Draw a code for a page: one small path, colours of its own, so that dark mode leaves it alone."""
    size, dark = bars(payload)
    path = "".join(f"M{bar.x} {bar.y}h{bar.width}v1h-{bar.width}z" for bar in dark)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" shape-rendering="crispEdges">'
        f'<rect width="{size}" height="{size}" fill="#fff"/><path fill="#000" d="{path}"/></svg>'
    )


def png(payload: str) -> bytes:
    """Draw a code for a mail, where vector pictures are not shown."""
    out = io.BytesIO()
    _symbol(payload).make_image().save(out, "PNG")
    return out.getvalue()


def terminal(payload: str) -> str:
    """Draw a code for a terminal of any colours: two rows of the code in each line of text."""
    matrix = _symbol(payload).get_matrix()
    matrix += [[False] * len(matrix)] * (len(matrix) % 2)
    pairs = zip(matrix[::2], matrix[1::2], strict=True)
    return "\n".join(
        _BLACK_ON_WHITE + "".join(_HALF_BLOCKS[cell] for cell in zip(upper, lower, strict=True)) + _RESET
        for upper, lower in pairs
    )
