"""When somebody is not good to be near: block, unblock, report."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import InputRequired

from eventmatch.domain.addresses import attendee_path
from eventmatch.domain.permissions import Action
from eventmatch.services import safety as service
from eventmatch.web.access import current_actor, declares
from eventmatch.web.clock import utcnow
from eventmatch.web.forms import attempt
from eventmatch.web.paths import LARGEST_ROW

pages = Blueprint("safety", __name__)

LONGEST_NUMBER = 20


class ReportForm(FlaskForm):
    """What happened."""

    text = TextAreaField(
        _l("What happened"), [InputRequired(_l("Write what happened; one sentence is enough."))], render_kw={"rows": 6}
    )


@pages.post("/e/<slug>/people/<int:attendee_id>/block")
@declares(Action.KEEP_APART)
def block(slug: str, attendee_id: int) -> ResponseReturnValue:
    """Keep somebody away from me, and me from them."""
    service.block(current_actor(), slug, attendee_id, now=utcnow())
    flash(_("Blocked. From now on neither of you sees the other; nobody is told."))
    return redirect(url_for("safety.blocked"), 303)


@pages.post("/B/<code>/block")
@pages.post("/b/<code>/block")
@declares(Action.KEEP_APART)
def block_wearer(code: str) -> ResponseReturnValue:
    """Keep away whoever wears this badge."""
    service.block_wearer(current_actor(), code, now=utcnow())
    flash(_("Blocked. From now on neither of you sees the other; nobody is told."))
    return redirect(url_for("safety.blocked"), 303)


@pages.post("/contacts/<int:met_id>/block")
@declares(Action.OWN_CONTACTS)
def block_contact(met_id: int) -> ResponseReturnValue:
    """Keep somebody of my contact book away."""
    service.block_contact(current_actor(), met_id, now=utcnow())
    flash(_("Blocked. From now on neither of you sees the other; nobody is told."))
    return redirect(url_for("safety.blocked"), 303)


@pages.get("/me/blocked")
@declares(Action.OWN_ACCOUNT)
def blocked() -> ResponseReturnValue:
    """Show whom I blocked."""
    return render_template("safety/blocked.html", people=service.blocked(current_actor()))


@pages.post("/me/blocked/<int:block_id>/unblock")
@declares(Action.OWN_ACCOUNT)
def unblock(block_id: int) -> ResponseReturnValue:
    """Take a block back."""
    service.unblock(current_actor(), block_id)
    flash(_("Unblocked."))
    return redirect(url_for("safety.blocked"), 303)


@pages.get("/e/<slug>/report")
@declares(Action.KEEP_APART)
def report(slug: str) -> ResponseReturnValue:
    """Ask what happened, with the code of conduct beside it."""
    view = service.report_page(current_actor(), slug, _about())
    return render_template("safety/report.html", view=view, event=view.event, form=ReportForm())


@pages.post("/e/<slug>/report")
@declares(Action.KEEP_APART)
def send(slug: str) -> ResponseReturnValue:
    """Put a report into the organiser's inbox."""
    actor, form, about = current_actor(), ReportForm(), _about()
    view = service.report_page(actor, slug, about)
    outcome = attempt(form, lambda: service.report(actor, slug, form.text.data or "", about=about, now=utcnow()))
    if outcome.refused:
        return render_template("safety/report.html", view=view, event=view.event, form=form), outcome.status
    flash(_("The organiser has your report."), "good")
    return redirect(attendee_path(slug), 303)


@pages.post("/e/<slug>/people/<int:attendee_id>/report")
@declares(Action.KEEP_APART)
def report_person(slug: str, attendee_id: int) -> ResponseReturnValue:
    """Lead from somebody's card to the form about them."""
    service.report_page(current_actor(), slug, attendee_id)
    return redirect(url_for("safety.report", slug=slug, about=attendee_id), 303)


def _about() -> service.Subject:
    """Return whom a report is about, if anybody: a number is a place's, anything else the code of a badge."""
    about = request.args.get("about", "")
    if about.isascii() and about.isdigit() and len(about) < LONGEST_NUMBER:
        return min(int(about), LARGEST_ROW)
    return about or None
