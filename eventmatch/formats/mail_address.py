"""What is a mail address, by the rules of mail; whether anybody reads there only a letter can tell."""

from typing import NamedTuple


class MailAddress(NamedTuple):
    """An address as it is kept, and as it is sent to, with a foreign domain in its ASCII form."""

    kept: str
    sent_to: str | None


def read(text: str) -> MailAddress | None:
    """Return the address a text is, if it is one."""
    from email_validator import EmailNotValidError, validate_email

    try:
        found = validate_email(text, check_deliverability=False, test_environment=True, allow_smtputf8=False)
    except EmailNotValidError:
        return None
    return MailAddress(found.normalized.lower(), found.ascii_email)
