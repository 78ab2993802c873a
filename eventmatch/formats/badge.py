"""Badges as a PDF, in millimetres that a printer keeps: letters embedded, codes drawn as bars."""

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from eventmatch.domain.badge_sizes import BadgeSize, Box
from eventmatch.domain.badge_text import Type, fit, runs_right_to_left
from eventmatch.formats import qr
from eventmatch.formats.badge_fonts import INSTALLED, MILLIMETRES, Faces

NAME, ORGANISATION = Type(14, 3, down=0.5), Type(5, 3)
KIND, EVENT = Type(3.4, 1, down=0.5), Type(2.8, 2, down=1)
HAIRLINE = 0.1
WHOLE = {"ccmp": False}  # ị as one sign, not as i and a dot: the dot alone could not be copied from the PDF
OVERLAP = 1.02  # rows of a code lie a little on each other, so that no viewer shows paper between them


@dataclass(frozen=True, slots=True)
class Badge:
    """What stands on one badge."""

    name: str
    organisation: str
    kind: str  # a word to stand out; "" for guests
    event: str
    code: str  # what the QR says


class Sheets:
    """A PDF in the making, badge by badge; the library loads here and nowhere before."""

    def __init__(self, size: BadgeSize, *, title: str, made_at: datetime, fonts: Path = INSTALLED) -> None:
        """Begin an empty document."""
        from fpdf import FPDF

        self.size, self.badges = size, 0
        self.pdf = FPDF(unit="mm", format=size.paper)
        self.pdf.set_auto_page_break(auto=False)
        self.pdf.set_margin(0)
        self.pdf.c_margin = 0
        self.pdf.set_title(title)
        self.pdf.set_creation_date(made_at)
        self.pdf.set_line_width(HAIRLINE)
        self.faces = Faces(self.pdf, fonts)

    @property
    def sheets(self) -> int:
        """How many sheets there are so far."""
        return -(-self.badges // self.size.on_a_sheet)

    def lacking(self, badge: Badge) -> str:
        """Return the letters of a badge that no face here has."""
        return "".join(map(self.faces.lacking, (badge.name, badge.organisation, badge.kind, badge.event)))

    def add(self, badge: Badge) -> None:
        """Put a badge into the next place, on a new sheet when the last is full."""
        if self.badges % self.size.on_a_sheet == 0:
            self._begin_sheet()
        area = self.size.box(self.badges)
        self.badges += 1
        places, mirrored = self.size.places, runs_right_to_left(badge.name)
        for text, place, kind in (
            (badge.name, places.name, NAME),
            (badge.organisation, places.organisation, ORGANISATION),
            (badge.event, places.event, EVENT),
        ):
            if text:
                self._set(text, _within(area, place, mirrored=mirrored), kind, mirrored=mirrored)
        if badge.kind:
            self._stamp(badge.kind, _within(area, places.kind, mirrored=mirrored), mirrored=mirrored)
        self._draw(badge.code, _within(area, places.code, mirrored=mirrored))

    def finished(self) -> bytes:
        """Return the document."""
        return bytes(self.pdf.output())

    def _begin_sheet(self) -> None:
        """Begin a sheet and say where to cut it."""
        self.pdf.add_page()
        self.pdf.set_draw_color(120)
        for mark in self.size.cut_marks():
            self.pdf.line(mark.x, mark.y, mark.to_x, mark.to_y)

    def _set(self, text: str, box: Box, kind: Type, *, mirrored: bool) -> None:
        """Set a text into its box, at the side where its badge begins."""
        face = self.faces.use(text)
        text = self.faces.settable(text, face)
        way = "rtl" if runs_right_to_left(text) else "ltr"
        self.pdf.set_text_shaping(use_shaping_engine=True, features=WHOLE, direction=way)
        setting = fit(text, box, replace(kind, leading=face.leading), self.faces.width)
        step = setting.size * face.leading
        baseline = box.top + (box.height - step * len(setting.lines)) * kind.down
        baseline += (step + setting.size * (face.ascent - face.descent)) / 2
        self.pdf.set_font_size(setting.size / MILLIMETRES)
        for number, line in enumerate(setting.lines):
            # the library's baseline lies three tenths of a type size below the middle of a cell
            self.pdf.set_xy(box.left, baseline + number * step - 0.3 * setting.size)
            self.pdf.cell(w=box.width, h=0, text=line, align="R" if mirrored else "L")

    def _stamp(self, word: str, box: Box, *, mirrored: bool) -> None:
        """Set a word white on black."""
        self.faces.use(word)
        inner = fit(word, Box(0, 0, box.width - box.height / 2, box.height), KIND, self.faces.width)
        width = self.faces.width(word) * inner.size + box.height / 2
        plate = Box(box.left + box.width - width if mirrored else box.left, box.top, width, box.height)
        self.pdf.set_fill_color(0)
        self.pdf.rect(*plate, style="F", round_corners=True, corner_radius=box.height / 5)
        self.pdf.set_text_color(255)
        self._set(word, Box(plate.left + box.height / 4, plate.top, width, plate.height), KIND, mirrored=False)
        self.pdf.set_text_color(0)

    def _draw(self, code: str, box: Box) -> None:
        """Draw a QR, its quiet zone included."""
        modules, bars = qr.bars(code)
        module = box.width / modules
        self.pdf.set_fill_color(0)
        for bar in bars:
            left, top = box.left + bar.x * module, box.top + bar.y * module
            self.pdf.rect(left, top, bar.width * module, module * OVERLAP, style="F")


def _within(area: Box, place: Box, *, mirrored: bool) -> Box:
    """Return where on the sheet a place of a badge lies; where names run to the left, right and left change sides."""
    left = area.width - place.left - place.width if mirrored else place.left
    return Box(area.left + left, area.top + place.top, place.width, place.height)
