"""Badges are read back by programs that know nothing of how they were made, and looked at as a printer prints them."""

import io
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pypdf
import pypdfium2
import pytest
import zxingcpp
from fontTools.ttLib import TTFont
from numpy.typing import NDArray
from scipy import ndimage

from eventmatch.domain.badge_sizes import SIZES, BadgeSize, Box
from eventmatch.formats.badge import Badge, Sheets
from eventmatch.formats.badge_fonts import INSTALLED

MADE = datetime(2027, 3, 4, 9, 0, tzinfo=UTC)
ARABIC, HEBREW, CHINESE = "محمد عبد الرحمن الشريف", "שרה כהן-לוי", "欧阳娜娜"
SIXTY = "Bartholomew Featherstonehaugh-Cholmondeley van Hohenzollerns"
ONE_WORD = "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewis"
NAMES = (
    "Ada Okafor",
    SIXTY,
    ONE_WORD,
    ARABIC,
    "فاطمة الزهراء ٹنڈولکر",
    HEBREW,
    CHINESE,
    "司馬懿 Sima Yi",
    "さくら 田中",
    "Łukasz Żółć-Wiśniewska",
    "Nguyễn Thị Ánh",
    "Иван Петров",
    "Γιώργος Παπαδόπουλος",
    "歐陽" * 30,
)
EMPTY_BOX = 0  # the number of the glyph for what a font lacks
EVERY_SIZE = pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)


@pytest.fixture(autouse=True)
def fonts(request: pytest.FixtureRequest) -> None:
    """Skip where npm could not bring the fonts; `make install` says so then."""
    if not all((INSTALLED / name / "bold.ttf").exists() for name in ("noto-sans", "vazirmatn", "noto-sans-sc")):
        pytest.skip("the fonts of badges are not installed")


def badge(name: str, number: int = 0, *, kind: str = "", organisation: str = "ACME") -> Badge:
    """Return a badge whose code nobody else has."""
    return Badge(
        name, organisation, kind, "Project people's meetup", f"HTTPS://EVENTS.EXAMPLE.ORG/B/7K3M9Q{number:020}"
    )


@cache
def printed(*badges: Badge, size: BadgeSize = SIZES["a4-10"]) -> bytes:
    """Put badges on sheets."""
    sheets = Sheets(size, title="Badges", made_at=MADE)
    for one in badges:
        sheets.add(one)
    return sheets.finished()


def everybody(size: BadgeSize) -> bytes:
    """Put everybody's badge on sheets."""
    return printed(*(badge(name, number) for number, name in enumerate(NAMES)), size=size)


def squeezed(text: str) -> str:
    """Return the letters of a text: a reader tells lines and spaces in ways of its own."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def text_of(pdf: bytes) -> str:
    """Return what a PDF library reads in a document."""
    return squeezed("".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages))


def seen(pdf: bytes, dpi: int = 150) -> list[NDArray[np.uint8]]:
    """Return each page as a printer of a resolution prints it, in grey."""
    pages = pypdfium2.PdfDocument(pdf)
    return [np.array(page.render(scale=dpi / 72).to_pil().convert("L")) for page in pages]


def cut_out(page: NDArray[np.uint8], box: Box, dpi: int = 150) -> NDArray[np.bool_]:
    """Return where there is ink within a rectangle of a page."""
    left, top, right, bottom = (
        round(edge * dpi / 25.4) for edge in (box.left, box.top, box.left + box.width, box.top + box.height)
    )
    return page[top:bottom, left:right] < 128


def fonts_of(page: Any) -> dict[str, Any]:
    """Return the fonts a page uses."""
    return {key: font.get_object() for key, font in page["/Resources"]["/Font"].items()}


def glyphs(pdf: bytes) -> Iterator[list[tuple[int, bool]]]:
    """Yield the glyphs drawn on each page: the number in the font, and whether there is an outline."""
    for page in pypdf.PdfReader(io.BytesIO(pdf)).pages:
        embedded = {key: Embedded(font) for key, font in fonts_of(page).items()}
        font, drawn = "", list[tuple[int, bool]]()
        for operands, operator in page.get_contents().operations:  # type: ignore[union-attr]  # every page has some
            if operator == b"Tf":
                font = operands[0]
            elif operator == b"Tj":
                drawn += embedded[font].drawn(operands[0].original_bytes)
        yield drawn


class Embedded:
    """A font as it lies in a PDF."""

    def __init__(self, font: Any) -> None:
        """Read the font's own file and how its codes lead to glyphs."""
        inner = font["/DescendantFonts"][0].get_object()
        self.map = inner["/CIDToGIDMap"].get_object().get_data()
        self.outlines = TTFont(io.BytesIO(inner["/FontDescriptor"]["/FontFile2"].get_object().get_data()))["glyf"]

    def drawn(self, text: bytes) -> Iterator[tuple[int, bool]]:
        """Yield the glyphs of a text of two-byte codes."""
        for at in range(0, len(text), 2):
            code = int.from_bytes(text[at : at + 2], "big")
            glyph = int.from_bytes(self.map[2 * code : 2 * code + 2], "big")
            yield glyph, self.outlines[self.outlines.glyphOrder[glyph]].numberOfContours != 0


def test_the_longest_names_have_sixty_characters() -> None:
    assert (len(SIXTY), len(ONE_WORD)) == (60, 60)


@EVERY_SIZE
def test_a_pdf_library_reads_every_name_complete(size: BadgeSize) -> None:
    text = text_of(everybody(size))

    assert [name for name in NAMES if squeezed(name) not in text] == []


@EVERY_SIZE
def test_every_code_is_read_at_150_dots_per_inch(size: BadgeSize) -> None:
    codes = [found.text for page in seen(everybody(size)) for found in zxingcpp.read_barcodes(page)]

    assert sorted(codes) == [badge("", number).code for number in range(len(NAMES))]


@EVERY_SIZE
def test_nothing_is_drawn_over_an_edge(size: BadgeSize) -> None:
    (page,) = seen(printed(badge(SIXTY, kind="Speaker", organisation=SIXTY), size=size), 300)
    area = size.box(0)
    inner = Box(area.left + 2, area.top + 2, area.width - 4, area.height - 4)

    assert cut_out(page, area, 300).sum() - cut_out(page, inner, 300).sum() < 3 * 300 / 25.4 * 4  # a mark at a corner


def inked(*names: str) -> list[int]:
    """Count the glyphs with an outline on badges that hold a name only."""
    pages = glyphs(printed(*(Badge(name, "", "", "", "X") for name in names), size=SIZES["label-89x41"]))
    return [sum(outlined for glyph, outlined in page if glyph != EMPTY_BOX) for page in pages]


def test_each_letter_is_drawn_and_none_as_an_empty_box() -> None:
    ligatures = {ONE_WORD: 1}  # ff

    assert inked(*NAMES) == [len(squeezed(name)) - ligatures.get(name, 0) for name in NAMES]


def test_a_letter_that_is_not_drawn_would_be_missed() -> None:
    assert inked("김민수 Kim") == [3]


def test_all_fonts_lie_in_the_document() -> None:
    pages = pypdf.PdfReader(io.BytesIO(everybody(SIZES["a4-10"]))).pages
    fonts = [font for page in pages for font in fonts_of(page).values()]

    assert {str(font["/BaseFont"]).partition("+")[2] for font in fonts} == {
        "NotoSansBold",
        "VazirmatnBold",
        "NotoSansHebrewBold",
        "NotoSansSCBold",
    }
    assert [font for font in fonts if "/FontFile2" not in font["/DescendantFonts"][0]["/FontDescriptor"]] == []


@pytest.mark.parametrize(("name", "pieces"), [("محمد", 1), ("שרה", 4), ("王", 1)])
def test_arabic_letters_are_joined_and_hebrew_ones_are_not(name: str, pieces: int) -> None:
    size = SIZES["a4-8"]
    (page,) = seen(printed(badge(name), size=size), 300)
    found = ndimage.label(cut_out(page, size.places.name._replace(top=size.places.name.top + size.box(0).top), 300))[1]

    assert found == pieces


@pytest.mark.parametrize(("name", "rightward"), [("Ada", True), (HEBREW.split(maxsplit=1)[0], False), ("داد", False)])
def test_names_run_the_way_they_are_read(name: str, *, rightward: bool) -> None:
    text = pypdfium2.PdfDocument(printed(badge(name)))[0].get_textpage()
    start = text.get_text_range().index(name)
    edges = [text.get_charbox(start + number)[0] for number in range(len(name))]

    assert [(before < after) for before, after in pairwise(edges)] == [rightward] * (len(name) - 1)


def test_a_name_that_runs_to_the_left_has_its_code_on_the_left() -> None:
    size = SIZES["label-100x62"]
    codes = [zxingcpp.read_barcodes(page)[0] for page in seen(printed(badge("Ada"), badge(HEBREW), size=size))]
    middle = size.width / 2 / 25.4 * 150

    assert [code.position.top_left.x > middle for code in codes] == [True, False]


@EVERY_SIZE
def test_a_sheet_is_as_large_as_its_paper(size: BadgeSize) -> None:
    box = pypdf.PdfReader(io.BytesIO(everybody(size))).pages[0].mediabox

    assert (float(box.width), float(box.height)) == pytest.approx([side / 25.4 * 72 for side in size.paper], abs=0.1)


def test_a_sheet_begins_when_the_last_is_full() -> None:
    assert [len(zxingcpp.read_barcodes(page)) for page in seen(everybody(SIZES["a4-10"]))] == [10, 4]


def test_letters_no_font_has_are_named() -> None:
    sheets = Sheets(SIZES["a4-10"], title="", made_at=MADE)

    assert sheets.lacking(badge("김민수 Kim")) == "김민수"
    assert sheets.lacking(badge("Ada 🎟️")) == "🎟"
    assert [sheets.lacking(badge(name)) for name in NAMES] == [""] * len(NAMES)


def test_without_fonts_western_names_are_set_all_the_same(tmp_path: Path) -> None:
    sheets = Sheets(SIZES["a4-10"], title="", made_at=MADE, fonts=tmp_path)
    sheets.add(badge("Zoë Müller-Åström", organisation=""))

    assert "ZoëMüller-Åström" in text_of(sheets.finished())
    assert sheets.lacking(badge("Łukasz " + CHINESE)) == "".join(sorted("Ł" + "欧阳娜"))


def test_a_joiner_that_a_face_does_not_know_leaves_no_box() -> None:
    assert inked("A\u200dda") == [3]
