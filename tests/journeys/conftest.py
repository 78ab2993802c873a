"""One house and one Chromium for all stories: each has its own event or its own people in it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

from tests.journeys.house import House, launch, running_house
from tests.journeys.pages import Story

expect.set_options(timeout=15_000)  # two busy cores


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Return a served demo event."""
    with running_house(tmp_path_factory.mktemp("house")) as running:
        yield running


@pytest.fixture(scope="session")
def player() -> Iterator[Playwright]:
    """Return what starts browsers."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(player: Playwright) -> Iterator[Browser]:
    """Return a Chromium; every person of a story gets a context of their own."""
    chromium = launch(player)
    yield chromium
    chromium.close()


@pytest.fixture
def story(house: House, browser: Browser) -> Iterator[Story]:
    """Return what one story needs; its browsers are closed afterwards."""
    telling = Story(house, browser)
    yield telling
    for context in browser.contexts:
        context.close()
