"""Reading a JSON body strictly: what two readers could understand differently is refused."""

import json
import math
from collections.abc import Iterable
from typing import Any

from flask import request
from werkzeug.exceptions import UnsupportedMediaType

from eventmatch.domain.errors import DomainError, Invalid
from eventmatch.domain.readings import UNREADABLE

JSON = "application/json"
DEEPEST = 20
ESCAPE = rb"\u"  # how a text gets a NUL or half of a character pair into UTF-8
LARGEST_INTEGER = 2**53
LONGEST_NUMBER = 17  # digits and sign of the largest integer


class Malformed(DomainError):
    """A body that is no JSON, or JSON that readers disagree about."""


def json_object(*, at_most: int) -> dict[str, Any]:
    """Return the JSON object of this request, which may have so many bytes."""
    request.max_content_length = at_most
    body = request.get_data(cache=False)
    if request.mimetype != JSON:
        raise UnsupportedMediaType("Send JSON with the header Content-Type: application/json.")
    value = read(body)
    if not isinstance(value, dict):
        raise Invalid("The body must be a JSON object.")
    return value


def read(body: bytes) -> Any:
    """Parse JSON strictly.

    Raises
    ------
    Malformed
        On broken UTF-8 or JSON, duplicate keys, NaN, integers beyond 2^53, NUL, halves of character pairs,
        or nesting deeper than twenty.
    """
    try:
        value = _DECODER.decode(body.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise Malformed("The body is not JSON in UTF-8.") from error
    if ESCAPE in body or body.count(b"{") + body.count(b"[") > DEEPEST:  # else there is nothing to find
        _check([value])
    return value


def _integer(digits: str) -> int:
    """Allow integers every reader holds exactly."""
    if len(digits) > LONGEST_NUMBER or abs(int(digits)) > LARGEST_INTEGER:
        raise Malformed("The body has an integer beyond 2^53.")
    return int(digits)


def _float(digits: str) -> float:
    """Allow numbers that are not too large to be numbers."""
    if not math.isfinite(number := float(digits)):
        raise Malformed("The body has a number that is too large.")
    return number


def _constant(word: str) -> None:
    """Refuse what JSON does not have."""
    raise Malformed(f"The body has {word}, which JSON does not have.")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse an object that says one thing twice."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise Malformed("The body has one key twice.")
    return found


_DECODER = json.JSONDecoder(parse_int=_integer, parse_float=_float, parse_constant=_constant, object_pairs_hook=_unique)


def _check(level: list[Any]) -> None:
    """Look through all texts, level by level."""
    for _ in range(DEEPEST):
        if not (level := [inner for value in level for inner in _inside(value)]):
            return
    for value in level:
        if isinstance(value, dict | list):
            raise Malformed(f"The body is nested deeper than {DEEPEST}.")
        _inside(value)


def _inside(value: Any) -> Iterable[Any]:
    """Return what a value holds; a text must be storable."""
    if isinstance(value, dict):
        return [*value.keys(), *value.values()]
    if isinstance(value, str) and UNREADABLE.search(value):
        raise Malformed("The body has a NUL or half of a character pair.")
    return value if isinstance(value, list) else ()
