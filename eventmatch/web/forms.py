"""What all forms share: an act is tried on valid input only, and a refusal is shown beside the field it is about."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask_wtf import FlaskForm
from wtforms import Field, Form, IntegerField, ValidationError

from eventmatch.domain.errors import Conflict, Invalid, TooMany
from eventmatch.web.errors import status_of

Value = TypeVar("Value")

UNPROCESSABLE = 422
MOST_DIGITS = 18


class WholeNumberField(IntegerField):
    """A whole number that a comparison with a limit can hold; four hundred digits are none."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read a number of a size people mean."""
        if valuelist and len(valuelist[0].strip()) > MOST_DIGITS:
            raise ValueError(self.gettext("Not a valid integer value."))
        super().process_formdata(valuelist)


class Cleanable:
    """Refuses what a rule of the house refuses, and leaves what was typed as it is."""

    def __init__(self, clean: Callable[[str], object], needed: Any = "") -> None:
        """Keep the rule, and what to say when nothing is left of a needed answer."""
        self.clean, self.needed = clean, needed
        self.field_flags = {"required": True} if needed else {}

    def __call__(self, _form: Form, field: Field) -> None:
        """Try the rule."""
        try:
            cleaned = self.clean(field.data or "")
        except Invalid as refusal:
            raise ValidationError(refusal.message) from refusal
        if self.needed and not cleaned:
            raise ValidationError(str(self.needed))


@dataclass(frozen=True, slots=True)
class Outcome(Generic[Value]):
    """What came of a form: a value, or the status under which the page is shown again."""

    value: Value | None
    status: int = 200

    @property
    def refused(self) -> bool:
        """Whether the page must be shown again."""
        return self.status >= 400  # noqa: PLR2004 - HTTP's own boundary


def attempt(form: FlaskForm, act: Callable[[], Value]) -> Outcome[Value]:
    """Do something with a valid form; nothing typed is lost when it is refused."""
    if not form.validate():
        return Outcome(None, UNPROCESSABLE)
    try:
        return Outcome(act())
    except (Invalid, Conflict, TooMany) as refusal:
        target = next((field for field in form if field.short_name == refusal.field), form)
        _add_error(target, refusal.message)
        return Outcome(None, status_of(refusal))


def _add_error(target: Field | FlaskForm, message: str) -> None:
    """Put a sentence beside a field, or on top of the form."""
    if isinstance(target, Field):
        target.errors = [*target.errors, message]
    else:
        target.form_errors = [*target.form_errors, message]
