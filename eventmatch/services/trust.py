"""Trust: what a phone has to be given so that it believes this server, and how its owner knows it is the right one."""

import hashlib
import ssl
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Authority:
    """The certificate that phones are to trust, and its SHA-256 fingerprint as they show it."""

    certificate: bytes
    fingerprint: str


def authority(folder: Path) -> Authority | None:
    """Return the authority of this installation, if one was made."""
    file = folder / "authority.crt"
    if not file.exists():
        return None
    certificate = ssl.PEM_cert_to_DER_cert(file.read_text("ascii"))
    return Authority(certificate, hashlib.sha256(certificate).digest().hex(":").upper())
