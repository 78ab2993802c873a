"""What services may know of the installation they run in."""

from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Site:
    """Where an installation answers, and the secret from which it derives its own keys."""

    base_url: str
    secret: str = field(repr=False)

    @property
    def host(self) -> str:
        """The domain mails come from; a bare number is no domain."""
        host = urlsplit(self.base_url).hostname or "localhost"
        try:
            ip_address(host)
        except ValueError:
            return host
        return "localhost"
