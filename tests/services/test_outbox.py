"""Letters leave once, wait when they cannot, and never hold each other back."""

import io
import smtplib
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage

import pytest
import zxingcpp
from flask import Flask
from PIL import Image
from sqlalchemy import select

from eventmatch.gateways.mail import MailFailed
from eventmatch.models.base import db, write_transaction
from eventmatch.models.work import Outbox
from eventmatch.services import outbox
from tests.cast import NINE, SITE, AttendeeRef


@dataclass
class Sink:
    """Keeps what was sent; refuses while it is down."""

    down: bool = False
    sent: list[EmailMessage] = field(default_factory=list)

    def send(self, message: EmailMessage) -> None:
        if self.down:
            raise MailFailed("down")
        self.sent.append(message)


def post(letter: str, ada: AttendeeRef, **values: str) -> None:
    """Put a letter into the outbox without anybody delivering it."""
    with write_transaction() as session:
        outbox.post(letter, ada.email, now=NINE, attendee_id=ada.id, **values)
        session.info["after_commit"].clear()


def test_a_ticket_letter_brings_a_qr_that_opens_the_door(app: Flask, ada: AttendeeRef) -> None:
    sink = Sink()
    post("ticket", ada, sign_in_path="/in/abc")

    outbox.deliver(sink, site=SITE, now=NINE)

    [message] = sink.sent
    pictures = [part for part in message.walk() if part.get_content_type() == "image/png"]
    read = {zxingcpp.read_barcodes(Image.open(io.BytesIO(p.get_content())))[0].text for p in pictures}
    assert (len(pictures), read) == (2, {f"HTTPS://MEET.EXAMPLE.ORG/T/{ada.code}"})
    assert any(part.get_content_type() == "text/calendar" for part in message.walk())
    assert f"{SITE.base_url}/in/abc" in message.get_body(("plain",)).get_content()  # type: ignore[union-attr]


def test_a_letter_that_cannot_leave_is_tried_again_later(app: Flask, ada: AttendeeRef) -> None:
    sink = Sink(down=True)
    post("ticket", ada, sign_in_path="/in/abc")

    outbox.deliver(sink, site=SITE, now=NINE)
    sink.down = False

    assert outbox.deliver(sink, site=SITE, now=NINE + timedelta(seconds=59)) == 0
    assert outbox.deliver(sink, site=SITE, now=NINE + timedelta(seconds=61)) == 1
    assert outbox.deliver(sink, site=SITE, now=NINE + timedelta(days=1)) == 0


def test_a_letter_nobody_can_write_does_not_hold_back_the_next(app: Flask, ada: AttendeeRef) -> None:
    sink = Sink()
    post("no_such_letter", ada)
    post("ticket", ada, sign_in_path="/in/abc")

    assert outbox.deliver(sink, site=SITE, now=NINE) == 1


def test_retries_carry_the_same_message_id(app: Flask, ada: AttendeeRef) -> None:
    post("ticket", ada, sign_in_path="/in/abc")
    row = db.session.query(Outbox).one()
    sink = Sink()

    outbox.deliver(sink, site=SITE, now=NINE)

    assert sink.sent[0]["Message-ID"] == f"<{row.message_id}@meet.example.org>"


def kept() -> list[dict[str, str]]:
    """Return what the outbox still holds of each letter."""
    db.session.rollback()
    return list(db.session.scalars(select(Outbox.values).order_by(Outbox.id)))


def test_a_letter_that_has_left_keeps_neither_link_nor_code(either_app: Flask) -> None:
    with write_transaction() as session:
        outbox.post("sign_in", "ada@example.org", now=NINE, sign_in_path="/in/abc", code="123456")
        session.info["after_commit"].clear()
    before = kept()
    sink = Sink()

    outbox.deliver(sink, site=SITE, now=NINE)

    assert before == [{"sign_in_path": "/in/abc", "code": "123456"}]
    assert "/in/abc" in str(sink.sent[0])
    assert kept() == [{}]


def test_a_letter_waiting_for_its_next_try_keeps_what_it_needs_until_it_is_given_up(
    app: Flask, ada: AttendeeRef
) -> None:
    sink, later = Sink(down=True), [NINE + timedelta(days=number) for number in range(outbox.MAX_TRIES)]
    post("ticket", ada, sign_in_path="/in/abc")

    for moment in later[:-1]:
        outbox.deliver(sink, site=SITE, now=moment)
    before = kept()
    outbox.deliver(sink, site=SITE, now=later[-1])
    sink.down = False

    assert (before, kept()) == ([{"sign_in_path": "/in/abc"}], [{}])
    assert outbox.deliver(sink, site=SITE, now=later[-1] + timedelta(days=3650)) == 0


class Refusing(Sink):
    """Refuses as a mail server does: with the address in its words."""

    def send(self, message: EmailMessage) -> None:
        address = str(message["To"])
        try:
            raise smtplib.SMTPRecipientsRefused({address: (550, f"no mailbox {address}".encode())})
        except smtplib.SMTPException as error:
            raise MailFailed(type(error).__name__) from error


def test_a_letter_that_is_refused_names_nobody_in_the_log(
    app: Flask, ada: AttendeeRef, caplog: pytest.LogCaptureFixture
) -> None:
    post("ticket", ada, sign_in_path="/in/abc")

    outbox.deliver(Refusing(), site=SITE, now=NINE)

    assert "SMTP 550" in caplog.text
    assert ada.email not in caplog.text
