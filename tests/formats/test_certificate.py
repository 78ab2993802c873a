"""Certificates, held against an independent verifier: what they are for is believed, and nothing beside it."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import verification

from eventmatch.formats.certificate import LONGEST, Pair, ends_at, make_authority, make_server, names_of, outside

NOW = datetime(2027, 3, 4, 9, tzinfo=UTC)
NAMES = ("door.example.test", "192.168.1.20", "fd00::20", "203.0.113.9", "localhost", "127.0.0.1")


@pytest.fixture(scope="module")
def authority() -> Pair:
    return make_authority(NAMES, now=NOW)


def believed(authority: Pair, server: Pair, name: str, *, at: datetime = NOW) -> bool:
    """Tell whether whoever trusts the authority believes that a server has this name."""
    store = verification.Store([x509.load_pem_x509_certificate(authority.certificate)])
    try:
        subject: x509.DNSName | x509.IPAddress = x509.IPAddress(ip_address(name))
    except ValueError:
        subject = x509.DNSName(name)
    judge = verification.PolicyBuilder().store(store).time(at).build_server_verifier(subject)
    try:
        judge.verify(x509.load_pem_x509_certificate(server.certificate), [])
    except verification.VerificationError:
        return False
    return True


@pytest.mark.parametrize("name", NAMES)
def test_each_name_and_address_is_believed(authority: Pair, name: str) -> None:
    server = make_server(authority, NAMES, days=30, now=NOW)

    assert names_of(server.certificate) == NAMES
    assert believed(authority, server, name)


@pytest.mark.parametrize(
    "name", ["bank.example.com", "example.test", "xdoor.example.test", "8.8.8.8", "203.0.113.10", "2001:db8::1"]
)
def test_a_stolen_authority_can_pose_as_nobody_else(authority: Pair, name: str) -> None:
    stolen = make_server(authority, [name], days=30, now=NOW)

    assert names_of(stolen.certificate) == (name,)
    assert not believed(authority, stolen, name)
    assert outside(authority.certificate, [name]) == [name]


@pytest.mark.parametrize("name", ["kiosk.door.example.test", "10.1.2.3", "172.20.0.1", "169.254.7.7", "fe80::1"])
def test_a_new_name_below_ours_or_a_new_private_address_needs_no_new_authority(authority: Pair, name: str) -> None:
    server = make_server(authority, [name], days=30, now=NOW)

    assert outside(authority.certificate, [name]) == []
    assert believed(authority, server, name)


def test_another_authority_is_not_believed(authority: Pair) -> None:
    other = make_authority(NAMES, now=NOW)

    assert not believed(authority, make_server(other, NAMES, days=30, now=NOW), NAMES[0])


def test_it_ends_when_asked_and_began_a_day_ago_for_clocks_that_are_slow(authority: Pair) -> None:
    server = make_server(authority, NAMES, days=30, now=NOW)
    day, second = timedelta(days=1), timedelta(seconds=1)

    moments = [NOW - day - second, NOW - day, NOW + 30 * day - second, NOW + 30 * day + second]
    assert [believed(authority, server, NAMES[0], at=moment) for moment in moments] == [False, True, True, False]
    assert ends_at(server.certificate) == NOW + 30 * day


def test_it_lasts_no_longer_than_browsers_allow(authority: Pair) -> None:
    found = x509.load_pem_x509_certificate(make_server(authority, NAMES, days=LONGEST, now=NOW).certificate)

    assert found.not_valid_after_utc - found.not_valid_before_utc == timedelta(days=397)


def test_it_ends_with_its_authority(authority: Pair) -> None:
    late = ends_at(authority.certificate) - timedelta(days=3)

    server = make_server(authority, NAMES, days=30, now=late)

    assert ends_at(server.certificate) == ends_at(authority.certificate)


def test_keys_are_of_the_kind_that_every_phone_takes(authority: Pair) -> None:
    for pair in (authority, make_server(authority, NAMES, days=30, now=NOW)):
        key = x509.load_pem_x509_certificate(pair.certificate).public_key()
        assert isinstance(key, ec.EllipticCurvePublicKey)
        assert key.curve.name == "secp256r1"


def test_a_name_too_long_for_a_title_is_still_one_of_its_names() -> None:
    name = ".".join(["a" * 60] * 4)
    authority = make_authority([name], now=NOW)

    assert believed(authority, make_server(authority, [name], days=30, now=NOW), name)
