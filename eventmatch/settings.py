"""What an installation can set: read once, checked, frozen."""

import os
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from eventmatch.domain.site import Site

PREFIX = "EVENTMATCH_"
ROOT = Path(__file__).parent.parent
FOR_OTHERS = 0o077  # rights of everybody but the owner
NAMES = ("instance", "database_url", "base_url", "allowed_hosts", "mail_url")


class BadSetting(ValueError):
    """A setting nobody can work with; the sentence names it and what is allowed."""


@dataclass(frozen=True, slots=True)
class Settings:
    """One installation's settings.

    They come from `instance/settings.toml` and, winning over it, from EVENTMATCH_* variables.
    """

    instance: Path
    database_url: str
    base_url: str
    allowed_hosts: tuple[str, ...]
    mail_url: str  # "" keeps mails as .eml files under instance/outbox/
    secret_key: str

    @property
    def site(self) -> Site:
        """What services may know of all this."""
        return Site(self.base_url, self.secret_key)

    @property
    def tls(self) -> Path:
        """Where a certificate of our own is kept, if one was made."""
        return self.instance / "tls"

    @property
    def insists(self) -> str:
        """For how long browsers shall insist on https: with a certificate of our own for a day only.

        A laptop that stands at a door today may serve something else under its name next week.
        """
        if not self.secure:
            return ""
        return "max-age=86400" if (self.tls / "server.crt").exists() else "max-age=31536000; includeSubDomains"

    @property
    def secure(self) -> bool:
        """Whether people reach us over https."""
        return self.base_url.startswith("https://")


def read_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read and check all settings.

    Raises
    ------
    BadSetting
        If a name is unknown or a value unusable.
    """
    given = {name.removeprefix(PREFIX).lower(): value for name, value in environ.items() if name.startswith(PREFIX)}
    instance = Path(given.get("instance") or ROOT / "instance").absolute()
    given = _from_file(instance / "settings.toml") | given
    for name in given:
        if name not in NAMES:
            message = (
                f"{PREFIX}{name.upper()} is not a setting; there are {', '.join(PREFIX + n.upper() for n in NAMES)}."
            )
            raise BadSetting(message)
    base_url = _base_url(given.get("base_url") or f"http://127.0.0.1:{environ.get('PORT') or 5000}")
    return Settings(
        instance=_folder(instance),
        database_url=_database_url(given.get("database_url") or f"sqlite:///{instance / 'eventmatch.db'}"),
        base_url=base_url,
        allowed_hosts=_hosts(given.get("allowed_hosts", ""), base_url),
        mail_url=_mail_url(given.get("mail_url", "")),
        secret_key=_secret(instance / "secret_key"),
    )


def _from_file(path: Path) -> dict[str, str]:
    """Read the optional settings file."""
    if not path.exists():
        return {}
    try:
        return {name: str(value) for name, value in tomllib.loads(path.read_text("utf-8")).items()}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message = f"{path.name} in the instance folder is not readable TOML: {error}"
        raise BadSetting(message) from error


def _folder(path: Path) -> Path:
    """Make the instance folder where it is missing, for its owner's eyes only; a check-out makes it for everybody's."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        if path.stat().st_mode & FOR_OTHERS and path.stat().st_uid == os.geteuid():
            path.chmod(0o700)
    except OSError as error:
        message = f"EVENTMATCH_INSTANCE must be a folder that can be written: {error.strerror}: {path}"
        raise BadSetting(message) from error
    return path


def _database_url(url: str) -> str:
    """Allow SQLite files and PostgreSQL, the latter through psycopg."""
    scheme, _, rest = url.partition("://")
    if scheme in {"postgresql", "postgres", "postgresql+psycopg"} and rest:
        return f"postgresql+psycopg://{rest}"
    if scheme == "sqlite" and rest.startswith("/") and len(rest) > 1 and ":memory:" not in rest:
        return url
    message = "EVENTMATCH_DATABASE_URL must be sqlite:///FILE or postgresql://USER@HOST:PORT/NAME."
    raise BadSetting(message)


def _split(url: str) -> SplitResult | None:
    """Take an address apart, if it has a host and no impossible port."""
    try:
        parts = urlsplit(url)
        usable = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return parts if usable else None


def _base_url(url: str) -> str:
    """Allow an http or https address with a host and no query."""
    parts = _split(url)
    if parts is None or parts.scheme not in {"http", "https"} or parts.query or parts.fragment:
        message = "EVENTMATCH_BASE_URL must be an address such as https://meet.example.org."
        raise BadSetting(message)
    return url.rstrip("/")


def _hosts(text: str, base_url: str) -> tuple[str, ...]:
    """List the host names we answer to: the base URL's, this machine's own, and those given."""
    given = [host.strip() for host in text.split(",") if host.strip()]
    for host in given:
        if set(host) & set("/ :@"):
            message = (
                f"EVENTMATCH_ALLOWED_HOSTS must be host names separated by commas, without port; {host!r} is not one."
            )
            raise BadSetting(message)
    return tuple(dict.fromkeys([urlsplit(base_url).hostname or "", "localhost", "127.0.0.1", *given]))


def _mail_url(url: str) -> str:
    """Allow smtp and smtps addresses, or none."""
    parts = _split(url)
    if url and (parts is None or parts.scheme not in {"smtp", "smtps"}):
        message = "EVENTMATCH_MAIL_URL must be smtp://HOST:PORT or smtps://USER:PASSWORD@HOST:PORT."
        raise BadSetting(message)
    return url


def _secret(path: Path) -> str:
    """Return the installation's key, made on the first run; the first of two starts at once wins."""
    if not path.exists():
        try:
            with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(32))
        except FileExistsError:
            pass
    return path.read_text().strip()
