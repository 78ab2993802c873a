"""Serving: `up` to try eventmatch, `serve` for real events, and `work` for what happens beside the requests."""

import os
from urllib.parse import urlsplit

import click
from flask import Flask
from flask.cli import ScriptInfo

from eventmatch.commands import server
from eventmatch.commands.console import now, refusals, refuse
from eventmatch.commands.demo import lines
from eventmatch.commands.processes import alone, end_with, log_to_standard_error
from eventmatch.commands.server import Place
from eventmatch.services import database, demo, jobs, set_up
from eventmatch.settings import Settings

ONE_WRITER = (
    "SQLite has one writer, so one server process is right for it; for several, keep the data in PostgreSQL "
    "(EVENTMATCH_DATABASE_URL=postgresql://…)."
)
NO_CAMERA = (
    "Phones lend their camera to https addresses only: over http a door device on another machine can type codes "
    "but not scan them."
)
NO_DEMO = "This database has events of its own, so the demo was not added; it serves on"

port_option = click.option(
    "--port", type=click.IntRange(1, 65535), envvar="PORT", default=5000, show_default=True, help="Where to listen."
)
lan_option = click.option("--lan", is_flag=True, help="Listen on the network, not only on this machine.")


@click.command("up")
@port_option
@lan_option
@click.pass_obj
def up(info: ScriptInfo, port: int, *, lan: bool) -> None:
    """Try eventmatch: load the demo event where there is no event yet, serve, and print fresh addresses."""
    app = info.load_app()
    place = _place(app, port, lan=lan)
    with app.app_context(), refusals():
        database.upgrade()
        if not demo.has_events():
            demo.load(now=now())
    server.serve(place, when_answering=lambda: _greet(app, place))


@click.command("serve")
@port_option
@lan_option
@click.option(
    "--workers", type=click.IntRange(1), default=1, show_default=True, help="Processes; more need PostgreSQL."
)
@click.pass_obj
def serve(info: ScriptInfo, port: int, workers: int, *, lan: bool) -> None:
    """Serve your own events, as in production."""
    app = info.load_app()
    if workers > 1 and _settings(app).database_url.startswith("sqlite"):
        refuse(ONE_WRITER)
    place = _place(app, port, lan=lan)
    with app.app_context(), refusals():
        database.upgrade()
    server.serve(place, workers=workers, when_answering=lambda: _say_where(place))


@click.command("work")
@click.option("--beside", type=int, hidden=True, help="The process whose end is ours.")
@click.pass_obj
def work(info: ScriptInfo, beside: int | None) -> None:
    """Send mail and run jobs; `serve` and `up` do so by themselves."""
    if beside is not None:
        end_with(beside)
    log_to_standard_error()
    app = info.load_app()
    with alone(_settings(app).instance / "work.lock"):
        with app.app_context(), refusals():
            database.upgrade()
            jobs.take_up_again()
        app.extensions["queue"].work()


def _settings(app: Flask) -> Settings:
    """Return what this installation is set to."""
    settings: Settings = app.config["EVENTMATCH"]
    return settings


def _place(app: Flask, port: int, *, lan: bool) -> Place:
    """Choose where to listen and what to call it, and tell the processes beside us; refuse a port that is taken."""
    host = server.lan_address() if lan else "127.0.0.1"
    base_url = _settings(app).base_url
    if urlsplit(base_url).hostname == "127.0.0.1" and "EVENTMATCH_BASE_URL" not in os.environ:
        base_url = os.environ["EVENTMATCH_BASE_URL"] = f"http://{host}:{port}"
    place = Place(server.EVERYWHERE if lan else host, port, base_url)
    if (trouble := server.trouble_with(place)) is not None:
        refuse(trouble)
    return place


def _greet(app: Flask, place: Place) -> None:
    """Print fresh addresses to try, now that they answer."""
    with app.app_context(), refusals():
        links = demo.links(now=now()) if demo.is_loaded() else []
    click.echo(lines(links, place.base_url) if links else f"{NO_DEMO} {place.base_url}")
    _say_where(place)


def _say_where(place: Place) -> None:
    """Say on standard error what a person at the terminal wants to know; the addresses alone are for the others."""
    click.echo(f"Serving on {place.base_url}; Ctrl-C ends it.", err=True)
    if place.host == server.EVERYWHERE:
        click.echo(set_up.terminal_picture(place.base_url), err=True)
        if not place.base_url.startswith("https://"):
            click.echo(NO_CAMERA, err=True)


commands = (up, serve, work)
