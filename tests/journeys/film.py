"""What a door's camera sees on a busy morning, as a film for Chromium's pretended camera."""

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import qrcode
from PIL import Image, ImageFilter

SIZE = (640, 480)
RATE = 30  # pictures a second, as Chromium plays such a film
QUIET = 60.0  # seconds of nothing at the end: the film would begin anew


@dataclass(frozen=True)
class Shown:
    """One badge held into the camera."""

    text: str
    seconds: float
    blurred: bool = False


def film(shown: Iterable[Shown], file: Path, *, before: float = 0, between: float = 0.12) -> list[str]:
    """Write a film of badges one after the other, and return the flags that make it Chromium's camera."""
    nobody = _still(Image.new("RGB", SIZE, "#777777"))
    with file.open("wb") as out:
        out.write(nobody * _pictures(before))
        for badge in shown:
            out.write(_still(_held(badge)) * _pictures(badge.seconds))
            out.write(nobody * _pictures(between))
        out.write(nobody * _pictures(QUIET))
    return [
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={file}",
    ]


def _pictures(seconds: float) -> int:
    """Return how many pictures last so long."""
    return round(seconds * RATE)


def _held(badge: Shown) -> Image.Image:
    """Draw a badge as it is held: a little askew, and not always sharp."""
    code = qrcode.make(badge.text, border=4, box_size=8).get_image().convert("RGB").resize((340, 340))
    if badge.blurred:
        code = code.filter(ImageFilter.GaussianBlur(14))
    turned = code.rotate(sum(badge.text.encode()) % 21 - 10, expand=True, fillcolor="white")
    picture = Image.new("RGB", SIZE, "#777777")
    picture.paste(turned, ((SIZE[0] - turned.width) // 2, (SIZE[1] - turned.height) // 2))
    return picture


def _still(picture: Image.Image) -> bytes:
    """Return one picture of the film."""
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85)
    return out.getvalue()


def mixed(badges: list[str], junk: list[Shown], seconds: Iterator[float]) -> list[Shown]:
    """Return badges with junk among them at regular places."""
    every = len(badges) // (len(junk) + 1)
    shown: list[Shown] = []
    for number, text in enumerate(badges):
        shown.append(Shown(text, next(seconds)))
        if number % every == every - 1 and number // every < len(junk):
            shown.append(junk[number // every])
    return shown
