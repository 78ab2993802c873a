"""Serving with a certificate of one's own: used where it fits, warned about before it ends, refused after."""

import http.client
import socket
import ssl
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from eventmatch.commands.secure import secured
from eventmatch.commands.server import Place, ask
from eventmatch.services import certificates
from eventmatch.settings import Settings, read_settings
from tests.commands.conftest import NAME
from tests.commands.test_serve import Running

DAY = timedelta(days=1)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Return the settings of an installation without a certificate."""
    monkeypatch.setenv("EVENTMATCH_ALLOWED_HOSTS", "")
    return read_settings({"EVENTMATCH_INSTANCE": str(tmp_path / "instance")})


def make(settings: Settings, *names: str, days: int = 100, made: timedelta = timedelta()) -> None:
    certificates.make(settings.tls, names or [NAME, "192.168.1.20"], days=days, now=datetime.now(UTC) - made)


PLACE = Place("127.0.0.1", 5000, "http://127.0.0.1:5000")


def test_without_one_nothing_changes(settings: Settings) -> None:
    assert secured(PLACE, settings, configured="") is PLACE


@pytest.mark.parametrize(
    ("names", "port", "base_url"),
    [
        ([NAME, "192.168.1.20"], 5000, f"https://{NAME}:5000"),
        ([NAME], 443, f"https://{NAME}"),
        (["192.168.1.20", NAME], 5000, "https://192.168.1.20:5000"),
        (["fd00::20"], 5000, "https://[fd00::20]:5000"),
    ],
)
def test_people_are_sent_to_its_first_name(settings: Settings, names: list[str], port: int, base_url: str) -> None:
    make(settings, *names)

    place = secured(replace(PLACE, port=port), settings, configured="")

    assert (place.base_url, place.tls) == (base_url, settings.tls)


@pytest.mark.parametrize("configured", [f"http://{NAME}:8443/events", f"https://{NAME}:8443/events"])
def test_an_address_it_is_for_stays_and_is_https(settings: Settings, configured: str) -> None:
    make(settings)

    assert secured(PLACE, settings, configured=configured).base_url == f"https://{NAME}:8443/events"


def test_the_server_answers_to_all_its_names(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    make(settings, NAME, "192.168.1.20", "fd00::20")

    place = secured(PLACE, settings, configured="")
    monkeypatch.setenv("EVENTMATCH_INSTANCE", str(settings.instance))
    monkeypatch.setenv("EVENTMATCH_BASE_URL", place.base_url)

    assert set(read_settings().allowed_hosts) == {NAME, "192.168.1.20", "localhost", "127.0.0.1"}


def test_behind_another_name_it_is_left_alone_and_that_is_said(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    make(settings)

    assert secured(PLACE, settings, configured="https://meet.example.org") is PLACE
    assert "not for meet.example.org" in capsys.readouterr().err


@pytest.mark.parametrize(("days", "warns"), [(29, True), (31, False)])
def test_a_month_before_its_end_the_start_says_so(
    settings: Settings, capsys: pytest.CaptureFixture[str], days: int, *, warns: bool
) -> None:
    make(settings, days=days)

    assert secured(PLACE, settings, configured="").tls
    assert (f"certificate {NAME} 192.168.1.20" in capsys.readouterr().err) == warns


def test_one_that_has_ended_is_refused_with_the_command_that_helps(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    make(settings, days=10, made=11 * DAY)

    with pytest.raises(SystemExit) as ended:
        secured(PLACE, settings, configured="")
    assert ended.value.code == 2
    assert f"`flask --app app certificate {NAME} 192.168.1.20" in capsys.readouterr().err


def test_the_chain_is_verified_by_name(served: tuple[Place, Running]) -> None:
    place, _ = served
    assert place.tls is not None
    trusting = ssl.create_default_context(cafile=place.tls / "authority.crt")

    with trusting.wrap_socket(socket.create_connection(("127.0.0.1", place.port)), server_hostname=NAME) as line:
        assert line.version() == "TLSv1.3"
    with (
        pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"),
        closing(socket.create_connection(("127.0.0.1", place.port))) as line,
    ):
        trusting.wrap_socket(line, server_hostname="other.example.test")


def test_without_trust_it_is_not_believed(served: tuple[Place, Running]) -> None:
    place, _ = served

    with (
        pytest.raises(ssl.SSLCertVerificationError, match="unable to get local issuer"),
        closing(socket.create_connection(("127.0.0.1", place.port))) as line,
    ):
        ssl.create_default_context().wrap_socket(line, server_hostname=NAME)


def test_addresses_are_https_and_cookies_secure(served: tuple[Place, Running]) -> None:
    place, server = served

    answer, _ = ask(place, "/sign-in", {"Host": f"{NAME}:{place.port}"})

    assert [address.startswith(f"{place.base_url}/") for address in server.addresses] == [True] * 4
    assert answer.status == http.client.OK
    assert "Secure" in answer.headers["Set-Cookie"]
    assert answer.headers["Strict-Transport-Security"] == "max-age=86400"


def test_the_terminal_shows_where_trust_begins_and_what_to_compare(served: tuple[Place, Running]) -> None:
    place, server = served
    assert place.tls is not None
    said = (place.tls.parents[1] / "stderr.txt").read_text()

    assert f":{place.plain_port}/trust" in said
    assert "compare this fingerprint:" in said
    assert server.process.poll() is None
