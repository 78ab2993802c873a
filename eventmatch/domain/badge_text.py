"""Words set into a box in the largest type that fits: on a few lines, complete whatever it takes."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from eventmatch.domain.badge_sizes import Box

SMALLER = 0.96  # from one size tried to the next
READABLE = 2.1  # millimetres (6 points); before a word is set smaller than this, it is broken
TINIEST = 0.1
ANY = 10_000  # lines

# Han, kana and Hangul may break anywhere, other words at spaces and behind hyphens.
_EAST = "\u2e80-\ua4cf\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
_PIECES = re.compile(rf"[{_EAST}]|[^\s{_EAST}-]*-+|[^\s{_EAST}-]+|\s+")
_JOINERS = {"\u200c", "\u200d"}
_NARROW, _WIDE = frozenset("fijlrtIJ1.,:;'’|()[]-"), frozenset("mwMWOQGD@%—")
_FOR_OTHER_FONTS = 1.06

Measure = Callable[[str], float]  # the width of a text, for a type size of 1
Pieces = Sequence[tuple[str, float]]


@dataclass(frozen=True, slots=True)
class Type:
    """How a text may be set."""

    largest: float  # size in millimetres
    most_lines: int  # as long as it can be read
    down: float = 0  # where in a box higher than the text: 0 above, 1 below
    leading: float = 1.15  # from line to line, for a size of 1


@dataclass(frozen=True, slots=True)
class Setting:
    """A text as it is set."""

    size: float
    lines: tuple[str, ...]


def fit(text: str, box: Box, kind: Type, measure: Measure) -> Setting:
    """Return the largest setting that the box holds; small print needs more lines before words are broken."""
    words = [(piece, measure(piece)) for piece in _PIECES.findall(text)]
    for most_lines in (kind.most_lines, ANY):
        if found := _largest(words, box, kind, most_lines, READABLE):
            return found
    letters = [(letter, measure(letter)) for letter in _letters(text)]
    return _largest(letters, box, kind, ANY, TINIEST) or Setting(TINIEST, (text,))


def _largest(pieces: Pieces, box: Box, kind: Type, most_lines: int, least: float) -> Setting | None:
    """Try ever smaller sizes, down to the least."""
    size = kind.largest
    while size >= least:
        lines = _lines(pieces, box.width / size)
        if lines is not None and len(lines) <= min(most_lines, int(box.height / (size * kind.leading))):
            return Setting(size, lines)
        size *= SMALLER
    return None


def _lines(pieces: Pieces, width: float) -> tuple[str, ...] | None:
    """Fill lines of a width one after the other, unless a piece alone is too wide."""
    lines, line, used, space = [], "", 0.0, 0.0
    for piece, wide in pieces:
        if piece.isspace():
            space = wide
            continue
        if wide > width:
            return None
        if line and used + space + wide > width:
            lines.append(line)
            line, used = piece, wide
        else:
            line, used = line + " " * bool(line and space) + piece, used + wide + (space if line else 0)
        space = 0.0
    return (*lines, line)


def _letters(text: str) -> list[str]:
    """Take a text apart where it may be broken if need be: before any sign that does not belong to the one before."""
    letters = [""]
    for sign in text:
        if unicodedata.category(sign).startswith("M") or sign in _JOINERS:
            letters[-1] += sign
        else:
            letters.append(sign)
    return [letter for letter in letters if letter]


def runs_right_to_left(text: str) -> bool:
    """Tell which way a text runs, from its first letter that runs either way."""
    ways = (unicodedata.bidirectional(sign) for sign in text)
    return next((way != "L" for way in ways if way in {"L", "R", "AL"}), False)


def rough_width(text: str) -> float:
    """Guess the width of a text in bold type of any font, rather too much than too little."""
    return sum(map(_rough, text)) * _FOR_OTHER_FONTS


def _rough(sign: str) -> float:
    """Guess the width of one sign, for a size of 1."""
    if unicodedata.category(sign)[0] in "MC":
        return 0.0
    if unicodedata.east_asian_width(sign) in "WF":
        return 1.0
    if sign in _NARROW or sign.isspace():
        return 0.38
    if sign in _WIDE:
        return 0.92
    return 0.72 if sign.isupper() else 0.61
