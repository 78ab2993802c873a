"""What we depend on is pinned, explained, and locked by hash."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PIN = re.compile(r"(?P<name>[A-Za-z0-9-]+)(?:\[[a-z]+\])?==(?P<version>[\w.]+)(?P<reason>\s+# .+)?")


def pins(file: str) -> list[re.Match[str]]:
    """Return the requirements of a file; every line that is no heading must be one."""
    lines = [line for line in (ROOT / file).read_text("utf-8").splitlines() if line and line[0] not in "#-"]
    found = [PIN.fullmatch(line) for line in lines]
    assert None not in found, lines[found.index(None)]
    return [pin for pin in found if pin]


def test_each_requirement_says_why() -> None:
    assert [pin["name"] for pin in pins("requirements.txt") if not pin["reason"]] == []


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_nothing_is_required_twice(file: str) -> None:
    names = [pin["name"].lower() for pin in pins(file)]

    assert sorted(set(names)) == sorted(names)


def test_the_lock_file_follows_the_requirements() -> None:
    locked = (ROOT / "requirements.lock").read_text("utf-8")
    asked = [f"{pin['name'].lower()}=={pin['version']}" for pin in pins("requirements.txt")]

    assert [pin for pin in asked if not re.search(rf"^{re.escape(pin)} .*\\$", locked, re.MULTILINE)] == [], "make lock"


def test_every_browser_package_is_locked_by_hash_and_by_no_address() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    fetched = {name: about for name, about in packages.items() if name}

    assert fetched
    assert [name for name, about in fetched.items() if "integrity" not in about or "resolved" in about] == []
