"""An operator gets a team, its owner and a way in; asking again gives a way in and nothing else."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from eventmatch.domain.errors import Invalid
from eventmatch.domain.states import MemberRole
from eventmatch.models.base import db, write_transaction
from eventmatch.models.organiser import Member, Organiser
from eventmatch.models.person import Person, PersonEmail
from eventmatch.services import account, set_up, teams
from eventmatch.services.set_up import Begun
from tests.cast import HOUR, NINE


def begin(address: str = "Oona@Example.org", *, name: str = "Oona Rautio") -> Begun:
    """Set Oona's team up at nine."""
    return set_up.start("Loose Ends", address, name=name, now=NINE)


def rows() -> list[int]:
    """Count what a set-up makes."""
    return [db.session.scalar(select(func.count()).select_from(table)) or 0 for table in (Organiser, Member, Person)]


def test_the_printed_link_signs_the_owner_in(app: Flask) -> None:
    begun = begin()

    signed_in = account.use_link(begun.path.removeprefix("/in/"), browser="test", now=NINE)

    [member] = db.session.scalars(select(Member))
    assert (signed_in.person_id, signed_in.next_path) == (member.person_id, "/o")
    assert (member.role, member.person.name, member.organiser.name) == (MemberRole.OWNER, "Oona Rautio", "Loose Ends")


def test_a_second_time_changes_nothing_but_the_link(app: Flask) -> None:
    first = begin()
    before = rows()

    second = begin(name="Somebody else")

    assert (first.created, second.created) == (True, False)
    assert first.path != second.path
    assert rows() == before == [1, 1, 1]
    assert db.session.scalars(select(Person.name)).all() == ["Oona Rautio"]


def test_another_address_becomes_a_further_owner(app: Flask) -> None:
    begin()

    begun = begin("piet@example.org", name="Piet")

    assert not begun.created
    assert rows() == [1, 2, 2]


def test_a_viewer_named_as_owner_becomes_one(app: Flask) -> None:
    with write_transaction():
        team = teams.add_organiser("Loose Ends", now=NINE)
        teams.add_member(team.id, account.prove("oona@example.org", name="Oona", now=NINE), MemberRole.VIEWER)

    begin()

    assert db.session.scalars(select(Member.role)).all() == [MemberRole.OWNER]


def test_the_link_opens_nothing_an_hour_later(app: Flask) -> None:
    begun = begin()

    with pytest.raises(Invalid):
        account.use_link(begun.path.removeprefix("/in/"), browser="test", now=NINE + HOUR)


@pytest.mark.parametrize(
    ("organiser", "address"), [(" ", "oona@example.org"), ("Loose Ends", "oona"), ("x" * 201, "a@b.org")]
)
def test_nothing_is_made_of_a_name_or_address_that_is_none(app: Flask, organiser: str, address: str) -> None:
    with pytest.raises(Invalid):
        set_up.start(organiser, address, now=NINE)

    assert rows() == [0, 0, 0]
    assert db.session.scalars(select(PersonEmail)).all() == []


def test_an_address_is_drawn_for_a_phone(app: Flask) -> None:
    assert "█" in set_up.terminal_picture("http://192.168.1.7:5000")
