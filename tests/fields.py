"""Which fields each route reads, found by watching it, and ways to send anything in them."""

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from inspect import getsource
from typing import Any, ClassVar
from unittest.mock import patch
from urllib.parse import urlencode

from flask import Flask, Request
from flask_wtf import FlaskForm
from werkzeug.routing import Rule
from werkzeug.test import TestResponse
from wtforms import Field, FieldList, FormField

from eventmatch.domain.permissions import Action
from tests.world import ROLES, Snapshot, World, as_somebody, expected, filled, routes

LIKELY = ("nobody", "Ada", "a device", "a kiosk", "door staff", "an owner")
READ_BY_HAND = re.compile(r"(?:request\.(?:form|args)\.get|_position)\(\s*\"([\w-]+)\"|\"([\w-]+)\" in request\.args")
LONG = 50_000  # what no browser puts into a query
URLENCODED = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Door:
    """One way into the application: a route, a method, who may use it, and how they prove it."""

    rule: Rule
    method: str
    who: str
    headers: dict[str, str]
    reads: frozenset[str]
    fields: tuple[str, ...]
    has_form: bool

    def __str__(self) -> str:
        """Name it in a failure."""
        return f"{self.method} {self.rule.rule} as {self.who}"


class WatchedRequest(Request):
    """A request that tells which of its parts were read."""

    noticed: ClassVar[set[str]] = set()

    @property
    def form(self) -> Any:
        """The fields, noting that somebody looked."""
        self.noticed.add("form")
        return super().form

    @property
    def args(self) -> Any:
        """The query, noting that somebody looked."""
        self.noticed.add("args")
        return super().args


class Siege:
    """A world to attack: every way in, and the database as it was before."""

    def __init__(self, app: Flask) -> None:
        self.app, self.world = app, World()
        proofs = {who: proof(app, self.world, who) for who in ROLES}
        self.fresh = Snapshot()
        self.doors = [
            self.door(rule, method, who, proofs[who])
            for rule, method, action in routes(app)
            for who in [somebody_for(rule, action)]
        ]

    def door(self, rule: Rule, method: str, who: str, headers: dict[str, str]) -> Door:
        """Send one empty request and note what of it was read, and which form was filled in."""
        usual, self.app.request_class = self.app.request_class, WatchedRequest
        WatchedRequest.noticed.clear()
        forms: list[FlaskForm] = []

        def remember(form: FlaskForm) -> bool:
            forms.append(form)
            return False

        with patch.object(FlaskForm, "validate", remember):
            self.app.test_client(use_cookies=False).open(
                filled(rule, self.world.values), method=method, headers=headers
            )
            names = [name for form in forms for name in names_in(form)]
        self.app.request_class = usual
        self.fresh.restore()
        by_hand = read_by_hand(self.app.view_functions[rule.endpoint].__module__) if WatchedRequest.noticed else []
        fields = tuple(dict.fromkeys([*names, *by_hand]))
        return Door(rule, method, who, headers, frozenset(WatchedRequest.noticed), fields, has_form=bool(forms))

    def send(self, door: Door, values: Mapping[str, str], *, path: str = "") -> TestResponse:
        """Send fields through one way in, in the body of a POST and in the query of a GET, and undo what they did."""
        client, body = self.app.test_client(use_cookies=False), encoded(values)
        path = path or filled(door.rule, self.world.values)
        parts: dict[str, Any] = {"query_string": body.decode()} if "args" in door.reads and len(body) < LONG else {}
        if door.method != "GET":
            parts |= {"data": body, "content_type": URLENCODED}
        answer = client.open(path, method=door.method, headers=door.headers, **parts)
        if door.method != "GET" and answer.status_code < 400:
            self.fresh.restore()
        return answer


def read_by_hand(module: str) -> list[str]:
    """Return the names a module reads without a form."""
    return [name for found in READ_BY_HAND.findall(getsource(sys.modules[module])) for name in found if name]


def somebody_for(rule: Rule, action: Action) -> str:
    """Return who may use a route, the least mighty first."""
    return next(who for who in (*LIKELY, *ROLES) if expected(who, rule, action))


def proof(app: Flask, world: World, who: str) -> dict[str, str]:
    """Return the headers by which somebody is known; they stay the same whatever a request does."""
    client, headers = as_somebody(app, world, who)
    cookie = client.get_cookie("eventmatch")
    return headers | ({"Cookie": f"eventmatch={cookie.value}"} if cookie else {})


def names_in(fields: Iterable[Field]) -> Iterator[str]:
    """Yield the names under which fields arrive, also those inside other fields."""
    for field in fields:
        if isinstance(field, FieldList):
            yield from names_in(field.entries)
        elif isinstance(field, FormField):
            yield from names_in(field.form)
        else:
            yield str(field.name)


def encoded(values: Mapping[str, str]) -> bytes:
    """Encode fields as a browser would, and halves of character pairs as only an attacker would."""
    pairs = [(name, value.encode("utf-8", "surrogatepass")) for name, value in values.items()]
    return urlencode(pairs).encode()
