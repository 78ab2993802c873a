"""The form in which people say who they are at an event and what they agree to: for registering and for editing."""

from dataclasses import fields
from datetime import date, time
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    EmailField,
    Field,
    FieldList,
    Form,
    FormField,
    RadioField,
    StringField,
    TelField,
    TextAreaField,
    TimeField,
    URLField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.form import BaseForm
from wtforms.validators import InputRequired, Optional, StopValidation, ValidationError

from eventmatch.domain.answers import TAGS, Answers
from eventmatch.domain.errors import Invalid
from eventmatch.domain.hours import MOST_DAYS, QUARTERS, DayHours, Span, days_from, hours_from, on_a_quarter, window
from eventmatch.domain.profiles import Hours, Profile, clean_line, clean_link, clean_phone, clean_tags, clean_text
from eventmatch.domain.registration import modes_at
from eventmatch.domain.states import ArrivalVisibility, HiddenFrom, Mode, Purpose
from eventmatch.services.account import clean_address
from eventmatch.services.events import EventView
from eventmatch.web.forms import Cleanable

LINES = ("name", "organisation", "team", "role", "headline", "ask", "offer")
MODES = {Mode.IN_PERSON: _l("In person"), Mode.ONLINE: _l("Online"), Mode.EITHER: _l("Either")}
HIDDEN_FROM = [
    SelectChoice(HiddenFrom.NOBODY.value, _l("Nobody")),
    SelectChoice(HiddenFrom.ORGANISATION.value, _l("People of my organisation")),
    SelectChoice(HiddenFrom.ORGANISER.value, _l("The organiser")),
    SelectChoice(HiddenFrom.BOTH.value, _l("Both of them")),
]
ARRIVAL = [
    SelectChoice(ArrivalVisibility.NOBODY.value, _l("Nobody")),
    SelectChoice(ArrivalVisibility.MATCHES.value, _l("My matches")),
    SelectChoice(ArrivalVisibility.EVERYBODY.value, _l("Everybody at the event")),
]


class Preselected:
    """Marks a question that always has an answer, so that it does not read as one to skip."""

    field_flags: ClassVar = {"required": True}

    def __call__(self, _form: Form, _field: Field) -> None:
        """Refuse nothing: leaving the answer out means the preselected one."""


def line(name: str) -> Cleanable:
    """Return the rule of a one-line answer."""
    return Cleanable(lambda text: clean_line(text, name))


class ClockField(TimeField):
    """A time of day in quarters of an hour; one that was there before may be finer."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read a time, or say how one looks."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("Type a time such as 09:15.")) from error

    def post_validate(self, form: BaseForm, validation_stopped: bool) -> None:  # noqa: FBT001 - as WTForms calls it
        """Refuse minutes nobody can plan with."""
        if isinstance(self.data, time) and self.data != self.object_data and not on_a_quarter(self.data):
            raise ValidationError(QUARTERS)


class DayForm(Form):
    """From when to when somebody is there on one day."""

    since = ClockField(_l("From"), [Optional()], ["%H:%M", "%H:%M:%S"], render_kw={"step": 900})
    until = ClockField(_l("Until"), [Optional()], ["%H:%M", "%H:%M:%S"], render_kw={"step": 900})
    absent = BooleanField(_l("Not on this day"))

    def said(self) -> DayHours:
        """Return the answer."""
        return DayHours(self.since.data, self.until.data, absent=bool(self.absent.data))


class ProfileForm(FlaskForm):
    """Everything people say; `fit` makes it ask only what the event leaves open."""

    name = StringField(_l("Name"), [Cleanable(lambda text: clean_line(text, "name"), _l("Type your name."))])
    email: EmailField | None = EmailField(
        _l("E-mail"), [InputRequired(_l("Type your e-mail address.")), Cleanable(clean_address)]
    )
    organisation = StringField(_l("Organisation"), [line("organisation")])
    team = StringField(_l("Team"), [line("team")])
    role = StringField(_l("Role"), [line("role")])
    headline = StringField(_l("Headline"), [line("headline")])
    about = TextAreaField(_l("A few sentences more"), [Cleanable(lambda text: clean_text(text, "about"))])
    interests = StringField(_l("Interests"), [Cleanable(clean_tags)])
    asks = StringField(_l("What I am looking for"), [Cleanable(clean_tags)])
    ask = StringField(_l("My question in one sentence"), [line("ask")])
    ask_hidden_from = RadioField(
        _l("Who must not see what you are looking for?"),
        [Preselected()],
        choices=HIDDEN_FROM,
        default=HiddenFrom.NOBODY.value,
    )
    offers = StringField(_l("What I can offer"), [Cleanable(clean_tags)])
    offer = StringField(_l("My offer in one sentence"), [line("offer")])
    glad_to_help = BooleanField(_l("I am glad to help, even when I get nothing back"))
    mode = RadioField(_l("How will you take part?"), [Preselected()], default=Mode.IN_PERSON.value)
    can_video = BooleanField(_l("I can meet people by video"))
    hours = FieldList(FormField(DayForm), max_entries=MOST_DAYS)
    phone = TelField(_l("Phone"), [Cleanable(clean_phone)])
    link = URLField(_l("Link"), [Cleanable(clean_link)])
    matching = BooleanField(_l("Suggest me people to meet, and me to them"))
    arrival_visible_to = RadioField(
        _l("Who may see that you have arrived?"),
        [Preselected()],
        choices=ARRIVAL,
        default=ArrivalVisibility.NOBODY.value,
    )
    share_email = BooleanField(_l("People I connect with get my e-mail address"))
    share_phone = BooleanField(_l("People I connect with get my phone number"))
    share_link = BooleanField(_l("People I connect with get my link"))
    share_automatically = BooleanField(_l("Share at once when somebody scans my badge"))
    organiser_export = BooleanField(_l("The organiser may take my contact details away"))

    def fit(self, event: EventView, known: Hours = ()) -> "ProfileForm":
        """Ask for the days and ways of taking part this event has."""
        self.modes, self.known = modes_at(event.mode), known
        self.span = Span(event.starts_at, event.ends_at, event.zone)
        self.mode.choices = [SelectChoice(mode.value, MODES[mode]) for mode in self.modes]
        if len(self.modes) == 1:
            del self.mode
        while len(self.hours.entries) < len(self.span.days):
            self.hours.append_entry()
        del self.hours.entries[len(self.span.days) :]
        return self

    def days(self) -> "list[tuple[date, FormField[DayForm]]]":
        """Return the event's days with their questions."""
        return list(zip(self.span.days, self.hours.entries, strict=True))

    def validate_hours(self, field: "FieldList[FormField[DayForm]]") -> None:
        """Refuse hours in which nobody can be met, beside the day they are about."""
        if any(field.errors) or self._said() == days_from(self.known, self.span):
            return
        for day, entry in self.days():
            self._check_day(day, entry)
        if any(entry.errors for entry in field.entries):
            field.errors = [entry.errors for entry in field.entries]
            raise StopValidation
        try:
            hours_from(self._said(), self.span, self.known)
        except Invalid as refusal:
            raise ValidationError(refusal.message) from refusal

    def _check_day(self, day: date, entry: "FormField[DayForm]") -> None:
        """Put what is wrong with one day beside it."""
        said = entry.form.said()
        try:
            if not said.absent:
                window(day, said, self.span)
        except Invalid as refusal:
            entry.form.until.errors = [refusal.message]

    def _said(self) -> tuple[DayHours, ...]:
        """Return the answer for each day."""
        return tuple(entry.form.said() for entry in self.hours.entries)

    def answers(self) -> Answers:
        """Return what a valid form says, cleaned."""
        said: dict[str, Any] = {name: clean_line(self[name].data or "", name) for name in LINES}
        said |= {name: clean_tags(self[name].data or "", name) for name in TAGS}
        profile = Profile(
            **said,
            about=clean_text(self.about.data or "", "about"),
            phone=clean_phone(self.phone.data or ""),
            link=clean_link(self.link.data or ""),
            hours=hours_from(self._said(), self.span, self.known),
            mode=Mode(self.mode.data) if "mode" in self else self.modes[0],
            can_video=self.can_video.data,
            glad_to_help=self.glad_to_help.data,
            ask_hidden_from=HiddenFrom(self.ask_hidden_from.data),
            arrival_visible_to=ArrivalVisibility(self.arrival_visible_to.data),
        )
        return Answers(profile, frozenset(purpose for purpose in Purpose if self[purpose.value].data))


class EditForm(ProfileForm):
    """The same form for somebody whose address is known."""

    email = None


def shown(answers: Answers, event: EventView) -> dict[str, Any]:
    """Return answers as the form's own values."""
    profile = answers.profile
    values: dict[str, Any] = {field.name: getattr(profile, field.name) for field in fields(Profile)}
    values |= {name: ", ".join(getattr(profile, name)) for name in TAGS}
    values |= {purpose.value: purpose in answers.consents for purpose in Purpose}
    span = Span(event.starts_at, event.ends_at, event.zone)
    days = days_from(profile.hours, span)
    return values | {"hours": [{"since": day.since, "until": day.until, "absent": day.absent} for day in days]}
