"""Badges on paper: chosen, made into a PDF or printed by the browser, and noted as printed."""

import re

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import InputRequired, Length

from eventmatch.domain.badge_choice import LONGEST_BEGINNING, Choice
from eventmatch.domain.badge_sizes import SIZES
from eventmatch.domain.errors import Invalid, NotFound
from eventmatch.domain.permissions import Action
from eventmatch.domain.states import TicketKind
from eventmatch.services import badge_run
from eventmatch.services import badge_sheets as service
from eventmatch.services.badge_sheets import PrintPage
from eventmatch.web.access import current_actor, declares
from eventmatch.web.clock import utcnow
from eventmatch.web.forms import attempt

pages = Blueprint("badge_sheets", __name__)

USUAL = "a4-10"
USUAL_LABEL = "label-100x62"
ALL = "all"
KINDS = {
    ALL: _l("Everybody"),
    TicketKind.GUEST: _l("Guests"),
    TicketKind.SPEAKER: _l("Speakers"),
    TicketKind.CREW: _l("Crew"),
    TicketKind.PRESS: _l("Press"),
    TicketKind.EXHIBITOR: _l("Exhibitors"),
}
NUMBERS = re.compile(r"\d{1,9}(?:,\d{1,9}){0,999}")


class ChoiceForm(FlaskForm):
    """Whose badges, on which paper."""

    size = RadioField(
        _l("Paper"), choices=[SelectChoice(size.key, size.words) for size in SIZES.values()], default=USUAL
    )
    kind = SelectField(
        _l("Who"),
        [InputRequired()],
        choices=[SelectChoice(kind, words) for kind, words in KINDS.items()],
        default=ALL,
    )
    first = StringField(_l("From"), [Length(max=LONGEST_BEGINNING)])
    last = StringField(_l("To"), [Length(max=LONGEST_BEGINNING)])
    unprinted = BooleanField(_l("Only badges that are not printed yet"), default=True)

    def choice(self) -> Choice:
        """Return what was chosen."""
        return Choice(
            size=self.size.data or "",
            kind="" if self.kind.data == ALL else self.kind.data,
            first=(self.first.data or "").strip(),
            last=(self.last.data or "").strip(),
            unprinted=bool(self.unprinted.data),
        )


def _base_url() -> str:
    """Return where codes lead."""
    return str(current_app.config["EVENTMATCH"].base_url)


@pages.get("/badges/<size>.css")
@declares(Action.READ_PUBLIC)
def style(size: str) -> ResponseReturnValue:
    """Return how a page of badges looks on one kind of paper: the same millimetres as in the PDF."""
    if size not in SIZES:
        raise NotFound
    sheet = render_template("badge_sheets/size.css", size=SIZES[size], steps=service.STEPS)
    return Response(sheet, content_type="text/css; charset=utf-8")


@pages.get("/o/e/<slug>/badges")
@declares(Action.RUN_EVENT)
def overview(slug: str) -> ResponseReturnValue:
    """Show how far the printing is, and ask for more."""
    return _overview_page(slug, ChoiceForm())


def _overview_page(slug: str, form: ChoiceForm) -> str:
    """Render the page of badges."""
    view = service.overview(current_actor(), slug, base_url=_base_url())
    return render_template("badge_sheets/overview.html", view=view, event=view.event, form=form, sizes=SIZES)


@pages.post("/o/e/<slug>/badges")
@declares(Action.RUN_EVENT)
def make(slug: str) -> ResponseReturnValue:
    """Make a PDF, or lead to the page the browser prints."""
    actor, form = current_actor(), ChoiceForm()
    service.check_runs(actor, slug)
    outcome = attempt(form, lambda: _made(slug, form))
    if outcome.value is None:
        return _overview_page(slug, form), outcome.status
    return redirect(outcome.value, 303)


def _made(slug: str, form: ChoiceForm) -> str:
    """Ask for the job, or check that there is something to print; returns where to go."""
    choice = form.choice()
    if "browser" in request.form:
        service.page(current_actor(), slug, choice, base_url=_base_url())
        asked = {name: value for name, value in form.data.items() if name in Choice.__slots__ and value}
        return url_for("badge_sheets.print_page", slug=slug, **asked)
    job_id = badge_run.start(current_actor(), slug, choice, base_url=_base_url(), now=utcnow())
    return url_for("organiser.job", slug=slug, job_id=job_id)


@pages.get("/o/e/<slug>/badges/print")
@declares(Action.RUN_EVENT)
def print_page(slug: str) -> ResponseReturnValue:
    """Show chosen badges for the browser to print; whoever may not is told so before any field is judged."""
    service.check_runs(current_actor(), slug)
    form = ChoiceForm(request.args, meta={"csrf": False})
    if request.args and not form.validate():
        return redirect(url_for("badge_sheets.overview", slug=slug), 303)
    return _printed_page(service.page(current_actor(), slug, form.choice(), base_url=_base_url()))


def _printed_page(page: PrintPage) -> str:
    """Render badges to print."""
    ids = ",".join(str(badge.attendee_id) for badge in page.badges)
    return render_template("badge_sheets/print.html", page=page, event=page.event, ids=ids, sizes=SIZES)


@pages.get("/o/e/<slug>/badges/<int:job_id>/left-out")
@declares(Action.RUN_EVENT)
def left_out(slug: str, job_id: int) -> ResponseReturnValue:
    """Show the badges a PDF is without."""
    return _printed_page(service.left_out(current_actor(), slug, job_id, base_url=_base_url()))


@pages.get("/o/e/<slug>/attendees/<int:attendee_id>/badge")
@declares(Action.RUN_EVENT)
def single(slug: str, attendee_id: int) -> ResponseReturnValue:
    """Show one attendee's badge for the browser to print."""
    size = request.args.get("size", USUAL_LABEL)
    return _printed_page(service.single(current_actor(), slug, attendee_id, size=size, base_url=_base_url()))


@pages.post("/o/e/<slug>/badges/printed")
@declares(Action.RUN_EVENT)
def printed(slug: str) -> ResponseReturnValue:
    """Note that badges came out of the printer."""
    service.check_runs(current_actor(), slug)
    if not NUMBERS.fullmatch(text := request.form.get("attendees", "")):
        raise Invalid("Say whose badges were printed: numbers of attendees with commas between them.")
    ids = [int(number) for number in text.split(",")]
    count = service.note_printed(current_actor(), slug, ids, now=utcnow())
    flash(ngettext("%(num)s badge is noted as printed.", "%(num)s badges are noted as printed.", count), "good")
    if len(ids) == 1:
        return redirect(url_for("attendees.detail", slug=slug, attendee_id=ids[0]), 303)
    return redirect(url_for("badge_sheets.overview", slug=slug), 303)


@pages.get("/o/e/<slug>/badges/<int:job_id>.pdf")
@declares(Action.RUN_EVENT)
def download(slug: str, job_id: int) -> ResponseReturnValue:
    """Hand out a PDF."""
    file = badge_run.download(current_actor(), slug, job_id, now=utcnow())
    attached = {"Content-Disposition": f'attachment; filename="{file.filename}"'}
    return Response(file.content, content_type="application/pdf", headers=attached)


@pages.post("/o/e/<slug>/badges/<int:job_id>/take-back")
@declares(Action.RUN_EVENT)
def take_back(slug: str, job_id: int) -> ResponseReturnValue:
    """Forget a PDF that was not printed."""
    badge_run.take_back(current_actor(), slug, job_id, now=utcnow())
    flash(_("The file is gone, and its badges count as not printed by it."))
    return redirect(url_for("badge_sheets.overview", slug=slug), 303)
