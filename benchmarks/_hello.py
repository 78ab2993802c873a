"""The floor under every answer: the smallest Flask application, for the same server with the same settings."""

import os

from flask import Flask

cores = sorted(os.sched_getaffinity(0))
os.sched_setaffinity(0, {cores[os.getpid() % len(cores)]})  # as in eventmatch/commands/processes.py

app = Flask(__name__)


@app.get("/")
def hello() -> str:
    """Say hello."""
    return "Hello, world!"
