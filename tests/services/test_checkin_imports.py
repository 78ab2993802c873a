"""The door's process stays light: scans and match jobs never bring the heavy libraries into it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
DAY = """
import json, sys
from datetime import UTC, datetime

from sqlalchemy import func, select

from eventmatch.factory import create_app
from eventmatch.models.base import db
from eventmatch.models.match import Match
from eventmatch.models.scan import Scan
from eventmatch.services import database, demo

app = create_app(embedded_queue=False)
with app.app_context():
    database.upgrade()
    demo.load(now=datetime.now(UTC))
    counts = [db.session.scalar(select(func.count()).select_from(table)) for table in (Scan, Match)]
app.test_client().get("/e/pm-meetup")
if len(sys.argv) > 1:
    import eventmatch.matching
libraries = ("sklearn", "scipy", "numpy", "joblib", "openpyxl", "xlsxwriter", "fpdf", "fontTools", "uharfbuzz")
heavy = [name for name in libraries if name in sys.modules]
print(json.dumps({"scans": counts[0], "matches": counts[1], "heavy": heavy}))
"""


def live_a_day(folder: Path, *words: str) -> dict[str, Any]:
    """Load the demo with its real scans and its match job, and say which libraries came in."""
    environ = os.environ | {"EVENTMATCH_INSTANCE": str(folder)}
    done = subprocess.run(
        [sys.executable, "-c", DAY, *words], cwd=ROOT, env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout.splitlines()[-1]))


def test_neither_scans_nor_a_match_job_bring_heavy_libraries_in(tmp_path: Path) -> None:
    lived = live_a_day(tmp_path)

    assert lived["heavy"] == []
    assert (lived["scans"], lived["matches"] > 100) == (37, True)


def test_the_check_sees_the_libraries_when_they_are_there(tmp_path: Path) -> None:
    lived = live_a_day(tmp_path, "with matching")

    assert {"sklearn", "scipy", "numpy"} <= set(lived["heavy"])
