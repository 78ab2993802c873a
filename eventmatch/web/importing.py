"""People from a file: upload, look, confirm."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, StringField
from wtforms.validators import Length

from eventmatch.domain.permissions import Action
from eventmatch.services import events
from eventmatch.services import importing as service
from eventmatch.web.access import current_actor, declares
from eventmatch.web.clock import utcnow
from eventmatch.web.forms import attempt

pages = Blueprint("importing", __name__)

FIELDS = {
    "name": _l("Name"),
    "first_name": _l("First name"),
    "last_name": _l("Last name"),
    "email": _l("E-mail"),
    "organisation": _l("Organisation"),
    "team": _l("Team"),
    "role": _l("Role"),
    "headline": _l("Headline"),
    "about": _l("About"),
    "interests": _l("Interests"),
    "asks": _l("Asks"),
    "offers": _l("Offers"),
    "mode": _l("In person or online"),
    "can_video": _l("Can do video"),
    "glad_to_help": _l("Glad to help"),
    "kind": _l("Kind of ticket"),
    "code": _l("Foreign ticket code"),
    "status": _l("State of the ticket"),
    "quantity": _l("Number of tickets"),
    "phone": _l("Phone"),
    "link": _l("Link"),
}


class UploadForm(FlaskForm):
    """A list of people."""

    file = FileField(_l("List of people"), [FileRequired(_l("Choose a file."))])


class ConfirmForm(FlaskForm):
    """What the organiser declares about everybody in the list."""

    matching = StringField(_l("They agreed to be matched with others"), [Length(max=300)])
    organiser_export = StringField(_l("They agreed that you export their contact details"), [Length(max=300)])
    invite = BooleanField(_l("Invite everybody who is new to claim their place by mail"), default=True)


@pages.get("/o/e/<slug>/import")
@declares(Action.RUN_EVENT)
def upload(slug: str) -> ResponseReturnValue:
    """Ask for a file."""
    service.check_runs(current_actor(), slug)
    return render_template("importing/upload.html", form=UploadForm(), event=events.public(slug))


@pages.post("/o/e/<slug>/import")
@declares(Action.RUN_EVENT)
def take(slug: str) -> ResponseReturnValue:
    """Keep a file and show what it would do."""
    actor, form = current_actor(), UploadForm()
    service.check_runs(actor, slug)
    outcome = attempt(form, lambda: _keep(slug, form))
    if outcome.value is None:
        return render_template("importing/upload.html", form=form, event=events.public(slug)), outcome.status
    return redirect(url_for("importing.preview", slug=slug, file_id=outcome.value), 303)


def _keep(slug: str, form: UploadForm) -> int:
    """Hand the uploaded file on."""
    file = form.file.data
    return service.upload(current_actor(), slug, file.filename or "", file.read(), now=utcnow())


@pages.get("/o/e/<slug>/import/<int:file_id>")
@declares(Action.RUN_EVENT)
def preview(slug: str, file_id: int) -> ResponseReturnValue:
    """Show what a file would do."""
    return _preview_page(slug, file_id, ConfirmForm())


def _preview_page(slug: str, file_id: int, form: ConfirmForm) -> str:
    """Render the preview of a file."""
    found = service.preview(current_actor(), slug, file_id, now=utcnow())
    return render_template("importing/preview.html", preview=found, form=form, fields=FIELDS, event=events.public(slug))


@pages.post("/o/e/<slug>/import/<int:file_id>")
@declares(Action.RUN_EVENT)
def confirm(slug: str, file_id: int) -> ResponseReturnValue:
    """Import a file in the background."""
    actor, form = current_actor(), ConfirmForm()
    service.check_runs(actor, slug)
    outcome = attempt(form, lambda: _start(slug, file_id, form))
    if outcome.value is None:
        return _preview_page(slug, file_id, form), outcome.status
    return redirect(url_for("organiser.job", slug=slug, job_id=outcome.value), 303)


def _start(slug: str, file_id: int, form: ConfirmForm) -> int:
    """Ask for the job with what was declared."""
    words = {"matching": form.matching.data or "", "organiser_export": form.organiser_export.data or ""}
    declared = {purpose: text for purpose, text in words.items() if text.strip()}
    return service.start(current_actor(), slug, file_id, declared, invite=bool(form.invite.data), now=utcnow())


@pages.post("/o/e/<slug>/import/<int:file_id>/drop")
@declares(Action.RUN_EVENT)
def drop(slug: str, file_id: int) -> ResponseReturnValue:
    """Forget an uploaded file."""
    service.drop(current_actor(), slug, file_id)
    flash(_("The file is gone; nobody was imported."))
    return redirect(url_for("importing.upload", slug=slug), 303)
