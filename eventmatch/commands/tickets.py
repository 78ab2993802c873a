"""`tickets`: the tickets that admit, into a file only its owner may read."""

import os
from pathlib import Path

import click
from flask import current_app

from eventmatch.commands.console import as_json, command, now, refuse, say
from eventmatch.services.ticket_list import admissible_tickets


@command("tickets")
@click.argument("event")
@click.option("--output", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The CSV file to write.")
@click.option("--not-checked-in", is_flag=True, help="Leave out those who have come already.")
@as_json
def tickets(event: str, output: Path, *, not_checked_in: bool, as_json: bool) -> None:
    """Write name, code and address of every ticket of EVENT that admits; the log keeps that you did."""
    site = current_app.config["EVENTMATCH"].site
    found = admissible_tickets(event, not_checked_in=not_checked_in, site=site, now=now())
    try:
        _write(output, found.csv)
    except OSError as error:
        refuse(f"{output} cannot be written: {error.strerror}.")
    words = f"{found.count} tickets in {output}, with addresses under {site.base_url}"
    say({"tickets": found.count, "file": str(output)}, as_json=as_json, words=words)


def _write(output: Path, content: bytes) -> None:
    """Write the file for its owner's eyes only, also where it was there before."""
    with os.fdopen(os.open(output, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(content)


commands = (tickets,)
