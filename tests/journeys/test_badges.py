"""An organiser prints everybody's badges twice over, as a PDF and from the browser, and every code can be scanned."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
import zxingcpp
from playwright.sync_api import Page, expect

from eventmatch.domain.badge_sizes import SIZES, BadgeSize
from tests.journeys.pages import Story, choose, heading, organiser, picture, press

pytestmark = pytest.mark.browser

BADGES = "/o/e/pm-meetup/badges"


def sheets(file: Path) -> Iterator[tuple[tuple[int, int], set[str]]]:
    """Yield the size in millimetres of each page of a PDF, and the codes a reader finds on it at 150 dots per inch."""
    for page in pypdfium2.PdfDocument(file):
        picture_of = np.array(page.render(scale=150 / 72).to_pil().convert("L"))
        width, height = (round(side / 72 * 25.4) for side in page.get_size())
        yield (width, height), {found.text for found in zxingcpp.read_barcodes(picture_of)}


def counted(page: Page, words: str) -> int:
    """Return one of the numbers on the page of badges."""
    return int(page.locator(".counter", has_text=words).first.locator("dd").inner_text())


def test_everybodys_badge_is_printed_as_a_pdf_and_by_the_browser(story: Story, tmp_path: Path) -> None:
    desk, size = organiser(story), SIZES["a4-10"]
    desk.goto(BADGES)
    wearing = counted(desk, "to wear a badge")
    press(desk, "Make a PDF")
    expect(desk.locator("#job")).to_contain_text("The PDF is ready", timeout=60_000)
    picture(desk, "badges-made")
    with desk.expect_download() as download:
        desk.get_by_role("link", name="Download").click()
    download.value.save_as(tmp_path / "made.pdf")
    made = printed(tmp_path / "made.pdf", size)

    desk.goto(BADGES)
    assert counted(desk, "not printed yet") == wearing - len(made)
    by_browser = printed_by_browser(desk, tmp_path / "browser.pdf")

    assert len(made) > 100
    assert made <= printed(by_browser, size)
    assert len(printed(by_browser, size)) == wearing
    assert story.troubles == []


def printed_by_browser(desk: Page, file: Path) -> Path:
    """Let the browser print everybody's badges, whether they are printed already or not."""
    desk.locator(".choice label", has_text="Only badges that are not printed yet").click()
    press(desk, "Print in the browser")
    heading(desk, "Badges to print")
    expect(desk.get_by_role("button", name="Print", exact=True)).to_be_visible()
    desk.pdf(path=file, prefer_css_page_size=True)
    picture(desk, "badges-in-the-browser")
    return file


def printed(file: Path, size: BadgeSize) -> set[str]:
    """Return all codes of a PDF whose pages are full sheets of a size, but perhaps the last."""
    pages = list(sheets(file))
    assert {paper for paper, _ in pages} == {tuple(round(side) for side in size.paper)}
    assert [len(codes) for _, codes in pages[:-1]] == [size.on_a_sheet] * (len(pages) - 1)
    assert pages[-1][1], "no empty page at the end"
    return set[str]().union(*(codes for _, codes in pages))


def test_a_badge_fits_a_phones_screen_and_a_label(story: Story, tmp_path: Path) -> None:
    desk = organiser(story)
    desk.goto("/o/e/pm-meetup/attendees?q=ada")
    desk.get_by_role("link", name="Ada Okafor").click()
    desk.get_by_role("link", name="Print the badge").click()
    heading(desk, "Badge to print")
    desk.get_by_role("link", name="Label of 89").click()
    desk.set_viewport_size({"width": 390, "height": 844})
    picture(desk, "badge-on-a-phone")

    assert desk.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
    desk.pdf(path=tmp_path / "label.pdf", prefer_css_page_size=True)
    assert [paper for paper, _ in sheets(tmp_path / "label.pdf")] == [(89, 41)]
    press(desk, "It is printed")
    expect(desk.locator(".page-header")).to_contain_text("Badge printed")


def test_a_choice_is_kept_when_nobody_fits(story: Story) -> None:
    desk = organiser(story)
    desk.goto(BADGES)
    choose(desk, "A4, eight of")
    desk.get_by_label("From (optional)").fill("Qx")
    press(desk, "Make a PDF")

    expect(desk.locator(".error-summary")).to_contain_text("No badge fits this choice")
    expect(desk.get_by_label("From (optional)")).to_have_value("Qx")
    expect(desk.get_by_label("A4, eight of")).to_be_checked()
