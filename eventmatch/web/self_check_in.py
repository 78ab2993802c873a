"""The organiser's page of self check-in: what is allowed, the way to the screen, and the poster."""

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField

from eventmatch.domain.permissions import Action
from eventmatch.services import self_check_in as service
from eventmatch.services import welcome
from eventmatch.web.access import current_actor, declares
from eventmatch.web.clock import utcnow
from eventmatch.web.forms import attempt
from eventmatch.web.welcome import chosen_door

pages = Blueprint("self_check_in", __name__)


class AllowForm(FlaskForm):
    """What an organiser lets guests do alone."""

    walk_ins = BooleanField(
        _l("People without a place may register at the door"),
        description=_l("By themselves once they read the code, or by your staff; as long as there are places."),
    )
    poster = BooleanField(
        _l("A printed code may check people in"),
        description=_l("Nobody sees them come: such a check-in is marked as self-reported wherever it is shown."),
    )


@pages.get("/o/e/<slug>/self-check-in")
@declares(Action.RUN_EVENT)
def page(slug: str) -> ResponseReturnValue:
    """Show what is allowed, and where the screen and the poster are."""
    allowed = service.allowed(current_actor(), slug)
    form = AllowForm(formdata=None, walk_ins=allowed.walk_ins, poster=allowed.poster)
    return render_template("self_check_in/page.html", allowed=allowed, event=allowed.event, form=form)


@pages.post("/o/e/<slug>/self-check-in")
@declares(Action.RUN_EVENT)
def allow(slug: str) -> ResponseReturnValue:
    """Change what is allowed."""
    actor, form = current_actor(), AllowForm()
    allowed = service.allowed(actor, slug)
    wanted = {"walk_ins": bool(form.walk_ins.data), "poster": bool(form.poster.data)}
    outcome = attempt(form, lambda: service.allow(actor, slug, **wanted, now=utcnow()))
    if outcome.refused:
        return render_template("self_check_in/page.html", allowed=allowed, event=allowed.event, form=form), 422
    flash(_("Saved."), "good")
    return redirect(url_for("self_check_in.page", slug=slug), 303)


@pages.get("/o/e/<slug>/poster")
@declares(Action.RUN_EVENT)
def poster(slug: str) -> ResponseReturnValue:
    """Show the sheet to print and put up, where that is allowed."""
    if not service.allowed(current_actor(), slug).poster:
        flash(_("A printed code checks nobody in before you allow it."), "wait")
        return redirect(url_for("self_check_in.page", slug=slug), 303)
    sign = welcome.poster(current_actor(), slug, chosen_door(), site=current_app.config["EVENTMATCH"].site)
    return render_template("self_check_in/poster.html", sign=sign, event=sign.event)
