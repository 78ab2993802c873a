"""How long a guest waits at a door: from the picture of a code to the answer on the screen, whatever the network does.

A real Chromium looks at a film of badges through its pretended camera, decodes them with the reader we bring, and asks
a real server; or decides alone, because the network is gone, or because it swallows every question. The roster it
decides by holds a few thousand people; what fetching it takes is measured, too. Server and browser share one machine.
"""

import argparse
import csv
import json
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from _report import keep, machine, table
from playwright.sync_api import Page, sync_playwright

sys.path.append(str(Path(__file__).parents[1]))  # a door is furnished here as the stories furnish it
devices, films, houses = (import_module(f"tests.journeys.{name}") for name in ("devices", "film", "house"))

EVENT = "pm-meetup"
SECONDS = 0.75  # each badge is held into the camera
BEFORE = 12.0  # seconds until the first one: the roster is fetched meanwhile
NETWORKS = {"works": "the server decides", "is gone": "the device decides", "swallows everything": "the device decides"}
MEASURED = """() => performance.getEntriesByName("frame to verdict").map((entry) => entry.duration)"""
FETCHED = """() => performance.getEntriesByType("resource").filter((entry) => entry.name.endsWith("/roster"))
    .map((entry) => ({ took: entry.duration, bytes: entry.encodedBodySize }))"""
COLUMNS = ("the network", "who decides", "scans", "median ms", "p95 ms", "most ms")


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=3_000)
    parser.add_argument("--badges", type=int, default=30)
    arguments = parser.parse_args()
    report: dict[str, Any] = {**machine(), "people": arguments.people, "waits": []}
    with tempfile.TemporaryDirectory() as folder, houses.running_house(Path(folder) / "house") as house:
        codes = import_people(house, Path(folder), arguments.people)
        for number, network in enumerate(NETWORKS):
            shown = codes[number * arguments.badges : (number + 1) * arguments.badges]
            with looking_at(house, shown, Path(folder)) as page:
                report["roster"] = roster(page)
                change(page, network)
                report["waits"].append({"network": network, "ms": wait_for(page, len(shown))})
    print("{cores} cores, load {load} before\n".format(**report))
    print(table(COLUMNS, [row(**waits) for waits in report["waits"]]))
    print("\nthe roster of {people:,} people: {kB:,} kB in {seconds} s".format(**report, **report["roster"]))
    keep("scanner", report)


def import_people(house: Any, folder: Path, people: int) -> list[str]:
    """Give so many people tickets, and return the codes."""
    with (folder / "people.csv").open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows(
            [("Name", "E-Mail"), *((f"Guest {n}", f"guest{n}@example.org") for n in range(people))]
        )
    house.command("import-attendees", EVENT, str(folder / "people.csv"))
    house.command("tickets", EVENT, "--output", str(folder / "tickets.csv"))
    rows = csv.DictReader((folder / "tickets.csv").read_text("utf-8").splitlines())
    return [row["code"] for row in rows if row["name"].startswith("Guest ")]


@contextmanager
def looking_at(house: Any, codes: list[str], folder: Path) -> Iterator[Page]:
    """Open a door in a browser whose camera is shown these codes, and wait until it could go on alone."""
    shown = [films.Shown(f"{house.url}/T/{code}".upper(), SECONDS) for code in codes]
    flags = films.film(shown, folder / "badges.mjpeg", before=BEFORE)
    with sync_playwright() as player:
        browser = houses.launch(player, *flags)
        page = browser.new_page(base_url=house.url)
        page.goto(json.loads(house.command("demo", "--json"))["addresses"]["door"])
        page.locator("main form button").click()
        devices.stays(page)
        yield page
        browser.close()


def roster(page: Page) -> dict[str, float]:
    """Return what fetching the roster took."""
    parts = page.evaluate(FETCHED)
    return {
        "kB": round(sum(part["bytes"] for part in parts) / 1000),
        "seconds": round(sum(part["took"] for part in parts) / 1000, 1),
    }


def change(page: Page, network: str) -> None:
    """Let the network be gone, or take every question and never answer."""
    page.context.set_offline(network == "is gone")
    if network == "swallows everything":
        page.route("**/doors/*/*", lambda _: None)


def wait_for(page: Page, scans: int) -> list[float]:
    """Return how long each guest waited."""
    for _ in range(600):
        found: list[float] = page.evaluate(MEASURED)
        if len(found) >= scans:
            return found
        page.wait_for_timeout(200)
    raise SystemExit(f"only {len(found)} of {scans} badges were answered")


def row(network: str, ms: list[float]) -> tuple[object, ...]:
    """Return one line of the table."""
    p95 = statistics.quantiles(ms, n=20)[-1]
    return network, NETWORKS[network], len(ms), *(f"{value:.0f}" for value in (statistics.median(ms), p95, max(ms)))


if __name__ == "__main__":
    main()
