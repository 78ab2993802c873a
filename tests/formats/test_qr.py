"""An independent decoder reads every code we draw."""

import io
import re

import numpy as np
import pytest
import zxingcpp
from numpy.typing import NDArray
from PIL import Image

from eventmatch.formats import qr

TICKET = "HTTPS://EVENTS.EXAMPLE.ORG/T/7K3M9QAAAAAAAAAAAAAAAAAAA1"
PAYLOADS = [TICKET, "http://192.168.1.20:5000/", "https://example.org/Événements/t/x", "7K3M9Q", "漢字 🎟"]


def read(picture: NDArray[np.uint8]) -> list[str]:
    """Read the codes in a grey picture."""
    return [found.text for found in zxingcpp.read_barcodes(picture)]


def drawn(svg: str, *, scale: int = 6) -> NDArray[np.uint8]:
    """Paint the bars of our SVG, and nothing else, onto white paper."""
    size = int(re.findall(r'viewBox="0 0 (\d+)', svg)[0])
    paper = np.full((size, size), 255, dtype=np.uint8)
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", svg):
        paper[int(y), int(x) : int(x) + int(width)] = 0
    return paper.repeat(scale, axis=0).repeat(scale, axis=1)


def looked_at(text: str, *, scale: int = 6) -> NDArray[np.uint8]:
    """See a terminal's half blocks as a camera would."""
    rows = []
    for line in re.sub(r"\x1b\[[\d;]*m", "", text).splitlines():
        rows.append([0 if sign in "▀█" else 255 for sign in line])
        rows.append([0 if sign in "▄█" else 255 for sign in line])
    return np.array(rows, dtype=np.uint8).repeat(scale, axis=0).repeat(scale, axis=1)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_decoder_reads_the_svg(payload: str) -> None:
    assert read(drawn(qr.svg(payload))) == [payload]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_decoder_reads_the_png(payload: str) -> None:
    assert read(np.array(Image.open(io.BytesIO(qr.png(payload))).convert("L"))) == [payload]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_decoder_reads_the_terminal(payload: str) -> None:
    assert read(looked_at(qr.terminal(payload))) == [payload]


def test_capitals_make_a_smaller_symbol() -> None:
    assert len(qr.svg(TICKET)) < len(qr.svg(TICKET.lower()))
    assert 'viewBox="0 0 37 37"' in qr.svg(TICKET)


def test_the_svg_is_black_on_white_by_itself_and_passes_a_strict_content_policy() -> None:
    svg = qr.svg(TICKET)

    assert 'fill="#fff"' in svg
    assert 'fill="#000"' in svg
    assert "style" not in svg
    assert "class" not in svg


def test_four_modules_around_the_code_stay_white() -> None:
    paper = drawn(qr.svg(TICKET), scale=1)
    inner = paper[qr.QUIET_ZONE : -qr.QUIET_ZONE, qr.QUIET_ZONE : -qr.QUIET_ZONE]

    assert (paper == 0).sum() == (inner == 0).sum()
    assert inner[0, 0] == 0


def test_the_pictures_are_small() -> None:
    assert len(qr.svg(TICKET)) < 5_000
    assert len(qr.png(TICKET)) < 1_500
