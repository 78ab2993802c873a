"""Every route against everybody: generated from the map of addresses, so that a new route cannot be forgotten."""

from typing import Any

import pytest
from flask import Flask

from tests.web.answers import without_tokens
from tests.world import ROLES, Snapshot, World, as_somebody, expected, filled, routes, turned_away

SCANS = {"code": "K7P2QX", "nonce": "1", "scans": [{"code": "K7P2QX", "nonce": "1"}]}


@pytest.mark.parametrize("who", ROLES)
def test_everybody_gets_where_the_table_says_and_nowhere_else(app: Flask, who: str) -> None:
    world, fresh = World(), Snapshot()
    wrong: list[str] = []
    cells = 0
    for rule, method, action in routes(app):
        client, headers = as_somebody(app, world, who)
        body: dict[str, Any] = {"json": SCANS} if rule.rule.startswith("/api/") else {"data": {}}
        answer = client.open(filled(rule, world.values), method=method, headers=headers, **body)
        cells += 1
        if turned_away(answer) == expected(who, rule, action) or answer.status_code >= 500:
            wrong.append(f"{method} {rule.rule}: {answer.status_code} {answer.location or ''}")
        if method != "GET":
            fresh.restore()

    assert cells > 60
    assert not wrong, "\n".join(wrong)


def test_a_missing_event_and_a_foreign_one_answer_alike(app: Flask) -> None:
    world = World()
    client, _ = as_somebody(app, world, "another organiser's owner")

    foreign, missing = client.get("/o/e/meetup"), client.get("/o/e/no-such-event")

    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert without_tokens(foreign) == without_tokens(missing)
