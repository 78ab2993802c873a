"""The organiser's events: made, changed, seen at a glance, and the work that goes on for them."""

from datetime import datetime
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateTimeLocalField, RadioField, StringField, TextAreaField, URLField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from eventmatch.domain.errors import Invalid
from eventmatch.domain.joining import clean_join_url
from eventmatch.domain.local_time import zone_of, zones
from eventmatch.domain.permissions import Action
from eventmatch.domain.states import Mode
from eventmatch.services import board as board_service
from eventmatch.services import desk as desk_service
from eventmatch.services import events as event_service
from eventmatch.services import jobs, organising, signing
from eventmatch.services.organising import EventDraft
from eventmatch.web.access import current_actor, declares
from eventmatch.web.clock import utcnow
from eventmatch.web.forms import Cleanable, WholeNumberField, attempt

pages = Blueprint("organiser", __name__)

MOST_SEATS = 1_000_000
TIMES = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]  # browsers write the first one


class EventForm(FlaskForm):
    """One short page about an event."""

    name = StringField(_l("Name"), [InputRequired(_l("Give the event a name.")), Length(max=200)])
    starts = DateTimeLocalField(_l("Begins"), [InputRequired(_l("Say when it begins."))], format=TIMES)
    ends = DateTimeLocalField(_l("Ends"), [InputRequired(_l("Say when it ends."))], format=TIMES)
    zone = StringField(_l("Time zone"), [InputRequired(_l("Choose a time zone.")), Cleanable(zone_of)])
    mode = RadioField(
        _l("How do people take part?"),
        [InputRequired()],
        choices=[
            SelectChoice(Mode.IN_PERSON.value, _l("In person")),
            SelectChoice(Mode.ONLINE.value, _l("Online")),
            SelectChoice(Mode.EITHER.value, _l("Both ways")),
        ],
        default=Mode.IN_PERSON.value,
    )
    venue = StringField(_l("Where"), [Length(max=300)])
    join_url = URLField(_l("Link to join online"), [Cleanable(clean_join_url)])
    capacity = WholeNumberField(
        _l("Seats"), [Optional(), NumberRange(1, MOST_SEATS, _l("At least one; leave it empty for no limit."))]
    )
    description = TextAreaField(_l("What is it about?"), [Length(max=4000)])
    slug = StringField(_l("Short name in addresses"), [Length(max=80)])
    conduct = TextAreaField(_l("Code of conduct"), [Length(max=4000)], default=organising.CONDUCT)
    registration_open = BooleanField(_l("People can register"), default=True)

    def draft(self) -> EventDraft:
        """Return what was typed."""
        starts, ends = self.starts.data, self.ends.data
        if starts is None or ends is None:
            raise Invalid("Say when it begins and ends.")
        asked = ("name", "zone", "venue", "join_url", "description", "slug", "conduct")
        words = {name: self[name].data or "" for name in asked if name in self}
        return EventDraft(
            **words,
            starts=starts,
            ends=ends,
            mode=Mode(self.mode.data),
            capacity=self.capacity.data,
            registration_open=self.registration_open.data,
        )


class ChangeForm(EventForm):
    """The same page later: the short name stays, because mails and printed codes lead to it."""

    slug = None  # type: ignore[assignment]  # how the library leaves a field out


@pages.get("/o")
@declares(Action.SEE_EVENT_DESK)
def events() -> ResponseReturnValue:
    """List the events of the teams one belongs to."""
    actor = current_actor()
    return render_template(
        "organiser/events.html",
        events=organising.events(actor),
        may_create=organising.may_create(actor),
        now=utcnow(),
    )


@pages.get("/o/events/new")
@declares(Action.CREATE_EVENT)
def create() -> ResponseReturnValue:
    """Ask what the event is."""
    form = EventForm(data={"zone": organising.usual_zone(current_actor())})
    return _event_page(form)


@pages.post("/o/events/new")
@declares(Action.CREATE_EVENT)
def make() -> ResponseReturnValue:
    """Make an event."""
    organising.usual_zone(current_actor())  # whoever may not is told so before any field is judged
    form = EventForm()
    outcome = attempt(form, lambda: organising.create(current_actor(), form.draft(), now=utcnow()))
    if outcome.value is None:
        return _event_page(form), outcome.status
    flash(_("The event is there. People can register on its page."), "good")
    return redirect(url_for("organiser.desk", slug=outcome.value), 303)


def _event_page(form: EventForm, slug: str = "") -> str:
    """Render the page of a new or an existing event."""
    shown: dict[str, Any] = {}
    if slug:
        signed = signing.is_on(current_actor(), slug, current_app.config["EVENTMATCH"].site)
        shown = {"event": event_service.public(slug), "signed": signed}
    return render_template("organiser/event.html", form=form, zones=zones(), slug=slug, **shown)


@pages.get("/o/e/<slug>/edit")
@declares(Action.RUN_EVENT)
def edit(slug: str) -> ResponseReturnValue:
    """Show an event as it may be changed."""
    return _event_page(ChangeForm(obj=organising.draft_of(current_actor(), slug)), slug)


@pages.post("/o/e/<slug>/edit")
@declares(Action.RUN_EVENT)
def change(slug: str) -> ResponseReturnValue:
    """Change an event."""
    actor = current_actor()
    organising.draft_of(actor, slug)
    form = ChangeForm()
    outcome = attempt(form, lambda: organising.change(actor, slug, form.draft(), now=utcnow()))
    if outcome.refused:
        return _event_page(form, slug), outcome.status
    flash(_("Saved."), "good")
    return redirect(url_for("organiser.desk", slug=slug), 303)


@pages.get("/o/e/<slug>")
@declares(Action.SEE_EVENT_DESK)
def desk(slug: str) -> ResponseReturnValue:
    """Show who has arrived, and everything there is to do."""
    shown = desk_service.desk(current_actor(), slug, now=utcnow())
    return render_template("organiser/desk.html", desk=shown, event=shown.event)


@pages.get("/o/e/<slug>/board")
@declares(Action.SEE_EVENT_DESK)
def board(slug: str) -> ResponseReturnValue:
    """Show how the event fills, on a screen that is left standing."""
    shown = board_service.board(current_actor(), slug, now=utcnow())
    return render_template("organiser/board.html", board=shown, event=shown.event)


@pages.get("/o/e/<slug>/jobs/<int:job_id>")
@declares(Action.SEE_EVENT_DESK)
def job(slug: str, job_id: int) -> ResponseReturnValue:
    """Show how far a piece of work is, and what came of it."""
    found = jobs.job_for(current_actor(), slug, job_id)
    remaining = _remaining(found, utcnow())
    event = event_service.public(slug)
    return render_template("organiser/job.html", job=found, event=event, remaining=remaining)


def _remaining(found: jobs.JobView, now: datetime) -> str:
    """Say roughly how long the work still takes."""
    seconds = found.seconds_left(now)
    if seconds is None:
        return str(_("Just begun."))
    if seconds < 60:  # noqa: PLR2004 - a minute
        return str(_("About %(seconds)s seconds left", seconds=max(1, seconds)))
    return str(_("About %(minutes)s minutes left", minutes=round(seconds / 60)))


@pages.post("/o/e/<slug>/jobs/<int:job_id>/cancel")
@declares(Action.RUN_EVENT)
def cancel_job(slug: str, job_id: int) -> ResponseReturnValue:
    """Stop a piece of work."""
    jobs.cancel(current_actor(), slug, job_id, now=utcnow())
    return redirect(url_for("organiser.job", slug=slug, job_id=job_id), 303)
