"""Signatures, by the published vectors, and keys that follow from the secret and their purpose alone."""

import pytest

from eventmatch.formats import signature

# RFC 8032, section 7.1: private key, public key, message, signature
PUBLISHED = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
            "d25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
            "4a7c15e9716ed28dc027beceea1ec40a"
        ),
    ),
]


@pytest.mark.parametrize(("private", "public", "message", "expected"), PUBLISHED)
def test_published_vector(private: str, public: str, message: str, expected: str) -> None:
    key, text = bytes.fromhex(private), bytes.fromhex(message)

    assert signature.public_key(key).hex() == public
    assert signature.sign(key, text).hex() == expected
    assert signature.genuine(bytes.fromhex(public), bytes.fromhex(expected), text)
    assert not signature.genuine(bytes.fromhex(public), bytes.fromhex(expected), text + b"x")


def test_a_key_follows_from_secret_and_purpose_and_from_both() -> None:
    made = {(secret, purpose): signature.private_key(secret, purpose) for secret in "ab" for purpose in "xy"}

    assert len(set(made.values())) == 4
    assert signature.private_key("a", "x") == made["a", "x"]
    assert {len(key) for key in made.values()} == {32}
