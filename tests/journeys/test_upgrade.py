"""The server is upgraded on the morning of the event: doors go on, and have the new page at their next look."""

import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.devices import lets_in, stays
from tests.journeys.house import ROOT, running_house
from tests.journeys.pages import Story, cast, door_is_ready, invite_device, organiser, stand_at_door

pytestmark = pytest.mark.browser

PROGRAM = ("app.py", "eventmatch", "templates", "static")
NEW = "\ndocument.documentElement.dataset.upgraded = 'yes';\n"
KEPT = "async () => (await caches.keys()).filter((name) => name.startsWith('door-files-'))"


def test_upgraded_server_brings_its_page_to_doors_that_never_stop(browser: Browser, tmp_path: Path) -> None:
    root = copied(tmp_path / "program")
    with running_house(tmp_path / "house", root=root) as house:
        story = Story(house, browser)
        page = story.opens()
        stand_at_door(page, invite_device(organiser(story), "pm-meetup", "Phone"))
        stays(page)
        [before] = page.evaluate(KEPT)
        with (root / "static/js/scan-signals.js").open("a") as script:
            script.write(NEW)

        lets_in(page, cast("emeka")["ticket_code"], cast("emeka")["name"])
        page.reload()
        door_is_ready(page)
        lets_in(page, cast("hiro")["ticket_code"], cast("hiro")["name"])
        is_new(page)
        after = replaced(page, before)
        page.context.set_offline(True)
        page.reload()
        lets_in(page, cast("chidi")["ticket_code"], cast("chidi")["name"])
        is_new(page)

        assert page.evaluate(KEPT) == [after]
        assert story.troubles == []
        for context in browser.contexts:
            context.close()


def copied(root: Path) -> Path:
    """Copy the program, so that it can be changed."""
    root.mkdir()
    for name in PROGRAM:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, root / name)
    return root


def is_new(page: Page) -> None:
    """Assert that the page runs the upgraded script."""
    assert page.evaluate("document.documentElement.dataset.upgraded") == "yes"


def replaced(page: Page, before: str) -> str:
    """Wait until the files kept are others, all of one version, and return the name they are kept under."""
    for _ in range(100):
        kept = page.evaluate(KEPT)
        if len(kept) == 1 and kept != [before]:
            assert re.fullmatch(r"door-files-\w{16}", kept[0])
            return str(kept[0])
        page.wait_for_timeout(100)
    raise AssertionError(f"still {before}")
