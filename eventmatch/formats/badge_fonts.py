"""The letters badges are set in: one bold face for each script, embedded with what is used of it.

The faces come with the packages of package-lock.json. Without them Helvetica sets what it has, which is Western.
"""

import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fpdf import FPDF

INSTALLED = Path(__file__).parents[2] / "static" / "vendor" / "@expo-google-fonts"
WESTERN = frozenset(map(chr, (*range(0x20, 0x7F), *range(0xA0, 0x100))))
MILLIMETRES = 25.4 / 72  # in a point
TRIAL = 100  # points; the size texts are measured at


@dataclass(frozen=True, slots=True)
class Face:
    """A typeface as the PDF knows it."""

    key: str
    signs: frozenset[str]
    leading: float
    ascent: float
    descent: float


HELVETICA = Face("helvetica", WESTERN, 1.15, 0.93, 0.22)  # every viewer has it
# Package and line height; of two that have all letters of a text, the first sets it.
PACKAGES = {"noto-sans": 1.15, "vazirmatn": 1.5, "noto-sans-hebrew": 1.2, "noto-sans-sc": 1.2}


class Faces:
    """The faces of one PDF, each read when the first text needs it: Han alone are ten megabytes."""

    def __init__(self, pdf: "FPDF", folder: Path = INSTALLED) -> None:
        """See what is installed."""
        self.pdf = pdf
        files = {package: folder / package / "bold.ttf" for package in PACKAGES}
        self._waiting = [(package, file) for package, file in files.items() if file.exists()]
        self.faces = [] if self._waiting else [HELVETICA]
        self._widths: dict[tuple[str, str], float] = {}

    def lacking(self, text: str) -> str:
        """Return the letters of a text that no face has."""
        signs = _inked(text)
        self._load_for(signs)
        return "".join(sorted(signs.difference(*(face.signs for face in self.faces))))

    def use(self, text: str) -> Face:
        """Set what comes next in the one face that has all of a text; if none has, others step in letter by letter."""
        signs = _inked(text)
        self._load_for(signs)
        best = max(self.faces, key=lambda face: len(signs & face.signs))
        self.pdf.set_font(best.key, size=TRIAL)
        self.pdf.set_fallback_fonts([face.key for face in self.faces if face is not best])
        return best

    def _load_for(self, signs: set[str]) -> None:
        """Read one face after the other until one has all of these signs."""
        while self._waiting and not any(signs <= face.signs for face in self.faces):
            package, file = self._waiting.pop(0)
            self.pdf.add_font(package, fname=file)
            font: Any = self.pdf.fonts[package]  # what was added from a file has all of these
            ascent, descent = font.desc.ascent / 1000, -font.desc.descent / 1000
            self.faces.append(Face(package, frozenset(map(chr, font.cmap)), PACKAGES[package], ascent, descent))

    def settable(self, text: str, face: Face) -> str:
        """Return a text without the invisible signs its face does not know."""
        return "".join(sign for sign in text if sign in face.signs or not _unseen(sign))

    def width(self, text: str) -> float:
        """Measure a text in the face in use, for a type size of 1."""
        known = (self.pdf.font_family, text)
        if known not in self._widths:
            self._widths[known] = self.pdf.get_string_width(text) / (TRIAL * MILLIMETRES)
        return self._widths[known]


def _inked(text: str) -> set[str]:
    """Return the different signs of a text that must be seen."""
    return {sign for sign in text if not _unseen(sign)}


def _unseen(sign: str) -> bool:
    """Tell whether a sign leaves no ink by itself: joiners, variation selectors."""
    return unicodedata.category(sign) == "Cf" or "\ufe00" <= sign <= "\ufe0f"
