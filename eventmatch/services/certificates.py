"""Certificates of one's own: an authority made once, and server certificates that phones believe through it."""

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from eventmatch.domain.errors import Conflict, Invalid
from eventmatch.formats import certificate
from eventmatch.formats.certificate import LONGEST, Pair

HERE = ("localhost", "127.0.0.1")  # so that the server can ask itself
SOON = timedelta(days=30)  # before the end is when to do something about it
_LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"(?=.{{1,253}}$)({_LABEL}\.)*(?![0-9]+$){_LABEL}")


@dataclass(frozen=True, slots=True)
class ServerCertificate:
    """What a server of ours can prove to be, and until when."""

    names: tuple[str, ...]  # the first one is what it is called by
    ends_at: datetime


def make(folder: Path, names: Iterable[str], *, days: int = LONGEST, now: datetime) -> ServerCertificate:
    """Make a server certificate, and the authority behind it where there is none.

    Raises
    ------
    Invalid
        If something is no host name or address.
    Conflict
        If the authority made earlier cannot vouch for these names, or not for long.
    """
    wanted = tuple(dict.fromkeys([*map(_clean, names), *HERE]))
    folder.mkdir(mode=0o700, exist_ok=True)
    authority = _kept(folder, "authority") or _keep(folder, "authority", certificate.make_authority(wanted, now=now))
    anew = f"Move {folder} away to make another one, which every phone has to trust anew."
    if strange := certificate.outside(authority.certificate, wanted):
        raise Conflict(f"The authority made here cannot vouch for {', '.join(strange)}. {anew}")
    if (end := certificate.ends_at(authority.certificate)) - now < SOON:
        raise Conflict(f"The authority made here ends on {end:%Y-%m-%d}. {anew}")
    server = _keep(folder, "server", certificate.make_server(authority, wanted, days=days, now=now))
    return ServerCertificate(wanted, certificate.ends_at(server.certificate))


def current(folder: Path) -> ServerCertificate | None:
    """Return the certificate the server would use, if one was made."""
    kept = _kept(folder, "server")
    if kept is None:
        return None
    return ServerCertificate(certificate.names_of(kept.certificate), certificate.ends_at(kept.certificate))


def _clean(name: str) -> str:
    """Return a host name or an address as certificates have it."""
    name = name.strip().lower().rstrip(".")
    try:
        return str(ip_address(name.strip("[]")))
    except ValueError:
        if _HOST.fullmatch(name):
            return name
    raise Invalid(f"“{name}” is no host name or address, such as door.example.org or 192.168.1.20.", field="names")


def _kept(folder: Path, name: str) -> Pair | None:
    """Read a certificate and its key."""
    ours, key = folder / f"{name}.crt", folder / f"{name}.key"
    return Pair(ours.read_bytes(), key.read_bytes()) if ours.exists() and key.exists() else None


def _keep(folder: Path, name: str, pair: Pair) -> Pair:
    """Write a certificate and its key for their owner's eyes only, each whole or not at all."""
    for suffix, content in ((".key", pair.key), (".crt", pair.certificate)):
        draft = folder / f".{name}{suffix}"
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(content)
        draft.replace(folder / f"{name}{suffix}")
    return pair
