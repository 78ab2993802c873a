"""Certificates are kept for their owner's eyes, made again on request, and refused where phones would refuse them."""

from datetime import timedelta
from pathlib import Path

import pytest

from eventmatch.domain.errors import Conflict, Invalid
from eventmatch.services import certificates, trust
from tests.cast import NINE

DAY = timedelta(days=1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "tls"


def test_what_is_made_can_be_found_again(folder: Path) -> None:
    made = certificates.make(folder, ["Door.Example.TEST.", " 192.168.1.20"], days=30, now=NINE)

    assert made.names == ("door.example.test", "192.168.1.20", "localhost", "127.0.0.1")
    assert made.ends_at == NINE + 30 * DAY
    assert certificates.current(folder) == made


def test_keys_are_for_their_owner_alone(folder: Path) -> None:
    certificates.make(folder, ["door.example.test"], now=NINE)

    assert folder.stat().st_mode & 0o777 == 0o700
    assert {file.name: file.stat().st_mode & 0o777 for file in folder.iterdir()} == dict.fromkeys(
        ["authority.crt", "authority.key", "server.crt", "server.key"], 0o600
    )


def test_the_authority_is_made_once(folder: Path) -> None:
    certificates.make(folder, ["door.example.test"], now=NINE)
    before, server = trust.authority(folder), (folder / "server.crt").read_bytes()

    certificates.make(folder, ["door.example.test", "10.0.0.7"], now=NINE + 300 * DAY)

    assert trust.authority(folder) == before
    assert (folder / "server.crt").read_bytes() != server


def test_a_name_the_authority_cannot_vouch_for_is_refused_and_what_was_made_stays(folder: Path) -> None:
    made = certificates.make(folder, ["door.example.test"], now=NINE)

    with pytest.raises(Conflict, match=r"cannot vouch for other\.example\.test\."):
        certificates.make(folder, ["door.example.test", "other.example.test"], now=NINE)
    assert certificates.current(folder) == made


def test_an_authority_that_ends_within_a_month_is_refused(folder: Path) -> None:
    certificates.make(folder, ["door.example.test"], now=NINE)

    with pytest.raises(Conflict, match="ends on 2032-03-02"):
        certificates.make(folder, ["door.example.test"], now=NINE + (5 * 365 - 29) * DAY)


@pytest.mark.parametrize(
    "name",
    ["", "-door", "a..b", "*.example.test", "door.example.test:5000", "https://door", "bücher.test", "1.2.3.999"],
)
def test_what_is_no_name_is_named_and_leaves_nothing(folder: Path, name: str) -> None:
    with pytest.raises(Invalid) as refused:
        certificates.make(folder, ["door.example.test", name], now=NINE)

    assert f"“{name}” is no host name" in refused.value.message
    assert not folder.exists()


def test_where_nothing_was_made_there_is_nothing(folder: Path) -> None:
    assert certificates.current(folder) is None
