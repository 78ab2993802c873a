"""What the repository holds: the papers a newcomer looks for, and nothing about where it was written."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HOME = re.compile(r"(?<![\w.}/:-])/(?:work|root|home|Users)/[\w.]")  # somebody's own folders
REGISTRIES = ("registry.npm" + "js.org", "files.python" + "hosted.org", "pypi.org" + "/simple")  # split, or found here
PAPERS = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "docs/decisions/0001-floors.md")


def tracked() -> list[Path]:
    """Return the text files git knows; outside a clone there is nothing to say."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("not a git clone")
    names = subprocess.run([git, "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    return [path for name in names.split("\0") if name and (path := ROOT / name).is_file()]


def text_of(path: Path) -> str:
    """Return a file's text; pictures have none."""
    content = path.read_bytes()
    return "" if b"\0" in content else content.decode("utf-8")


def test_no_file_names_a_folder_of_one_machine() -> None:
    assert [path for path in tracked() if HOME.search(text_of(path))] == []


def test_no_file_names_a_package_registry() -> None:
    assert [path for path in tracked() if any(host in text_of(path) for host in REGISTRIES)] == []


@pytest.mark.parametrize("folder", ["work", "root", "home"])
@pytest.mark.parametrize("text", ["open('/{}/x')", "see /{}/ada", "path=/{}/main"])
def test_a_folder_of_one_machine_would_be_seen(text: str, folder: str) -> None:
    assert HOME.search(text.format(folder))


@pytest.mark.parametrize("text", ["https://example.org/home/ada", "static/work/x", "{{ base }}/home/x"])
def test_an_address_is_no_folder(text: str) -> None:
    assert not HOME.search(text)


@pytest.mark.parametrize("name", PAPERS)
def test_a_newcomer_finds(name: str) -> None:
    assert (ROOT / name).read_text(encoding="utf-8").strip()


def test_what_is_left_behind_by_running_is_not_tracked() -> None:
    ours = {path.relative_to(ROOT).as_posix() for path in tracked()}

    assert [name for name in ours if name.startswith(("instance/", "static/vendor/", ".venv/"))] == [
        "instance/.gitignore"
    ]


def test_the_contributors_page_knows_every_floor() -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    floors = {path.relative_to(ROOT / "eventmatch").parts[0] for path in (ROOT / "eventmatch").glob("*/**/*.py")}

    assert [floor for floor in floors if f"`{floor}" not in page] == []
