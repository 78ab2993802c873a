"""Every page and file that Ada may open, held against each other byte for byte, around what Ben taps about her."""

from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from eventmatch.models.base import write_transaction
from eventmatch.models.tap import Block, Known, NotForMe
from eventmatch.services import matching
from tests.services.test_matching import here_and_now
from tests.web.answers import without_tokens
from tests.world import NOW, World, as_somebody, expected, filled, routes


@pytest.fixture
def world(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Return a world whose lists are computed, at a moment that does not pass."""
    monkeypatch.setattr(matching, "in_child", here_and_now)
    with time_machine.travel(NOW, tick=False):
        found = World()
        matching.start(found.people["an owner"], found.meetup.slug, now=NOW)
        yield found


@pytest.fixture
def phone(app: Flask, world: World) -> FlaskClient:
    """Return Ada's phone."""
    return as_somebody(app, world, "Ada")[0]


def seen_by_ada(client: FlaskClient, world: World) -> dict[str, tuple[int, str]]:
    """Open everything there is to open."""
    seen = {}
    for rule, method, action in routes(client.application):
        if method == "GET" and expected("Ada", rule, action):
            answer = client.get(filled(rule, world.values))
            seen[rule.rule] = (answer.status_code, without_tokens(answer))
    return seen


def tap(world: World, kind: type[Block | Known | NotForMe]) -> None:
    """Let Ben say something about Ada."""
    with write_transaction() as session:
        session.add(kind(from_id=world.ben.id, to_id=world.ada.id, created_at=NOW))


@pytest.mark.parametrize("kind", [NotForMe, Known])
def test_nothing_ada_may_open_changes_by_a_byte_though_lists_are_asked_for_again(
    phone: FlaskClient, world: World, kind: type[Known | NotForMe]
) -> None:
    before = seen_by_ada(phone, world)
    tap(world, kind)
    matching.keep_fresh(NOW)
    after_the_tap = seen_by_ada(phone, world)
    matching.start(world.people["an owner"], world.meetup.slug, now=NOW)

    assert len(before) > 20
    assert sum("Ben" in page for _, page in before.values()) > 3
    assert after_the_tap == before
    assert seen_by_ada(phone, world) == before


def test_the_control_a_block_is_seen_at_once(phone: FlaskClient, world: World) -> None:
    before = seen_by_ada(phone, world)
    tap(world, Block)
    after = seen_by_ada(phone, world)

    changed = {path for path in before if after[path] != before[path]}
    assert "/e/<slug>/people" in changed
    assert not any("Ben" in page for path, (_, page) in after.items() if path.startswith("/e/<slug>/people"))
