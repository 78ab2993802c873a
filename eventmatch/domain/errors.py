"""What can go wrong, in words a person can act on; each floor above maps these once."""


class DomainError(Exception):
    """A refusal with one plain sentence, and the field it is about when there is one."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        """Keep the sentence and the field's name."""
        super().__init__(message)
        self.message = message
        self.field = field


class Invalid(DomainError):
    """A value is not of the allowed shape; the sentence names what is allowed."""


class Spent(Invalid):
    """A mailed link that was used already or is too old."""

    def __init__(
        self, message: str = "This link has been used or is too old. Ask for a new one; it takes a minute."
    ) -> None:
        """Say the same sentence whatever the cause."""
        super().__init__(message)


class SignInNeeded(DomainError):
    """Nobody is signed in on this browser, and this needs somebody."""

    def __init__(self, message: str = "Please sign in first.") -> None:
        """Say the usual sentence unless there is a better one."""
        super().__init__(message)


class Forbidden(DomainError):
    """The thing is known to this person, but this act on it is not theirs."""


class NotFound(DomainError):
    """Missing, foreign or hidden: all three answer alike, so that nothing can be probed."""

    def __init__(self, message: str = "There is nothing here under this address.") -> None:
        """Say the same sentence whatever the cause."""
        super().__init__(message)


class Conflict(DomainError):
    """The act does not fit the present state, which somebody else may have changed."""


class TooMany(DomainError):
    """Tried too often; the sentence says when to try again."""


class Busy(DomainError):
    """The database cannot answer now; nothing was written, try again shortly."""

    collided = False  # undone for the sake of another transaction: the same may work at once
