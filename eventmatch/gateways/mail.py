"""The wire for mail: SMTP, or .eml files in a folder where no server is set."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit


class MailFailed(Exception):
    """A mail did not leave; it may be tried again."""


class MailGateway(Protocol):
    """Sends finished messages."""

    def send(self, message: EmailMessage) -> None:
        """Send one message or raise MailFailed."""


@dataclass(frozen=True, slots=True)
class FolderMail:
    """Keeps each mail as a file, named by its Message-ID so that a repeat is no second mail."""

    folder: Path

    def send(self, message: EmailMessage) -> None:
        """Write one .eml file."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = str(message["Message-ID"]).strip("<>").partition("@")[0]
        (self.folder / f"{name}.eml").write_bytes(bytes(message))


@dataclass(frozen=True, slots=True)
class SmtpMail:
    """Hands mails to an SMTP server; smtps speaks TLS at once, smtp upgrades where the server offers it."""

    url: str
    timeout: float = 10

    def send(self, message: EmailMessage) -> None:
        """Send one message over a connection of its own."""
        try:
            with self._server() as server:
                server.send_message(message)
        except (OSError, smtplib.SMTPException) as error:
            raise MailFailed(type(error).__name__) from error

    @contextmanager
    def _server(self) -> Iterator[smtplib.SMTP]:
        """Connect, secure and sign in as the address says."""
        parts, context = urlsplit(self.url), ssl.create_default_context()
        host = parts.hostname or ""
        if parts.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=self.timeout, context=context)
        else:
            server = smtplib.SMTP(host, parts.port or 25, timeout=self.timeout)
        with server:
            server.ehlo()
            if server.has_extn("starttls"):
                server.starttls(context=context)
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
            yield server


def mail_gateway(url: str, folder: Path) -> MailGateway:
    """Return the wire a setting asks for."""
    return SmtpMail(url) if url else FolderMail(folder)
