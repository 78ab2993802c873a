"""Runs a measurement in a process of its own, so that its time and its memory are nobody else's."""

import json
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def apart(program: str, **order: object) -> dict:
    """Let the program beside this file do what is ordered: JSON in, JSON out."""
    command = [sys.executable, str(HERE / program), json.dumps(order)]
    paths = os.pathsep.join([str(HERE.parent), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": paths}
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)  # noqa: S603 - our own program
    return json.loads(done.stdout)
