"""Certificates: a small authority of one's own, and what it says about a server (X.509, ECDSA P-256)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY_LASTS = timedelta(days=5 * 365)
LONGEST = 397  # days that browsers accept a server's certificate for, from its first moment on
BEFORE = timedelta(days=1)  # clocks of phones are wrong
LONGEST_NAME = 64  # that a subject holds
PRIVATE = (
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "169.254.0.0/16",
    "127.0.0.0/8",
    "fc00::/7",
    "fe80::/10",
    "::1/128",
)
"""Addresses that are never a site of somebody else's, so that an authority survives a change of network."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A certificate and its private key, as PEM."""

    certificate: bytes
    key: bytes


def make_authority(names: Sequence[str], *, now: datetime) -> Pair:
    """Make an authority that can vouch for these names, addresses of private networks, and nothing else."""
    key = ec.generate_private_key(ec.SECP256R1())
    title = _title(f"eventmatch {names[0]}")
    made = _begun(title, title, key, now, now + AUTHORITY_LASTS)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    made = made.add_extension(_usage(signs_certificates=True), critical=True)
    made = made.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    made = made.add_extension(x509.NameConstraints(_permitted(names), None), critical=True)
    return _signed(made, key, key)


def make_server(authority: Pair, names: Sequence[str], *, days: int, now: datetime) -> Pair:
    """Let an authority vouch for a server of these names; never for longer than it lasts itself."""
    issuer, signs = x509.load_pem_x509_certificate(authority.certificate), load_pem_private_key(authority.key, None)
    if not isinstance(signs, ec.EllipticCurvePrivateKey):
        raise TypeError
    key = ec.generate_private_key(ec.SECP256R1())
    until = min(now + timedelta(days=days), now - BEFORE + timedelta(days=LONGEST), issuer.not_valid_after_utc)
    made = _begun(_title(names[0]), issuer.subject, key, now, until)
    made = made.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    made = made.add_extension(_usage(signs_certificates=False), critical=True)
    made = made.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    made = made.add_extension(x509.SubjectAlternativeName(map(_general, names)), critical=False)
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(signs.public_key())
    return _signed(made.add_extension(identifier, critical=False), key, signs)


def names_of(certificate: bytes) -> tuple[str, ...]:
    """Return the names and addresses a server's certificate is for."""
    extensions = x509.load_pem_x509_certificate(certificate).extensions
    return tuple(str(name.value) for name in extensions.get_extension_for_class(x509.SubjectAlternativeName).value)


def ends_at(certificate: bytes) -> datetime:
    """Return when a certificate ends."""
    return x509.load_pem_x509_certificate(certificate).not_valid_after_utc


def outside(authority: bytes, names: Iterable[str]) -> list[str]:
    """Return the names an authority cannot vouch for."""
    found = x509.load_pem_x509_certificate(authority).extensions.get_extension_for_class(x509.NameConstraints)
    permitted = [constraint.value for constraint in found.value.permitted_subtrees or ()]
    return [name for name in names if not any(_covers(constraint, _value(name)) for constraint in permitted)]


def _covers(constraint: object, name: str | IPv4Address | IPv6Address) -> bool:
    """Tell whether a constraint permits a name: a domain with all below it, or a network."""
    if isinstance(name, str):
        return isinstance(constraint, str) and f".{name}".endswith(f".{constraint}")
    return not isinstance(constraint, str) and name in constraint  # type: ignore[operator]  # then it is a network


def _value(name: str) -> str | IPv4Address | IPv6Address:
    """Return an address as one, and a host name as it is."""
    try:
        return ip_address(name)
    except ValueError:
        return name


def _general(name: str) -> x509.GeneralName:
    """Return a name as certificates write it."""
    value = _value(name)
    return x509.DNSName(value) if isinstance(value, str) else x509.IPAddress(value)


def _permitted(names: Iterable[str]) -> list[x509.GeneralName]:
    """Return what an authority may vouch for; a kind of name that is not listed at all would be free."""
    domains = [x509.DNSName(name) for name in dict.fromkeys([*names, "localhost"]) if isinstance(_value(name), str)]
    private = [x509.IPAddress(ip_network(network)) for network in PRIVATE]
    addresses = [value for value in map(_value, names) if not isinstance(value, str)]
    public = [value for value in addresses if not any(_covers(network.value, value) for network in private)]
    return [*domains, *private, *(x509.IPAddress(ip_network(value)) for value in public)]


def _title(name: str) -> x509.Name:
    """Return how a certificate is called in lists."""
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:LONGEST_NAME])])


def _begun(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, now: datetime, until: datetime
) -> x509.CertificateBuilder:
    """Begin a certificate."""
    made = x509.CertificateBuilder(subject_name=subject, issuer_name=issuer, public_key=key.public_key())
    made = made.serial_number(x509.random_serial_number()).not_valid_before(now - BEFORE).not_valid_after(until)
    return made.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    """Say what a key is for: signing certificates, or proving to be the server."""
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _signed(made: x509.CertificateBuilder, key: ec.EllipticCurvePrivateKey, signs: ec.EllipticCurvePrivateKey) -> Pair:
    """Sign a certificate, and write it with its own key."""
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return Pair(made.sign(signs, SHA256()).public_bytes(Encoding.PEM), pem)
