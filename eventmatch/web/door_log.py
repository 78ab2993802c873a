"""The door log on the organiser's pages: every scan, and a mistake taken back."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from eventmatch.domain.permissions import Action
from eventmatch.services import door_log as service
from eventmatch.services import events
from eventmatch.web.access import current_actor, declares
from eventmatch.web.checkin import WORDS
from eventmatch.web.clock import utcnow
from eventmatch.web.forms import attempt
from eventmatch.web.paths import LARGEST_ROW

pages = Blueprint("door_log", __name__)


class TakeBackForm(FlaskForm):
    """Why a scan does not count."""

    why = StringField(_l("Why"), [InputRequired(_l("Say why; it stays in the log.")), Length(max=300)])


@pages.get("/o/e/<slug>/log")
@declares(Action.SEE_EVENT_DESK)
def listing(slug: str) -> ResponseReturnValue:
    """List the scans, fifty at a time."""
    before, attendee, refused = _row("before"), _row("attendee"), request.args.get("show") == "refused"
    page = service.log(current_actor(), slug, before=before, attendee_id=attendee, refused_only=refused)
    kept = {"attendee": attendee, "show": "refused" if refused else None}
    return render_template("door_log/listing.html", page=page, event=page.event, kept=kept, words=WORDS)


def _row(name: str) -> int | None:
    """Return the number of a row asked for; anything odd asks for nothing."""
    number = request.args.get(name, type=int)
    return number if number is not None and 0 < number <= LARGEST_ROW else None


@pages.get("/o/e/<slug>/log/<int:door_scan_id>")
@declares(Action.RUN_EVENT)
def taking_back(slug: str, door_scan_id: int) -> ResponseReturnValue:
    """Ask why a scan does not count."""
    return _taking_back(slug, door_scan_id, TakeBackForm())


def _taking_back(slug: str, scan_id: int, form: TakeBackForm) -> str:
    """Render one scan with the question why it is taken back."""
    line = service.line(current_actor(), slug, scan_id)
    return render_template("door_log/take_back.html", line=line, event=events.public(slug), form=form, words=WORDS)


@pages.post("/o/e/<slug>/log/<int:door_scan_id>")
@declares(Action.RUN_EVENT)
def take_back(slug: str, door_scan_id: int) -> ResponseReturnValue:
    """Take a scan back."""
    actor, form = current_actor(), TakeBackForm()
    service.line(actor, slug, door_scan_id)
    outcome = attempt(form, lambda: service.take_back(actor, slug, door_scan_id, form.why.data or "", now=utcnow()))
    if outcome.value is None:
        return _taking_back(slug, door_scan_id, form), outcome.status
    flash(_("Taken back. Where they are follows from the scans that count."), "good")
    return redirect(url_for("door_log.listing", slug=slug, attendee=outcome.value), 303)
