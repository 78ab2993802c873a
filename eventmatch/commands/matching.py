"""The command that matches from file to file, without a database."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Literal

import click

from eventmatch.commands.console import as_json, say
from eventmatch.domain.errors import DomainError
from eventmatch.services import matching as service
from eventmatch.services.matching import Report

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("match")
@click.argument("people", type=FILE)
@click.option("--output", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Where the lists go.")
@click.option("--suggestions", default=10, show_default=True, type=click.IntRange(1, 1000), help="Others on a list.")
@click.option(
    "--mode",
    default="mutual",
    show_default=True,
    type=click.Choice(["mutual", "capped", "ranked"]),
    help="Lists that agree with each other, or each person's best whoever lists them back.",
)
@click.option("--exclude", multiple=True, type=FILE, help="Pairs never to propose: columns a and b. May be repeated.")
@as_json
def match(
    *,
    people: Path,
    output: Path,
    suggestions: int,
    mode: Literal["mutual", "ranked"],
    exclude: tuple[Path, ...],
    as_json: bool,
) -> None:
    """Choose whom everybody in PEOPLE should meet; needs no database.

    PEOPLE is CSV with the column id and any of organisation, team, role, headline, about, interests, asks, offers,
    glad_to_help, mode, can_video, hours, languages. A name ending in .gz is gzipped.
    """
    with bar() as progress:
        try:
            report = service.from_files(
                people, output, suggestions=suggestions, mode=mode, exclude=exclude, progress=progress
            )
        except DomainError as error:
            click.echo(error.message, err=True)
            sys.exit(2)
    for warning in report.warnings:
        click.echo(warning, err=True)
    words = f"{report.people} people have {report.listings} suggestions in {output}."
    say(asdict(report) | {"output": str(output)}, as_json=as_json, words=words)


@contextmanager
def bar() -> Iterator[Report]:
    """Show progress on standard error while the block runs."""
    with click.progressbar(length=100, label="Matching", file=sys.stderr) as line:

        def progress(done: int, total: int) -> None:
            """Move the bar to where the work is."""
            line.update(done * 100 // max(total, 1) - line.pos)

        yield progress


commands = (match,)
