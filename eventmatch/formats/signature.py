"""Ed25519 signatures, whose private keys are derived anew each time and stored nowhere.

The library loads with the first signature: a door that meets none does without its 24 ms and 6 MB.
"""


def private_key(secret: str, purpose: str) -> bytes:
    """Derive a key from an installation's secret (HKDF-SHA256); another purpose, another key."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), length=32, salt=None, info=purpose.encode()).derive(secret.encode())


def public_key(private: bytes) -> bytes:
    """Return the key with which others verify."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def sign(private: bytes, message: bytes) -> bytes:
    """Return the 64 bytes of a signature; the same message gets the same ones."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(private).sign(message)


def genuine(public: bytes, signature: bytes, message: bytes) -> bool:
    """Tell whether whoever has the private key signed this message."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True
