"""`certificate`: https on a venue's network, where nobody else vouches for this machine."""

from pathlib import Path
from urllib.parse import urlsplit

import click
from flask.cli import ScriptInfo

from eventmatch.commands.console import as_json, now, refusals, say
from eventmatch.services import trust

NEXT = """\
Certificate for {names}, until {until}.

1. These names must lead to this machine on the venue's network.
2. Start the server with `make serve LAN=1`: it speaks https now, and shows where phones learn to trust it.
3. On each phone or laptop at a door compare this fingerprint:
   {fingerprint}
4. Mails and other commands name the same address with this line in {settings}:
   base_url = "https://{first}:{port}"

Whoever has the keys in {folder} can pose as this server.
Run this again before the certificate ends: phones go on trusting it."""


@click.command("certificate")
@click.argument("names", metavar="HOSTNAME...", nargs=-1, required=True)
@click.option(
    "--days", type=click.IntRange(1, 397), default=397, show_default=True, help="How long it lasts; browsers allow 397."
)
@as_json
@click.pass_obj
def certificate(info: ScriptInfo, names: tuple[str, ...], days: int, *, as_json: bool) -> None:
    """Make a certificate for what this machine is called on the network: host names and IP addresses.

    The first HOSTNAME is the one people are sent to. The authority behind it is made once and kept; phones that
    trust it trust later certificates, too.
    """
    from eventmatch.services import certificates  # the library for certificates is heavy, and this alone needs it

    settings = info.load_app().config["EVENTMATCH"]
    with refusals():
        made = certificates.make(settings.tls, names, days=days, now=now())
    fingerprint = _fingerprint(settings.tls)
    words = NEXT.format(
        names=", ".join(made.names),
        port=urlsplit(settings.base_url).port or 5000,
        first=f"[{made.names[0]}]" if ":" in made.names[0] else made.names[0],
        until=f"{made.ends_at:%Y-%m-%d}",
        fingerprint=fingerprint,
        settings=settings.instance / "settings.toml",
        folder=settings.tls,
    )
    value = {"names": made.names, "ends_at": made.ends_at.isoformat(), "fingerprint": fingerprint}
    say(value | {"folder": str(settings.tls)}, as_json=as_json, words=words)


def _fingerprint(folder: Path) -> str:
    """Return what people compare."""
    found = trust.authority(folder)
    return found.fingerprint if found is not None else ""


commands = (certificate,)
