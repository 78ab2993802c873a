"""An address is kept as the mailbox it is, and six digits are few: they may not be tried for long."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from eventmatch.domain.errors import Invalid, TooMany
from eventmatch.domain.sign_in import PIN_TRIES, PIN_TRIES_PER_ADDRESS
from eventmatch.models.base import db, write_transaction
from eventmatch.models.event import Door, ProgrammeSession
from eventmatch.models.person import SignIn, failed_tries
from eventmatch.models.work import Outbox
from eventmatch.services import account
from eventmatch.services.account import clean_address
from tests.cast import NINE, AttendeeRef, MeetupRef
from tests.letters import enclosed


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Ada@Example.ORG ", "ada@example.org"),
        ("ada@faß.de", "ada@faß.de"),  # fass.de is somebody else's
        ("ada@xn--fa-hia.de", "ada@faß.de"),
    ],
)
def test_addresses_are_made_one_only_where_they_are_one(typed: str, kept: str) -> None:
    assert clean_address(typed) == kept


def test_a_local_part_that_mail_cannot_carry_is_refused_instead_of_respelt() -> None:
    with pytest.raises(Invalid):
        clean_address("weiß@example.org")


ADA = "ada@example.org"


def ask(browser: str, now: datetime = NINE) -> str:
    """Ask for a mail from a browser of this name, and return the six digits in it."""
    account.ask_for_link(ADA, browser_token=browser, next_path="/", now=now)
    return str(enclosed(newest())["code"])


def newest() -> Outbox:
    """Return the latest letter."""
    return db.session.scalars(select(Outbox).order_by(Outbox.id.desc())).first()  # type: ignore[return-value]  # there is one


def try_pin(pin: str, browser: str, now: datetime = NINE) -> str:
    """Type six digits and return what came of it."""
    try:
        account.use_pin(pin, browser_token=browser, browser="test", now=now)
    except (Invalid, TooMany) as error:
        return type(error).__name__
    return "in"


def spoil(now: datetime = NINE) -> None:
    """Try as often as one address allows, from a new browser for every five tries."""
    for number in range(PIN_TRIES_PER_ADDRESS // PIN_TRIES):
        ask(f"stranger {number}", now)
        assert [try_pin("no", f"stranger {number}", now) for _ in range(PIN_TRIES)] == ["Invalid"] * PIN_TRIES


def test_twenty_wrong_tries_a_day_end_the_digits_of_an_address_but_not_its_link(app: Flask) -> None:
    spoil()

    pin = ask("Ada's")

    assert try_pin(pin, "Ada's") == "TooMany"
    token = str(enclosed(newest())["sign_in_path"]).removeprefix("/in/")
    assert account.use_link(token, browser="test", now=NINE).person_id


def test_the_digits_work_again_when_the_window_has_passed(app: Flask) -> None:
    spoil()
    moments = [NINE + timedelta(hours=24, seconds=late) for late in (-1, 0)]

    assert [try_pin(ask(f"Ada's {now}", now), f"Ada's {now}", now) for now in moments] == ["TooMany", "in"]


def test_another_addresss_digits_are_not_its_business(app: Flask) -> None:
    spoil()
    account.ask_for_link("ben@example.org", browser_token="Ben's", next_path="/", now=NINE)

    assert try_pin(str(enclosed(newest())["code"]), "Ben's") == "in"


def test_right_digits_are_no_failed_try(app: Flask) -> None:
    for hour in range(PIN_TRIES_PER_ADDRESS + 1):
        now = NINE + timedelta(minutes=30 * hour)
        assert try_pin(ask("Ada's", now), "Ada's", now) == "in"
    assert db.session.scalar(select(func.sum(SignIn.tries))) == 0


def test_control_five_tries_for_each_mail_alone_would_go_on(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(account, "PIN_TRIES_PER_ADDRESS", 10**6)
    spoil()

    assert try_pin(ask("Ada's"), "Ada's") == "in"


STRANGERS = [f"stranger {number}" for number in range(7)]


def race(app: Flask) -> Counter[str]:
    """Type wrong digits in all browsers of strangers at once, with three tries left for their address."""
    ask("the first")
    with write_transaction() as session:
        session.execute(update(SignIn).values(tries=PIN_TRIES_PER_ADDRESS - 3))
    for browser in STRANGERS:
        ask(browser)
    barrier = threading.Barrier(len(STRANGERS))

    def work(browser: str) -> str:
        with app.app_context():
            barrier.wait()
            return try_pin("no", browser)

    with ThreadPoolExecutor(len(STRANGERS)) as pool:
        return Counter(pool.map(work, STRANGERS))


def test_of_many_tries_at_once_no_more_count_than_an_address_has_left(either_app: Flask) -> None:
    assert race(either_app) == {"Invalid": 3, "TooMany": 4}


@pytest.mark.postgres
def test_control_tries_that_do_not_wait_for_each_other_would_all_count(
    either_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    if db.engine.dialect.name != "postgresql":
        pytest.skip("SQLite has one writer")
    counted = threading.Barrier(len(STRANGERS))

    def count(address: str, since: datetime) -> int:
        tries = failed_tries(address, since)
        counted.wait(10)  # the others look too before anybody's try is written down
        return tries

    monkeypatch.setattr(account, "lock_requests", lambda *_: None)
    monkeypatch.setattr(account, "failed_tries", count)

    assert race(either_app) == {"Invalid": len(STRANGERS)}


def test_an_account_lists_the_sessions_one_facilitates_in_rooms(meetup: MeetupRef, ada: AttendeeRef) -> None:
    with write_transaction() as session:
        room_id = session.get_one(Door, meetup.session_door).room_id
        planned = (("Mine", room_id, ada.person_id), ("On a walk", None, ada.person_id), ("His", room_id, None))
        for title, room, who in planned:
            row = ProgrammeSession(event_id=meetup.id, title=title, starts_at=NINE, ends_at=NINE + timedelta(hours=1))
            row.room_id, row.facilitator_id = room, who
            session.add(row)

    [line] = account.overview(ada.actor).facilitates

    assert (line.title, line.slug, line.starts_at) == ("Mine", meetup.slug, NINE)
