"""What phones are given to trust is the authority's own certificate, under a fingerprint others compute as well."""

import ssl
import subprocess
from pathlib import Path

from eventmatch.services import certificates, trust
from tests.cast import NINE


def test_the_fingerprint_is_what_openssl_computes(tmp_path: Path) -> None:
    certificates.make(tmp_path / "tls", ["door.example.test"], now=NINE)
    found = trust.authority(tmp_path / "tls")
    assert found is not None

    command = ["openssl", "x509", "-inform", "der", "-noout", "-fingerprint", "-sha256"]
    told = subprocess.run(command, input=found.certificate, capture_output=True, check=True).stdout.decode()

    assert told.strip().rpartition("=")[2] == found.fingerprint


def test_it_is_the_certificate_that_vouches_for_the_server(tmp_path: Path) -> None:
    certificates.make(tmp_path / "tls", ["door.example.test"], now=NINE)
    found = trust.authority(tmp_path / "tls")
    assert found is not None

    trusting = ssl.create_default_context(cadata=found.certificate)

    [authority] = trusting.get_ca_certs()
    assert authority["subject"] == (((("commonName", "eventmatch door.example.test"),)),)


def test_where_none_was_made_there_is_none(tmp_path: Path) -> None:
    assert trust.authority(tmp_path / "tls") is None
