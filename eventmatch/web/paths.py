"""What may stand in an address: a row number that a database can hold, words without NUL; all else is not found."""

from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter, UnicodeConverter

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


def register(app: Flask) -> None:
    """Make these the rules of every route, before any is added."""
    app.url_map.converters.update({"int": RowNumber, "default": Words, "string": Words})
