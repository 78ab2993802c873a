"""One cell of a table: what may stand in it, and what a spreadsheet must not run."""

import re
from datetime import datetime

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

# What starts a formula, also in full width and in the small forms spreadsheets fold into it.
_CALLS = "=@\uff1d\uff20\ufe66\ufe6b"
_SIGNS = "+\\-\uff0b\uff0d\ufe62\ufe63"
_SPACES = r"(?:[^\S\t\r\n]|[\u200b-\u200f\u2060\ufeff])*"

# The start of a cell, and the start of a cell in the eyes of a spreadsheet that splits at semicolons
# instead of commas (many countries do): there a plain "- item" is left alone, a call is not.
_AT_START = rf"(?='*{_SPACES}[\t\r\n{_CALLS}{_SIGNS}])"
_INSIDE = rf"(?='*{_SPACES}(?:[{_CALLS}]|[{_SIGNS}][^;\t\r\n]*[(|!]))"
_TO_GUARD = re.compile(rf"\A{_AT_START}|(?<=[;\t\r\n]){_INSIDE}")
_GUARDED = re.compile(rf"\A'{_AT_START}|(?<=[;\t\r\n])'{_INSIDE}")


def without_control_characters(text: str) -> str:
    """Remove what neither CSV nor XML can carry: control characters but tab and line ends, and halves of pairs."""
    return _CONTROL.sub("", text)


def neutralise(text: str) -> str:
    """Put an apostrophe before whatever a spreadsheet would run; restore() takes exactly these away again."""
    return _TO_GUARD.sub("'", text)


def restore(text: str) -> str:
    """Take away the apostrophes neutralise() put there, and nothing else."""
    return _GUARDED.sub("", text)


def keep_apostrophes(text: str) -> str:
    """Double those apostrophes which restore() would take away, for tables whose cells cannot run."""
    return _GUARDED.sub("''", text)


def as_text(value: object) -> str:
    """Write any cell's value as people would type it."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case float() if value.is_integer():
            return str(int(value))
        case datetime():
            return value.isoformat(sep=" ", timespec="minutes").removesuffix(" 00:00")
    return str(value)
