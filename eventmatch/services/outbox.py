"""Letters: written in the transaction they tell of, sent afterwards, tried again until they leave."""

import logging
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update

from eventmatch.domain.codes import new_token
from eventmatch.domain.faults import told
from eventmatch.domain.site import Site
from eventmatch.gateways import queue
from eventmatch.gateways.mail import MailGateway
from eventmatch.models.base import after_commit, db, write_transaction
from eventmatch.models.work import Outbox, due_mail
from eventmatch.services import letters

log = logging.getLogger(__name__)

MAX_TRIES = 12  # with doubling waits from one minute: about two days
NEVER = timedelta(days=36500)
NOTHING: dict[str, Any] = {"values": {}}  # links and codes open doors: a letter keeps them until it has left, no longer


def post(letter: str, recipient: str, *, now: datetime, attendee_id: int | None = None, **values: Any) -> None:
    """Put a letter into the outbox, inside an open write transaction; it leaves after the commit.

    Values are JSON; `services/letters` says what becomes of them.
    """
    row = Outbox(
        letter=letter,
        recipient=recipient,
        values=values,
        attendee_id=attendee_id,
        message_id=new_token(),
        created_at=now,
        next_try_at=now,
    )
    db.session.add(row)
    after_commit(lambda: queue.enqueue("mail"))


def deliver(gateway: MailGateway, *, site: Site, now: datetime) -> int:
    """Send what is due and return how many letters left; the others are tried again later."""
    sent = 0
    while due := due_mail(now):
        for row in due:
            sent += _send(row, gateway, site, now)
    return sent


def _send(row: Outbox, gateway: MailGateway, site: Site, now: datetime) -> bool:
    """Try one letter, and write down how it went before the next one."""
    row_id, tries = row.id, row.tries + 1
    try:
        gateway.send(letters.write(row, site=site, now=now))
        _note(row_id, tries=tries, sent_at=now, **NOTHING)
    except Exception as error:  # noqa: BLE001 - one letter that cannot leave must not hold back the others
        log.warning("letter %s did not leave: %s", row_id, told(error))
        _note(row_id, tries=tries, error=type(error).__name__, **_later(tries, now))
        return False
    return True


def _later(tries: int, now: datetime) -> dict[str, Any]:
    """Wait one minute after the first failure and twice as long after each further one; give up for good at last."""
    if tries < MAX_TRIES:
        return {"next_try_at": now + timedelta(minutes=2 ** (tries - 1))}
    return {"next_try_at": now + NEVER, **NOTHING}


def _note(row_id: int, **values: Any) -> None:
    """Write down what came of a try."""
    with write_transaction() as session:
        session.execute(update(Outbox).where(Outbox.id == row_id).values(**values))
