"""Serving with a certificate of our own, if there is one that fits."""

import os
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from eventmatch.commands.console import now, refuse

if TYPE_CHECKING:
    from eventmatch.commands.server import Place
    from eventmatch.services.certificates import ServerCertificate
    from eventmatch.settings import Settings

HTTPS = 443
ENDED = "The certificate for {names} ended on {end:%Y-%m-%d}. `flask --app app certificate {names}` makes a new one."
ENDS_SOON = "The certificate ends on {end:%Y-%m-%d}; `flask --app app certificate {names}` makes the next one."
NOT_FOR_US = "The certificate is for {names} and not for {host}, as EVENTMATCH_BASE_URL has it: serving without it."


def secured(place: "Place", settings: "Settings", *, configured: str) -> "Place":
    """Return a place with the certificate that was made for it, under its name unless another one is configured.

    The processes beside us are told to answer to all its names.
    """
    if not (settings.tls / "server.crt").exists():
        return place
    from eventmatch.services import certificates  # heavy, and most servers have none

    found = certificates.current(settings.tls)
    if found is None or not _fits(found, configured, soon=certificates.SOON):
        return place
    names = dict.fromkeys([*settings.allowed_hosts, *(name for name in found.names if ":" not in name)])
    os.environ["EVENTMATCH_ALLOWED_HOSTS"] = ",".join(names)
    return replace(place, base_url=_address(configured, found.names[0], place.port), tls=settings.tls)


def _fits(found: "ServerCertificate", configured: str, *, soon: timedelta) -> bool:
    """Tell whether a certificate is for where people reach us; say when it ends soon, refuse one that has ended."""
    words, left = {"names": " ".join(found.names), "end": found.ends_at}, found.ends_at - now()
    if configured and (host := urlsplit(configured).hostname) not in found.names:
        click.echo(NOT_FOR_US.format(**words, host=host), err=True)
        return False
    if left <= timedelta():
        refuse(ENDED.format(**words))
    if left < soon:
        click.echo(ENDS_SOON.format(**words), err=True)
    return True


def _address(configured: str, name: str, port: int) -> str:
    """Return the https address of a server."""
    if configured:
        return f"https://{configured.partition('://')[2]}"
    host = f"[{name}]" if ":" in name else name
    return f"https://{host}" if port == HTTPS else f"https://{host}:{port}"
