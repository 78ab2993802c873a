"""How pages are written: short, escaped, and without a line of script or style inside the markup."""

import re
from collections.abc import Iterator
from pathlib import Path

from tests.rules.house import House

TEMPLATE_LINES = 120
SCRIPT_LINES = 80
SCANNER_LINES = 250
STYLE_LINES = 600  # all style sheets together
TRUSTED = "templates/_svg.html"  # the one template that may print markup made by us

_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
_JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_UNESCAPED = re.compile(r"\|\s*safe\b|\{%-?\s*autoescape\s+false")
_INLINE = {
    "a script": re.compile(r"<script\b(?![^>]*\bsrc\s*=)", re.IGNORECASE),
    "a style element": re.compile(r"<style\b", re.IGNORECASE),
    "a style attribute": re.compile(r"\sstyle\s*=", re.IGNORECASE),
    "an event handler": re.compile(r"\s(?:hx-)?on[a-z:]+\s*=", re.IGNORECASE),
    "a script address": re.compile(r"=\s*[\"']?\s*(?:javascript|js):", re.IGNORECASE),
}
_PASSED = re.compile(r"[(,]\s*(?:style|on[a-z]+)\s*=")  # handed to a field or macro that makes an attribute of it


def keeps_templates_short(house: House) -> Iterator[str]:
    """A template shows one thing."""
    yield from _too_long(house, house.files("templates/**/*"), TEMPLATE_LINES)


def keeps_scripts_short(house: House) -> Iterator[str]:
    """A script does what its name says; the scanner, and what it does without network, says more."""
    scripts = house.files("static/**/*.js")
    scanner = [path for path in scripts if path.stem.startswith(("scan", "door-", "offline-"))]
    yield from _too_long(house, scanner, SCANNER_LINES)
    yield from _too_long(house, [path for path in scripts if path not in scanner], SCRIPT_LINES)


def keeps_styles_short(house: House) -> Iterator[str]:
    """All style sheets together stay small."""
    if (size := sum(map(_length, house.files("static/**/*.css")))) > STYLE_LINES:
        yield f"static has {size} lines of style, more than {STYLE_LINES}"


def escapes_everything(house: House) -> Iterator[str]:
    """One template may print markup; everywhere else what people typed stays text."""
    for path, text in _templates(house):
        if str(path) != TRUSTED and _UNESCAPED.search(text):
            yield f"{path} prints something unescaped"


def keeps_code_out_of_markup(house: House) -> Iterator[str]:
    """No inline script, style or handler: the Content-Security-Policy forbids them anyway."""
    for path, text in _templates(house):
        markup = _JINJA.sub('""', text)
        yield from (f"{path} has {what} inside the markup" for what, found in _INLINE.items() if found.search(markup))
        if any(_PASSED.search(expression) for expression in _JINJA.findall(text)):
            yield f"{path} makes an attribute of style or script"


def _templates(house: House) -> Iterator[tuple[Path, str]]:
    """Yield every template with its text, comments left out."""
    for path in house.files("templates/**/*"):
        yield house.short(path), _COMMENT.sub("", path.read_text(encoding="utf-8"))


def _too_long(house: House, paths: list[Path], limit: int) -> Iterator[str]:
    """Name the files with more lines than they may have."""
    for path in paths:
        if (size := _length(path)) > limit:
            yield f"{house.short(path)} has {size} lines, more than {limit}"


def _length(path: Path) -> int:
    """Count the lines of a file."""
    return len(path.read_text(encoding="utf-8").splitlines())
