"""What people do on pages, in the words of a story."""

import os
import re
import tomllib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys.house import LAPTOP, PHONE, ROOT, House, link_in, read_qr, text_of, watch

ZONE = "Europe/Berlin"
OONA = "oona.rautio@example.org"
PEOPLE = tomllib.loads((ROOT / "eventmatch/demo/people.toml").read_text(encoding="utf-8"))["person"]


def cast(key: str) -> dict[str, Any]:
    """Return what the demo says about one of its people; at one house, one story only lets each of them in."""
    [person] = [entry for entry in PEOPLE if entry["key"] == key]
    return dict(person)


@dataclass
class Story:
    """A house, the browsers people open in it, and everything that went wrong in any of them."""

    house: House
    browser: Browser
    watched: list[list[str]] = field(default_factory=list)

    def opens(self, viewport: dict[str, int] = PHONE, *, browser: Browser | None = None) -> Page:
        """Return a page of somebody's own browser, which knows nobody else's cookies."""
        context = (browser or self.browser).new_context(
            base_url=self.house.url,
            viewport={"width": viewport["width"], "height": viewport["height"]},
            accept_downloads=True,
            locale="en-GB",
        )
        context.set_default_timeout(15_000)
        page = context.new_page()
        self.watched.append(watch(page, self.house.url))
        return page

    @property
    def troubles(self) -> list[str]:
        """All that went wrong in all browsers."""
        return [trouble for page in self.watched for trouble in page]


def picture(page: Page, name: str, *, whole: bool = True) -> None:
    """Keep what somebody sees at a main moment, where a folder for it is named."""
    if folder := os.environ.get("JOURNEY_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=whole)


def press(page: Page, words: str) -> None:
    """Press the one button with exactly these words."""
    page.get_by_role("button", name=words, exact=True).click()


def heading(page: Page, words: str) -> None:
    """Wait until the page is headed by these words."""
    expect(page.locator("h1").first).to_contain_text(words)


def sign_in(story: Story, page: Page, address: str, *, then: str = "/") -> None:
    """Sign in with the six digits of the mail."""
    page.goto(f"/sign-in?next={then}")
    page.get_by_label("E-mail").fill(address)
    type_digits(story, page, address)


def type_digits(story: Story, page: Page, address: str) -> None:
    """Send for the mail and type its six digits into the browser that asked."""
    before = len(story.house.mail.messages)
    press(page, "Send me the mail")
    heading(page, "Look into your mail")
    found = re.search(r"\b\d{6}\b", text_of(story.house.mail.wait_for(address, "Sign in", after=before)))
    assert found
    page.get_by_label("Six digits").fill(found[0])
    press(page, "Sign in")
    page.wait_for_url(lambda url: "/sign-in" not in url)


def organiser(story: Story) -> Page:
    """Return the laptop of the demo's organiser; signed in once a house: ten mails go to an address."""
    page = story.opens(LAPTOP)
    if cookies := story.house.cookies:
        page.context.add_cookies(cookies)
        page.goto("/o")
    else:
        sign_in(story, page, OONA, then="/o")
        story.house.cookies = page.context.cookies()
    return page


def create_event(page: Page, name: str, **said: str) -> str:
    """Create an event that began an hour ago on the one short page, and return its short name."""
    now = datetime.now(ZoneInfo(ZONE)).replace(second=0, microsecond=0, tzinfo=None)
    page.goto("/o/events/new")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Begins").fill((now - timedelta(hours=1)).isoformat(timespec="minutes"))
    page.get_by_label("Ends").fill((now + timedelta(hours=5)).isoformat(timespec="minutes"))
    page.get_by_label("Time zone").fill(ZONE)
    for label, words in said.items():
        page.get_by_label(label).fill(words)
    press(page, "Create the event")
    heading(page, name)
    return page.url.rstrip("/").rsplit("/", 1)[-1]


def invite_device(page: Page, slug: str, name: str, *, may_override: bool = False) -> str:
    """Make a one-time link for a device at the front door and return it."""
    page.goto(f"/o/e/{slug}/devices")
    page.get_by_label("Name", exact=True).fill(name)
    if may_override:
        choose(page, "May let people in anyway")
    press(page, "Make a link")
    return page.get_by_label("Or open this link there").input_value()


def invite_kiosk(page: Page, slug: str, name: str, pin: str) -> str:
    """Make a one-time link for a kiosk that prints badges at the front door and return it."""
    page.goto(f"/o/e/{slug}/devices")
    choose(page, "Guests serve themselves at it")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_text("For a kiosk").click()
    box(page, "PIN of the kiosk").fill(pin)
    choose(page, "The kiosk prints badges")
    press(page, "Make a link")
    return page.get_by_label("Or open this link there").input_value()


def stand_at_door(page: Page, link: str) -> None:
    """Open a device's link and become the device."""
    page.goto(link)
    press(page, "Use this browser at the door")
    door_is_ready(page)


def door_is_ready(page: Page) -> None:
    """Wait until the door's scripts listen: before that a form is sent as without them and answers with a page."""
    expect(page.locator("#scan")).to_be_visible()
    page.wait_for_load_state("load")


def check(page: Page, code: str) -> None:
    """Type a code or a number at the door."""
    page.get_by_label("Code or number").fill(code)
    press(page, "Check")


def answered(page: Page, word: str, tone: str, name: str = "") -> None:
    """Wait for the door's answer: over the whole screen, then kept below the counters."""
    verdict = page.locator("body > .verdict")
    expect(verdict.locator(".word")).to_have_text(word)
    expect(verdict).to_have_attribute("data-tone", tone)
    expect(verdict.locator(".name")).to_have_text(name)
    covers(page)
    picture(page, f"door-{word}", whole=False)
    expect(verdict).to_have_count(0)
    expect(page.locator("#last .status")).to_have_text(word)
    expect(page.locator("#last .name")).to_have_text(name)


def covers(page: Page) -> None:
    """Assert that the answer hides everything else, in a colour of its own."""
    box = page.locator("body > .verdict").bounding_box()
    size = page.viewport_size
    assert box is not None
    assert size is not None
    assert (box["width"], box["height"]) == (size["width"], size["height"])


def inside(page: Page) -> int:
    """Return how many are inside, by the door's counter."""
    return int(page.locator("#counts dd").first.inner_text().partition("/")[0])


def qr_on(page: Page) -> str:
    """Read the code a page shows, from a picture of the screen."""
    return read_qr(page.locator("figure.qr").screenshot())


def box(page: Page, label: str) -> Locator:
    """Return the box with exactly this label, which may be marked as optional."""
    return page.get_by_label(re.compile(rf"^{re.escape(label)}( \(optional\))?$"))


def fill(page: Page, said: dict[str, str]) -> None:
    """Type into boxes, by their labels."""
    for label, words in said.items():
        box(page, label).fill(words)


def choose(page: Page, *lines: str) -> None:
    """Tap lines of ticks and choices; the whole line is the target."""
    for words in lines:
        page.locator(".choice label").filter(has_text=words).click()
        expect(page.get_by_label(words)).to_be_checked()


def register(story: Story, slug: str, name: str, address: str, *, button: str = "Register") -> Page:
    """Register with name and address only, follow the mail's link, and return the page one lands on."""
    page, before = story.opens(), len(story.house.mail.messages)
    page.goto(f"/e/{slug}/register")
    fill(page, {"Name": name, "E-mail": address})
    press(page, button)
    heading(page, "Look into your mail")
    return confirm(story, address, "confirm your registration", after=before)


def confirm(story: Story, address: str, subject: str, *, after: int = 0) -> Page:
    """Open the mail's link in a browser of its own, press the button, and return the own place."""
    page = story.opens()
    page.goto(link_in(story.house.mail.wait_for(address, subject, after=after), "/verify/"))
    heading(page, "Confirm")
    page.locator("main form button").click()
    page.wait_for_url("**/me")
    return page


def download(page: Page, words: str) -> bytes:
    """Follow a link that hands out a file, and return the file."""
    with page.expect_download() as waiting:
        page.get_by_role("link", name=words, exact=True).click()
    return Path(waiting.value.path()).read_bytes()
