"""Serving: `up` to try eventmatch, `serve` for real events, and `work` for what happens beside the requests."""

import os
from collections.abc import Callable
from urllib.parse import urlsplit

import click
from flask import Flask
from flask.cli import ScriptInfo

from eventmatch.commands import server
from eventmatch.commands.console import now, refusals, refuse
from eventmatch.commands.demo import lines
from eventmatch.commands.plain import plain_door
from eventmatch.commands.processes import alone, end_with, log_to_standard_error
from eventmatch.commands.secure import secured
from eventmatch.commands.server import Place
from eventmatch.domain.addresses import trust_path
from eventmatch.services import database, demo, jobs, set_up, trust
from eventmatch.settings import Settings

ONE_WRITER = (
    "SQLite has one writer, so one server process is right for it; for several, keep the data in PostgreSQL "
    "(EVENTMATCH_DATABASE_URL=postgresql://…)."
)
NO_CAMERA = (
    "Phones lend their camera to https addresses only: over http a door device on another machine can type codes "
    "but not scan them. `flask --app app certificate {host}` makes https possible here."
)
TRUST_FIRST = "Phones and laptops that do not trust this server yet begin at {address}\nand compare this fingerprint:"
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
    place = _place(app, port, lan=lan, secure=lan)
    with app.app_context(), refusals():
        database.upgrade()
        if not demo.has_events():
            demo.load(now=now())
    _serve(app, place, when_answering=lambda: _greet(app, place))


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
    place = _place(app, port, lan=lan, secure=True)
    with app.app_context(), refusals():
        database.upgrade()
    _serve(app, place, workers=workers, when_answering=lambda: _say_where(place))


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


def _place(app: Flask, port: int, *, lan: bool, secure: bool) -> Place:
    """Choose where to listen and what to call it, and tell the processes beside us; refuse a port that is taken."""
    settings, host = _settings(app), server.lan_address() if lan else "127.0.0.1"
    chosen = "EVENTMATCH_BASE_URL" in os.environ or urlsplit(settings.base_url).hostname != "127.0.0.1"
    configured = settings.base_url if chosen else ""
    place = Place(server.EVERYWHERE if lan else host, port, configured or f"http://{host}:{port}")
    place = secured(place, settings, configured=configured) if secure else place
    os.environ["EVENTMATCH_BASE_URL"] = place.base_url
    if (trouble := server.trouble_with(place)) is not None:
        refuse(trouble)
    return place


def _serve(app: Flask, place: Place, *, workers: int = 1, when_answering: Callable[[], None]) -> None:
    """Serve until told to stop; beside https also what a phone needs that does not trust us yet."""
    with app.app_context():
        database.let_go()
    beside = plain_door(place) if place.tls else server.NOTHING_BESIDE
    server.serve(place, workers=workers, beside=beside, when_answering=when_answering)


def _greet(app: Flask, place: Place) -> None:
    """Print fresh addresses to try, now that they answer."""
    with app.app_context(), refusals():
        links = demo.links(now=now()) if demo.is_loaded() else []
    click.echo(lines(links, place.base_url) if links else f"{NO_DEMO} {place.base_url}")
    _say_where(place)


def _say_where(place: Place) -> None:
    """Say on standard error what a person at the terminal wants to know; the addresses alone are for the others."""
    click.echo(f"Serving on {place.base_url}; Ctrl-C ends it.", err=True)
    here = server.lan_address() if place.host == server.EVERYWHERE else place.host
    first = f"http://{here}:{place.plain_port}{trust_path()}" if place.tls else place.base_url
    if place.host == server.EVERYWHERE:
        click.echo(set_up.terminal_picture(first), err=True)
        if not place.base_url.startswith("https://"):
            click.echo(NO_CAMERA.format(host=here), err=True)
    if place.tls and (authority := trust.authority(place.tls)):
        click.echo(f"{TRUST_FIRST.format(address=first)}\n{authority.fingerprint}", err=True)


commands = (up, serve, work)
