"""`signing-keys`: the keys that make an event's signed tickets, for whoever runs the server."""

from typing import Any

import click
from flask import current_app

from eventmatch.commands.console import as_json, command, now, say
from eventmatch.services import signing
from eventmatch.services.signing import KeyLine


@command("signing-keys")
@click.argument("event")
@click.option("--new", is_flag=True, help="Sign with a new key from now on; what the old ones signed stays good.")
@click.option("--withdraw", type=click.IntRange(0, 255), help="Believe nothing signed with this stolen key any more.")
@as_json
def signing_keys(event: str, withdraw: int | None, *, new: bool, as_json: bool) -> None:
    """List the signing keys of EVENT, after changing them as asked."""
    site = current_app.config["EVENTMATCH"].site
    if new:
        signing.renew(event, site=site, now=now())
    if withdraw is not None:
        signing.withdraw(event, withdraw, site=site, now=now())
    found = signing.keys(event)
    words = "\n".join(map(_line, found)) or "No keys yet: the event's page has a button that begins to sign tickets."
    say([_value(key) for key in found], as_json=as_json, words=words)


def _line(key: KeyLine) -> str:
    """Say how one key stands."""
    state = "signs" if key.signs else "verifies"
    return f"key {key.number}, made {key.created_at:%Y-%m-%d}: {'withdrawn' if key.withdrawn_at else state}"


def _value(key: KeyLine) -> dict[str, Any]:
    """Return one key for a program."""
    moments = {"created_at": key.created_at.isoformat(), "withdrawn_at": None}
    if key.withdrawn_at:
        moments["withdrawn_at"] = key.withdrawn_at.isoformat()
    return {"number": key.number, "signs": key.signs, **moments}


commands = (signing_keys,)
