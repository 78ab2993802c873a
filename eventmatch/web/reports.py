"""The organiser's inbox of reports."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from eventmatch.domain.permissions import Action
from eventmatch.services import reports
from eventmatch.web.access import current_actor, declares
from eventmatch.web.clock import utcnow

pages = Blueprint("reports", __name__)


@pages.get("/o/e/<slug>/reports")
@declares(Action.RUN_EVENT)
def inbox(slug: str) -> ResponseReturnValue:
    """Show what was reported, with the code of conduct beside it."""
    found = reports.inbox(current_actor(), slug)
    return render_template("reports/inbox.html", inbox=found, event=found.event)


@pages.post("/o/e/<slug>/reports/<int:report_id>/close")
@declares(Action.RUN_EVENT)
def close(slug: str, report_id: int) -> ResponseReturnValue:
    """Note that a report has been dealt with."""
    reports.close(current_actor(), slug, report_id, closed=True, now=utcnow())
    flash(_("Closed."), "good")
    return redirect(url_for("reports.inbox", slug=slug), 303)


@pages.post("/o/e/<slug>/reports/<int:report_id>/reopen")
@declares(Action.RUN_EVENT)
def reopen(slug: str, report_id: int) -> ResponseReturnValue:
    """Take a report up again."""
    reports.close(current_actor(), slug, report_id, closed=False, now=utcnow())
    return redirect(url_for("reports.inbox", slug=slug), 303)
