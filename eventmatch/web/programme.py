"""The organiser's page of the programme: sessions with their rooms, times and facilitators."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateTimeLocalField, EmailField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import InputRequired, Length

from eventmatch.domain.errors import Invalid
from eventmatch.domain.permissions import Action
from eventmatch.services import programme as service
from eventmatch.services.programme import Programme, SessionDraft
from eventmatch.web.access import current_actor, declares
from eventmatch.web.clock import utcnow
from eventmatch.web.forms import attempt
from eventmatch.web.organiser import TIMES

pages = Blueprint("programme", __name__, url_prefix="/o/e/<slug>/programme")


class SessionForm(FlaskForm):
    """A session of the programme."""

    title = StringField(_l("Title"), [InputRequired(_l("Give the session a title.")), Length(max=200)])
    starts = DateTimeLocalField(_l("Begins"), [InputRequired(_l("Say when it begins."))], format=TIMES)
    ends = DateTimeLocalField(_l("Ends"), [InputRequired(_l("Say when it ends."))], format=TIMES)
    room = SelectField(_l("Room"), coerce=int, default=0)
    facilitator = EmailField(
        _l("Facilitator’s e-mail"),
        [Length(max=254)],
        description=_l("Sees how full the room is and who waits, on their phone. Empty: nobody."),
    )

    def draft(self) -> SessionDraft:
        """Return what was typed."""
        starts, ends = self.starts.data, self.ends.data
        if starts is None or ends is None:
            raise Invalid("Say when it begins and ends.")
        return SessionDraft(str(self.title.data), starts, ends, self.room.data or None, self.facilitator.data or "")


@pages.get("")
@declares(Action.RUN_EVENT)
def overview(slug: str) -> ResponseReturnValue:
    """Show all sessions."""
    view = service.overview(current_actor(), slug)
    return render_template("programme/overview.html", view=view, event=view.event)


@pages.get("/new")
@declares(Action.RUN_EVENT)
def new(slug: str) -> ResponseReturnValue:
    """Ask about a new session."""
    view = service.overview(current_actor(), slug)
    return _page(view, _form(view, view.proposed))


def _form(view: Programme, said: SessionDraft | None = None) -> SessionForm:
    """Return the form with the event's rooms."""
    form = SessionForm(obj=said)
    form.room.choices = [SelectChoice(0, _("None")), *(SelectChoice(*room) for room in view.rooms)]
    return form


def _page(view: Programme, form: SessionForm, programme_id: int = 0) -> str:
    """Render the page of a new or an existing session."""
    return render_template("programme/session.html", event=view.event, form=form, programme_id=programme_id)


@pages.post("/new")
@declares(Action.RUN_EVENT)
def add(slug: str) -> ResponseReturnValue:
    """Plan a session."""
    actor = current_actor()
    view = service.overview(actor, slug)
    form = _form(view)
    outcome = attempt(form, lambda: service.add(actor, slug, form.draft(), now=utcnow()))
    return (_page(view, form), outcome.status) if outcome.refused else _back(slug, _("The session is planned."))


def _back(slug: str, message: str) -> ResponseReturnValue:
    """Go back to the programme with a word about what was done."""
    flash(message, "good")
    return redirect(url_for("programme.overview", slug=slug), 303)


@pages.get("/<int:programme_id>")
@declares(Action.RUN_EVENT)
def edit(slug: str, programme_id: int) -> ResponseReturnValue:
    """Show a session as it may be changed."""
    actor = current_actor()
    said = service.draft_of(actor, slug, programme_id)
    view = service.overview(actor, slug)
    return _page(view, _form(view, said), programme_id)


@pages.post("/<int:programme_id>")
@declares(Action.RUN_EVENT)
def change(slug: str, programme_id: int) -> ResponseReturnValue:
    """Change a session."""
    actor = current_actor()
    service.draft_of(actor, slug, programme_id)
    view = service.overview(actor, slug)
    form = _form(view)
    outcome = attempt(form, lambda: service.change(actor, slug, programme_id, form.draft(), now=utcnow()))
    return (_page(view, form, programme_id), outcome.status) if outcome.refused else _back(slug, _("Saved."))


@pages.post("/<int:programme_id>/remove")
@declares(Action.RUN_EVENT)
def remove(slug: str, programme_id: int) -> ResponseReturnValue:
    """Take a session off the programme."""
    service.remove(current_actor(), slug, programme_id, now=utcnow())
    return _back(slug, _("Taken off the programme."))
