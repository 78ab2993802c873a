"""Short numbers people choose: kept as Argon2id hashes, because ten thousand of them are soon tried."""

TIME, MEMORY, LANES = 2, 19 * 1024, 1  # OWASP's second choice: 19 MiB


def hashed(pin: str) -> str:
    """Return what may be stored of a number."""
    from argon2 import PasswordHasher

    return PasswordHasher(TIME, MEMORY, LANES).hash(pin)


def fits(pin: str, stored: str) -> bool:
    """Tell whether this is the number."""
    from argon2 import PasswordHasher
    from argon2.exceptions import VerifyMismatchError

    try:
        return PasswordHasher().verify(stored, pin.encode("utf-8", "surrogatepass"))
    except VerifyMismatchError:
        return False
