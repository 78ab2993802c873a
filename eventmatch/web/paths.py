"""What may stand in an address: a row number that a database can hold, words without NUL; all else is not found."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter, Rule, UnicodeConverter

LARGEST_ROW = 2**31 - 1


class RowNumber(IntegerConverter):
    """A number no larger than a row's can be."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Set the limit where the route sets none."""
        super().__init__(*args, **{"max": LARGEST_ROW} | kwargs)


class Words(UnicodeConverter):
    """Text without NUL, which PostgreSQL cannot compare with anything."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Take NUL out of what fits."""
        super().__init__(*args, **kwargs)
        self.regex = self.regex.replace("[^/]", "[^/\\x00]")


class Route(Rule):
    """A route that learns to write its addresses when one is first asked for: that takes longer than all else of it."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:  # noqa: FBT001, FBT002 - Werkzeug's
        """Return what learns to write addresses, and then does."""
        name, learn = "_build_unknown" if append_unknown else "_build", super()._compile_builder

        def write(self: Route, **values: Any) -> tuple[str, str]:
            build = learn(append_unknown).__get__(self, None)
            setattr(self, name, build)
            written: tuple[str, str] = build(**values)
            return written

        return write


def register(app: Flask) -> None:
    """Make these the rules of every route, before any is added."""
    app.url_rule_class = Route
    app.url_map.converters.update({"int": RowNumber, "default": Words, "string": Words})
