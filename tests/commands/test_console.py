"""A command that cannot work says so in one sentence."""

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from eventmatch.commands.console import refusals
from eventmatch.settings import ROOT

CANARY = "canary@example.org"


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


def test_a_command_that_fails_names_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught, refusals():
        raise KeyError(CANARY)

    told = capsys.readouterr().err
    assert caught.value.code == 1
    assert "KeyError\n  at " in told
    assert CANARY not in told


@pytest.mark.parametrize("error", [click.UsageError("so?"), click.Abort(), click.exceptions.Exit(3)])
def test_what_click_says_by_itself_is_left_to_it(error: Exception) -> None:
    with pytest.raises(type(error)), refusals():
        raise error
