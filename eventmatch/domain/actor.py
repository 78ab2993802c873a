"""Who is acting: a signed-in person, a paired device, whoever sent a token, or nobody."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """The one who asks; every service receives one and nobody guesses."""

    person_id: int | None = None
    name: str = ""
    session_id: int | None = None
    fresh: bool = False  # the session is young and used enough for organisers' work
    device_id: int | None = None  # may scan, in the hands of staff
    kiosk_id: int | None = None  # may let in who shows a code, in front of everybody

    @property
    def signed_in(self) -> bool:
        """Whether a person is known."""
        return self.person_id is not None


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whoever sent a device's token; whether it is one comes out where they act."""

    token: str


NOBODY = Actor()
