"""Scanners at doors: a browser with a profile of its own that lies on the disk, and what it keeps there."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, Playwright, expect

from tests.journeys.house import PHONE, QUIET, House, chromium

STORED = """async () => {
  const asked = (request) => new Promise((done) => { request.onsuccess = () => done(request.result); });
  const plain = (name, value) => (value instanceof ArrayBuffer ? Array.from(new Uint8Array(value)) : value);
  const found = [JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie];
  for (const { name } of await indexedDB.databases()) {
    const database = await asked(indexedDB.open(name));
    for (const place of database.objectStoreNames) {
      const all = database.transaction(place).objectStore(place);
      found.push(JSON.stringify(await asked(all.getAll()), plain), JSON.stringify(await asked(all.getAllKeys())));
    }
    database.close();
  }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) found.push(request.url, await (await cache.match(request)).text());
  }
  return found.join("\\n");
}"""
READY = """async () => Boolean(await caches.match(location.pathname))
    && document.querySelector("#edge .state").textContent === document.getElementById("edge").dataset.online"""
COUNT = """async (place) => {
  const asked = (request) => new Promise((done) => { request.onsuccess = () => done(request.result); });
  const database = await asked(indexedDB.open("eventmatch-door"));
  const rows = await asked(database.transaction(place).objectStore(place).count());
  database.close();
  return rows;
}"""


@contextmanager
def device(player: Playwright, house: House, profile: Path, *, offline: bool = False) -> Iterator[BrowserContext]:
    """Start a browser with this profile; what it keeps is there the next time."""
    context = player.chromium.launch_persistent_context(
        profile,
        executable_path=chromium(),
        args=QUIET,
        base_url=house.url,
        viewport={"width": PHONE["width"], "height": PHONE["height"]},
        locale="en-GB",
        offline=offline,
    )
    context.set_default_timeout(15_000)
    yield context
    context.close()


def stays(page: Page) -> None:
    """Wait until a door's page can do without network: the page is kept, and the roster is there."""
    for _ in range(150):
        if page.evaluate(READY):
            return
        page.wait_for_timeout(200)
    raise AssertionError(f"not ready: {page.locator('#edge').inner_text()}")


def rows(page: Page, place: str) -> int:
    """Return how many rows a device keeps in one place."""
    found: int = page.evaluate(COUNT, place)
    return found


def stored(page: Page) -> str:
    """Return everything the browser keeps for our address, keys aside."""
    found: Any = page.evaluate(STORED)
    return str(found)


def lets_in(page: Page, code: str, name: str) -> None:
    """Type a code with a guest behind it already waiting, and see who is let in."""
    page.get_by_label("Code or number").fill(code)
    page.keyboard.press("Enter")
    expect(page.locator("#last .name")).to_have_text(name)
    expect(page.locator("#last .status")).to_have_text("Welcome")


def handed_in(page: Page) -> None:
    """Wait until nothing waits any more."""
    expect(page.locator("#edge .state")).to_have_text("Online", timeout=40_000)
    for _ in range(100):  # the page is online before the server has taken everything
        if rows(page, "queue") == 0:
            return
        page.wait_for_timeout(100)
    assert rows(page, "queue") == 0


def on_disk(folder: Path) -> bytes:
    """Return every byte of every file below a folder."""
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink())


def spellings(word: str) -> list[bytes]:
    """Return the bytes in which a word may stand in a file."""
    return [word.encode(), word.encode("utf-16-le"), word.encode("latin-1", "replace")]
