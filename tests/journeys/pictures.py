"""The README's pictures, taken from a fresh demo: `python -m tests.journeys.pictures`."""

import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.journeys.house import LAPTOP, PHONE, ROOT, House, launch, running_house
from tests.journeys.pages import Story, cast, check, invite_device, organiser, sign_in, stand_at_door

FOLDER = ROOT / "docs" / "pictures"
EVENT = "/e/pm-meetup"


def take(page: Page, name: str) -> None:
    """Keep what fits on the screen."""
    page.wait_for_timeout(400)  # the door's answer has come to rest
    page.screenshot(path=FOLDER / f"{name}.png")


def main(house: House) -> None:
    """Walk through the main moments."""
    with sync_playwright() as playwright:
        story = Story(house, launch(playwright))
        desk = organiser(story)
        door, ada = story.opens(PHONE), story.opens(PHONE)
        stand_at_door(door, invite_device(desk, "pm-meetup", "Phone at the door"))
        person = cast("ada")
        sign_in(story, ada, person["email"], then=f"{EVENT}/people")
        ada.goto(f"{EVENT}/people")
        take(ada, "people")
        check(door, person["ticket_code"])
        take(door, "door")
        desk.set_viewport_size({"width": LAPTOP["width"], "height": LAPTOP["height"]})
        desk.goto("/o/e/pm-meetup")
        take(desk, "desk")


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary, running_house(Path(temporary)) as running:
        main(running)
