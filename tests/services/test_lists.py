"""Everybody's lists, for those who run the event."""

import csv
import io

import pytest
from sqlalchemy import select, update

from eventmatch.domain.actor import Actor
from eventmatch.domain.errors import NotFound
from eventmatch.domain.reasons import Reason
from eventmatch.domain.states import HiddenFrom, MemberRole, Mode
from eventmatch.models.attendee import Attendee
from eventmatch.models.base import db, write_transaction
from eventmatch.models.tap import Block, NotForMe
from eventmatch.models.work import Audit
from eventmatch.services import lists, matching
from eventmatch.services.lists import Hint, ListsView
from tests.cast import NINE, AttendeeRef, MeetupRef, add_attendee, add_member
from tests.services.test_matching import here_and_now


@pytest.fixture(autouse=True)
def computed(
    meetup: MeetupRef, ada: AttendeeRef, ben: AttendeeRef, oona: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Compute the lists of Ada, Ben and four others, one of whom can meet nobody."""
    monkeypatch.setattr(matching, "in_child", here_and_now)
    for name in ("Chidi", "Dana", "Emeka"):
        add_attendee(meetup, name, asks=["risk"], offers=["grants"], organisation="Nordhafen")
    add_attendee(meetup, "Yann", mode=Mode.ONLINE)
    matching.start(oona, meetup.slug, now=NINE)


def names(view: ListsView) -> dict[str, set[str]]:
    return {own.name: {entry.name for entry in own.entries} for own in view.lists}


def told(reason: Reason) -> str:
    return f"{reason.term} {reason.theirs}"


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def test_each_is_on_the_others_list_or_neither(oona: Actor) -> None:
    found = names(lists.overview(oona, "meetup"))

    assert "Ben Hartwig" in found["Ada Okafor"]
    assert all((other in found[name]) == (name in found[other]) for name in found for other in found)
    assert all(entry.mutual for own in lists.overview(oona, "meetup").lists for entry in own.entries)


def test_the_weakest_list_comes_first_and_says_why(oona: Actor) -> None:
    view = lists.overview(oona, "meetup")

    assert (view.lists[0].name, view.lists[0].weak, view.weak) == ("Yann", True, 1)
    assert Hint.NO_VIDEO in view.lists[0].hints


def test_search_finds_names_and_organisations(oona: Actor) -> None:
    assert set(names(lists.overview(oona, "meetup", search="nordHAFEN"))) == {"Chidi", "Dana", "Emeka"}
    assert set(names(lists.overview(oona, "meetup", search="ada"))) == {"Ada Okafor"}


def test_lists_come_in_pages(oona: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "ON_A_PAGE", 4)
    one, two, everything = (lists.overview(oona, "meetup", **how) for how in ({}, {"first": 5}, {"everything": True}))

    assert (len(one.lists), len(two.lists), one.found, two.first, two.last) == (4, 2, 6, 5, 6)
    assert {*names(one), *names(two)} == set(names(everything))


def test_an_ask_hidden_from_the_organiser_is_in_nothing_they_get(oona: Actor, ada: AttendeeRef) -> None:
    before = repr(lists.overview(oona, "meetup")), lists.download(oona, "meetup", told, now=NINE).decode()
    with write_transaction() as session:
        hidden = update(Attendee).where(Attendee.id == ada.id).values(ask_hidden_from=HiddenFrom.ORGANISER)
        session.execute(hidden)
    after = repr(lists.overview(oona, "meetup")), lists.download(oona, "meetup", told, now=NINE).decode()

    assert all("vendor contracts" in text for text in before), "the control: Ada asks for them, Ben offers them"
    assert not any("vendor contracts" in text for text in after)


def test_a_blocked_pair_is_on_no_page_and_leaves_no_gap(oona: Actor, ada: AttendeeRef, ben: AttendeeRef) -> None:
    with write_transaction() as session:
        session.add(Block(from_id=ben.id, to_id=ada.id, created_at=NINE))

    found = lists.overview(oona, "meetup")
    assert "Ben Hartwig" not in names(found)["Ada Okafor"]
    assert "Ada Okafor" not in names(found)["Ben Hartwig"]
    for own in found.lists:
        assert [entry.rank for entry in own.entries] == list(range(1, len(own.entries) + 1))
    table = {(row["name"], row["other"]) for row in rows(lists.download(oona, "meetup", told, now=NINE))}
    assert not {("Ada Okafor", "Ben Hartwig"), ("Ben Hartwig", "Ada Okafor")} & table


def test_not_for_me_is_nothing_the_organiser_learns_of(oona: Actor, ada: AttendeeRef, ben: AttendeeRef) -> None:
    before = lists.overview(oona, "meetup")
    with write_transaction() as session:
        session.add(NotForMe(from_id=ben.id, to_id=ada.id, created_at=NINE))

    assert lists.overview(oona, "meetup") == before


def test_the_download_holds_every_list_and_is_written_down(oona: Actor) -> None:
    table = rows(lists.download(oona, "meetup", told, now=NINE))

    assert list(table[0]) == ["name", "rank", "other", "score", "reason"]
    assert {(row["name"], row["rank"]) for row in table if row["name"] == "Ada Okafor"} == {
        ("Ada Okafor", str(rank)) for rank in range(1, 5)
    }
    assert all(0 <= float(row["score"]) <= 1 for row in table)
    [note] = db.session.scalars(select(Audit).where(Audit.action == "download match lists"))
    assert (note.person_id, note.detail) == (oona.person_id, {"rows": len(table)})


def test_a_viewer_sees_lists_and_neither_computes_nor_downloads(meetup: MeetupRef, ada: AttendeeRef) -> None:
    ulrike = add_member(meetup, "Ulrike", MemberRole.VIEWER)

    assert not lists.overview(ulrike, "meetup").may_compute
    with pytest.raises(NotFound):
        lists.download(ulrike, "meetup", told, now=NINE)
    with pytest.raises(NotFound):
        lists.overview(ada.actor, "meetup")
