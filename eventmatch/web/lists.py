"""Everybody's match lists, for the organiser."""

from typing import Any

from flask import Blueprint, Response, get_template_attribute, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from eventmatch.domain.permissions import Action
from eventmatch.domain.reasons import Reason
from eventmatch.services import lists as service
from eventmatch.services import matching
from eventmatch.web.access import current_actor, declares
from eventmatch.web.clock import utcnow

pages = Blueprint("lists", __name__, url_prefix="/o/e/<slug>")


@pages.get("/lists")
@declares(Action.SEE_EVENT_DESK)
def overview(slug: str) -> ResponseReturnValue:
    """Show lists, the weakest first."""
    wanted: dict[str, Any] = {
        "search": request.args.get("q", "")[:100],
        "first": request.args.get("first", 1, type=int),
        "everything": "all" in request.args,
    }
    view = service.overview(current_actor(), slug, **wanted)
    template = "lists/_work.html" if "HX-Request" in request.headers else "lists/overview.html"
    return render_template(template, view=view, event=view.event, search=wanted["search"], now=utcnow())


@pages.get("/lists.csv")
@declares(Action.RUN_EVENT)
def download(slug: str) -> ResponseReturnValue:
    """Hand out all lists as a table."""
    told = get_template_attribute("lists/_reason.html", "told")

    def wording(reason: Reason) -> str:
        return str(told(reason)).strip()

    data = service.download(current_actor(), slug, wording, now=utcnow())
    headers = {"Content-Disposition": f'attachment; filename="{slug}-lists.csv"'}
    return Response(data, mimetype="text/csv", headers=headers)


@pages.post("/lists/compute")
@declares(Action.RUN_EVENT)
def compute(slug: str) -> ResponseReturnValue:
    """Ask for new lists."""
    job_id = matching.start(current_actor(), slug, now=utcnow())
    return redirect(url_for("organiser.job", slug=slug, job_id=job_id), 303)
