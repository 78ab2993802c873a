"""QR codes of tickets, badges and addresses: always black on white, with their quiet zone."""

import io
from functools import lru_cache
from itertools import groupby

import qrcode
from qrcode.constants import ERROR_CORRECT_M
from qrcode.image.pil import PilImage

QUIET_ZONE = 4
PNG_MODULE = 8

_HALF_BLOCKS = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}
_BLACK_ON_WHITE = "\x1b[38;2;0;0;0;48;2;255;255;255m"
_RESET = "\x1b[0m"


def _symbol(payload: str) -> qrcode.QRCode[PilImage]:
    """Encode the payload in one piece, so that capitals get the dense alphanumeric mode."""
    symbol = qrcode.QRCode(
        error_correction=ERROR_CORRECT_M, box_size=PNG_MODULE, border=QUIET_ZONE, image_factory=PilImage
    )
    symbol.add_data(payload, optimize=0)
    symbol.make()
    return symbol


def _bars(row: list[bool], y: int) -> str:
    """Draw the dark runs of one row as bars of a path."""
    path, x = "", 0
    for dark, run in groupby(row):
        width = len(list(run))
        path += f"M{x} {y}h{width}v1h-{width}z" if dark else ""
        x += width
    return path


@lru_cache(maxsize=512)
def svg(payload: str) -> str:
    """Draw a code for a page: one small path, colours of its own, so that dark mode leaves it alone."""
    matrix = _symbol(payload).get_matrix()
    size, path = len(matrix), "".join(_bars(row, y) for y, row in enumerate(matrix))
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
