"""A command that cannot work says so in one sentence."""

import os
import subprocess
import sys
from pathlib import Path

from eventmatch.settings import ROOT


def test_a_database_out_of_reach_is_one_sentence_and_exit_code_2(tmp_path: Path) -> None:
    settings = {
        "EVENTMATCH_INSTANCE": str(tmp_path),
        "EVENTMATCH_DATABASE_URL": "postgresql://oona@127.0.0.1:1/meet",  # nobody listens on port 1
    }
    command = [sys.executable, "-m", "flask", "--app", "app", "demo", "--json"]

    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | settings, capture_output=True, text=True, timeout=60, check=False
    )

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("The database cannot be used now: ")
    assert len(done.stderr.strip().splitlines()) == 1
