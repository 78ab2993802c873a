"""The door's page as an app that stays when the network goes: its worker, the files that keeps, and its manifest."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from flask import Blueprint, Response, current_app, url_for
from flask.typing import ResponseReturnValue

from eventmatch.domain.permissions import Action
from eventmatch.services import door as service
from eventmatch.web.access import current_actor, declares
from eventmatch.web.clock import utcnow

pages = Blueprint("door", __name__)

FILES = "X-Door-Files"  # tells the worker whether what it keeps fits the page
KEPT = ("css/*.css", "js/*.js", "img/*", "vendor/@noble/**/*.js", "vendor/idb/*.js", "vendor/zxing-wasm/**/*.*")
WORKER = "js/door-worker.js"
ICONS = (("img/icon-192.png", "192x192"), ("img/icon-512.png", "512x512"))


@dataclass(frozen=True, slots=True)
class Files:
    """What the page is made of, and a version that changes with any of it."""

    names: tuple[str, ...]
    version: str


def files_now() -> Files:
    """Return the files of the page as they are now."""
    root = Path(current_app.static_folder or "")
    return _files(root, tuple(_stamps(root)))


def _stamps(root: Path) -> Iterator[tuple[str, int]]:
    """Yield each file with the moment it was written."""
    for path in sorted({path for pattern in KEPT for path in root.glob(pattern) if path.is_file()}):
        yield path.relative_to(root).as_posix(), path.stat().st_mtime_ns


@lru_cache(maxsize=1)
def _files(root: Path, stamps: tuple[tuple[str, int], ...]) -> Files:
    """Read the files anew when one was written: all servers of one installation must come to the same version."""
    whole = sha256()
    for name, _ in stamps:
        whole.update(name.encode() + sha256((root / name).read_bytes()).digest())
    return Files(tuple(name for name, _ in stamps), whole.hexdigest()[:16])


@pages.get("/doors/worker.js")
@declares(Action.READ_PUBLIC)
def worker() -> ResponseReturnValue:
    """Give the worker of all doors, headed by the files it keeps."""
    files = files_now()
    kept = [url_for("static", filename=name) for name in files.names if name != WORKER]
    head = f"const VERSION = {json.dumps(files.version)};\nconst FILES = {json.dumps(kept)};\n"
    code = (Path(current_app.static_folder or "") / WORKER).read_text("utf-8")
    return Response(head + code, mimetype="text/javascript")


@pages.get("/doors/<int:door_id>/manifest.webmanifest")
@declares(Action.SCAN)
def manifest(door_id: int) -> ResponseReturnValue:
    """Say how a door looks as an app of its own."""
    here = service.look(door_id, by=current_actor(), now=utcnow())
    icons = [
        {"src": url_for("static", filename=name), "sizes": sizes, "type": "image/png", "purpose": "any maskable"}
        for name, sizes in ICONS
    ]
    address = url_for("checkin.door", door_id=door_id)
    about = {"name": f"{here.name} · {here.event}", "short_name": here.name, "id": address, "start_url": address}
    looks = {"display": "standalone", "background_color": "#f8f5f3", "theme_color": "#7a2c6d", "icons": icons}
    scope = address.removesuffix(str(door_id))
    return Response(json.dumps(about | looks | {"scope": scope}), mimetype="application/manifest+json")
