"""What the commands' tests share: a demo served with a certificate of its own."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from eventmatch.commands.server import Place
from eventmatch.services import certificates
from eventmatch.settings import read_settings
from tests.commands.test_serve import Running, running
from tests.ports import free_port

NAME = "door.example.test"


@pytest.fixture(scope="package")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Place, Running]]:
    """Serve the demo on the network with a certificate."""
    instance, port = tmp_path_factory.mktemp("secure") / "instance", free_port()
    settings = read_settings({"EVENTMATCH_INSTANCE": str(instance)})
    certificates.make(settings.tls, [NAME], now=datetime.now(UTC))
    with running(instance, "up", "--lan", "--port", str(port)) as server:
        yield Place("127.0.0.1", port, f"https://{NAME}:{port}", settings.tls), server
