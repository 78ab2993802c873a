"""The command that makes a team and its owner."""

import click
from flask import current_app

from eventmatch.commands.console import as_json, command, now, say
from eventmatch.domain.addresses import absolute
from eventmatch.services import set_up


@command("init")
@click.option("--organiser", required=True, help="The team that runs events, such as “Loose Ends”.")
@click.option("--owner", required=True, help="The e-mail address of the person who owns it.")
@click.option("--name", default="", help="That person's name.")
@as_json
def init(organiser: str, owner: str, name: str, *, as_json: bool) -> None:
    """Make a team and its owner, and print a sign-in link; again: only a fresh link."""
    begun = set_up.start(organiser, owner, name=name, now=now())
    address = absolute(current_app.config["EVENTMATCH"].base_url, begun.path)
    value = {"organiser": begun.organiser, "owner": begun.owner, "created": begun.created, "sign_in": address}
    say(value, as_json=as_json, words=f"{begun.owner} signs in for {begun.organiser} within 15 minutes at\n{address}")


commands = (init,)
