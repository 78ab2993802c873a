"""An event's attendees on the organiser's pages."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from eventmatch.domain.permissions import Action
from eventmatch.services import attendee_list, events
from eventmatch.services import attendees as service
from eventmatch.services.attendee_list import Shown, Wanted
from eventmatch.web.access import current_actor, declares
from eventmatch.web.clock import utcnow
from eventmatch.web.forms import attempt

pages = Blueprint("attendees", __name__)

FARTHEST = 2**31 - 1  # no id is larger; PostgreSQL would refuse the comparison
FILTERS = {
    Shown.ALL: _l("Everybody"),
    Shown.CONFIRMED: _l("Confirmed"),
    Shown.ARRIVED: _l("Arrived"),
    Shown.EXPECTED: _l("Expected"),
    Shown.NO_BADGE: _l("No badge printed yet"),
    Shown.WAITLISTED: _l("Waiting list"),
    Shown.PENDING: _l("Not verified"),
    Shown.CANCELLED: _l("Cancelled"),
    Shown.BARRED: _l("Barred"),
}


class BarForm(FlaskForm):
    """Why somebody must not come."""

    why = StringField(_l("Reason"), [InputRequired(_l("Say why; the team reads it at the door.")), Length(max=300)])


def _position(name: str) -> int | None:
    """Return where a page begins or ends; anything odd is the beginning."""
    place = request.args.get(name, type=int)
    return place if place is not None and 0 < place <= FARTHEST else None


@pages.get("/o/e/<slug>/attendees")
@declares(Action.SEE_EVENT_DESK)
def listing(slug: str) -> ResponseReturnValue:
    """List the attendees, fifty at a time."""
    asked = request.args.get("show", "")
    shown = Shown(asked) if asked in set(Shown) else Shown.ALL
    wanted = Wanted(request.args.get("q", ""), shown, _position("after"), _position("before"))
    page = attendee_list.listing(current_actor(), slug, wanted, now=utcnow())
    return render_template("attendees/listing.html", page=page, event=page.event, filters=FILTERS)


@pages.get("/o/e/<slug>/attendees/<int:attendee_id>")
@declares(Action.SEE_EVENT_DESK)
def detail(slug: str, attendee_id: int) -> ResponseReturnValue:
    """Show one attendee."""
    return _detail_page(slug, attendee_id, BarForm())


def _detail_page(slug: str, attendee_id: int, form: BarForm) -> str:
    """Render one attendee's page."""
    view = service.attendee(current_actor(), slug, attendee_id, now=utcnow())
    return render_template("attendees/detail.html", attendee=view, event=events.public(slug), form=form)


def _back(slug: str, attendee_id: int) -> ResponseReturnValue:
    """Go back to the attendee."""
    return redirect(url_for("attendees.detail", slug=slug, attendee_id=attendee_id), 303)


@pages.post("/o/e/<slug>/attendees/<int:attendee_id>/bar")
@declares(Action.RUN_EVENT)
def bar(slug: str, attendee_id: int) -> ResponseReturnValue:
    """Keep somebody out."""
    actor, form = current_actor(), BarForm()
    service.check_runs(actor, slug, attendee_id)
    outcome = attempt(form, lambda: service.bar(actor, slug, attendee_id, str(form.why.data), now=utcnow()))
    if outcome.refused:
        return _detail_page(slug, attendee_id, form), outcome.status
    flash(_("No door admits this person any more."))
    return _back(slug, attendee_id)


@pages.post("/o/e/<slug>/attendees/<int:attendee_id>/unbar")
@declares(Action.RUN_EVENT)
def unbar(slug: str, attendee_id: int) -> ResponseReturnValue:
    """Let somebody come again."""
    service.unbar(current_actor(), slug, attendee_id, now=utcnow())
    flash(_("This person may come again."), "good")
    return _back(slug, attendee_id)


@pages.post("/o/e/<slug>/attendees/<int:attendee_id>/space")
@declares(Action.RUN_EVENT)
def set_needs_space(slug: str, attendee_id: int) -> ResponseReturnValue:
    """Let a full room take somebody in all the same, or not."""
    needs = bool(request.form.get("needs"))
    service.set_needs_space(current_actor(), slug, attendee_id, needs=needs, now=utcnow())
    flash(_("A full room takes this person in from now on.") if needs else _("Saved."), "good")
    return _back(slug, attendee_id)


@pages.post("/o/e/<slug>/attendees/<int:attendee_id>/resend")
@declares(Action.RUN_EVENT)
def resend(slug: str, attendee_id: int) -> ResponseReturnValue:
    """Mail somebody their ticket again."""
    service.resend_ticket(current_actor(), slug, attendee_id, now=utcnow())
    flash(_("The ticket is on its way."), "good")
    return _back(slug, attendee_id)
