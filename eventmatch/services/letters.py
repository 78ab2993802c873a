"""Letters become messages: paths become links, a ticket its QR, an event its calendar file."""

from datetime import datetime
from email.message import EmailMessage

from eventmatch.models.work import Outbox


def write(row: Outbox, *, base_url: str, now: datetime) -> EmailMessage:
    """Return the message for one letter of the outbox."""
    message = EmailMessage()
    message["To"], message["Subject"], message["Message-ID"] = (
        row.recipient,
        row.letter,
        f"<{row.message_id}@localhost>",
    )
    message.set_content(f"{base_url} {now} {row.values}")
    return message
