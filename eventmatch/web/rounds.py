"""Rounds of meetings, for the organiser."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateTimeLocalField
from wtforms.validators import InputRequired, NumberRange, Optional

from eventmatch.domain.errors import Conflict, Invalid
from eventmatch.domain.permissions import Action
from eventmatch.services import rounds as service
from eventmatch.services.rounds import RoundsDraft, RoundsView, What
from eventmatch.web.access import current_actor, declares
from eventmatch.web.clock import utcnow
from eventmatch.web.forms import WholeNumberField, attempt
from eventmatch.web.organiser import TIMES

pages = Blueprint("rounds", __name__, url_prefix="/o/e/<slug>")

MOST_ROUNDS, MOST_MINUTES, MOST_TABLES = 40, 240, 100_000


class RoundsForm(FlaskForm):
    """When rounds are, and how many tables there are."""

    starts = DateTimeLocalField(_l("First round begins"), [InputRequired(_l("Say when it begins."))], format=TIMES)
    rounds = WholeNumberField(
        _l("Rounds"), [InputRequired(_l("Say how many.")), NumberRange(1, MOST_ROUNDS, _l("From 1 to 40."))]
    )
    minutes = WholeNumberField(
        _l("Minutes for each"), [InputRequired(_l("Say how long.")), NumberRange(1, MOST_MINUTES, _l("From 1 to 240."))]
    )
    pause = WholeNumberField(
        _l("Minutes between"),
        [InputRequired(_l("Say how long, or 0.")), NumberRange(0, MOST_MINUTES, _l("From 0 to 240."))],
    )
    tables = WholeNumberField(
        _l("Tables"), [Optional(), NumberRange(1, MOST_TABLES, _l("At least one; leave it empty for no limit."))]
    )

    def draft(self) -> RoundsDraft:
        """Return what was typed."""
        starts = self.starts.data
        if starts is None:
            raise Invalid("Say when it begins.", field="starts")
        numbers = (self.rounds.data or 0, self.minutes.data or 0, self.pause.data or 0)
        return RoundsDraft(starts, *numbers, self.tables.data)


@pages.get("/rounds")
@declares(Action.SEE_EVENT_DESK)
def overview(slug: str) -> ResponseReturnValue:
    """Show the rounds, by round and by person."""
    view = service.overview(current_actor(), slug, now=utcnow())
    if "HX-Request" in request.headers:
        return render_template("rounds/_work.html", view=view, event=view.event)
    return _page(view, RoundsForm(obj=view.draft))


def _page(view: RoundsView, form: RoundsForm) -> str:
    return render_template("rounds/overview.html", view=view, event=view.event, form=form)


@pages.post("/rounds")
@declares(Action.RUN_EVENT)
def plan(slug: str) -> ResponseReturnValue:
    """Ask for rounds."""
    actor, form = current_actor(), RoundsForm()
    view = service.overview(actor, slug, now=utcnow(), action=Action.RUN_EVENT)
    outcome = attempt(form, lambda: service.plan(actor, slug, form.draft(), now=utcnow()))
    if outcome.refused:
        return _page(view, form), outcome.status
    return redirect(url_for("rounds.overview", slug=slug), 303)


@pages.post("/rounds/people/<int:attendee_id>/away")
@declares(Action.RUN_EVENT)
def away(slug: str, attendee_id: int) -> ResponseReturnValue:
    """Release the meetings of somebody who stays away."""
    return _mend(slug, attendee_id, "away")


@pages.post("/rounds/people/<int:attendee_id>/late")
@declares(Action.RUN_EVENT)
def late(slug: str, attendee_id: int) -> ResponseReturnValue:
    """Find meetings for somebody who came late."""
    return _mend(slug, attendee_id, "late")


def _mend(slug: str, attendee_id: int, what: What) -> ResponseReturnValue:
    """Change the rounds around one person, or say why not."""
    try:
        service.mend(current_actor(), slug, attendee_id, what, now=utcnow())
    except Conflict as refusal:
        flash(_(refusal.message), "wait")
    return redirect(url_for("rounds.overview", slug=slug), 303)


@pages.get("/rounds.csv")
@declares(Action.RUN_EVENT)
def download(slug: str) -> ResponseReturnValue:
    """Hand out all meetings as a table."""
    data = service.download(current_actor(), slug, now=utcnow())
    headers = {"Content-Disposition": f'attachment; filename="{slug}-rounds.csv"'}
    return Response(data, mimetype="text/csv", headers=headers)
