"""“I'm here”: a guest's own phone checks them in, after it read the code of the venue."""

from dataclasses import asdict
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, StringField

from eventmatch.domain.addresses import here_path
from eventmatch.domain.errors import Conflict
from eventmatch.domain.permissions import Action
from eventmatch.domain.profiles import clean_line
from eventmatch.domain.states import DeviceKind
from eventmatch.domain.welcome import Seen
from eventmatch.services import events, self_registration
from eventmatch.services import here as service
from eventmatch.services.here import Standing
from eventmatch.services.walk_ins import Newcomer
from eventmatch.web.access import current_actor, declares
from eventmatch.web.account import SignInForm
from eventmatch.web.clock import utcnow
from eventmatch.web.forms import Cleanable, attempt
from eventmatch.web.guest_words import IN, words

pages = Blueprint("here", __name__)


class ShortForm(FlaskForm):
    """The least an organiser must know of who comes; all else can be said later."""

    name = StringField(_l("Name"), [Cleanable(lambda text: clean_line(text, "name"), _l("Type your name."))])
    organisation = StringField(_l("Organisation"), [Cleanable(lambda text: clean_line(text, "organisation"))])
    matching = BooleanField(_l("Suggest me people to meet, and me to them"))


def remember(seen: Seen) -> None:
    """Keep in this browser, signed by us, what its camera has read."""
    session["seen"] = {**asdict(seen), "at": seen.at.isoformat()}


def remembered() -> Seen | None:
    """Return what this browser's camera has read."""
    if (kept := session.get("seen")) is None:
        return None
    return Seen(kept["event_id"], kept["door_id"], DeviceKind(kept["kind"]), datetime.fromisoformat(kept["at"]))


@pages.get("/e/<slug>/here")
@declares(Action.READ_PUBLIC)
def page(slug: str) -> ResponseReturnValue:
    """Show what is left to do until somebody is in: at best one tap."""
    here = service.look(current_actor(), slug, remembered(), now=utcnow())
    if here.standing is Standing.INSIDE:
        return redirect(url_for("place.home", slug=here.event.slug), 303)
    return _show(here, ShortForm(formdata=None, data={"name": here.name, "organisation": here.organisation}))


def _show(here: service.Here, form: ShortForm) -> str:
    """Render the page for where somebody stands."""
    sign_in = SignInForm(formdata=None, next=here_path(here.event.slug))
    return render_template(f"here/{here.standing}.html", guest=here, event=here.event, form=form, sign_in=sign_in)


@pages.post("/e/<slug>/here")
@declares(Action.OWN_PLACE)
def check_in(slug: str) -> ResponseReturnValue:
    """Check in who tapped."""
    try:
        entry = service.check_in(current_actor(), slug, remembered(), now=utcnow())
    except Conflict as refusal:
        flash(refusal.message, "wait")
        return redirect(url_for("here.page", slug=slug), 303)
    if entry.verdict in IN:
        return redirect(url_for("place.home", slug=slug), 303)
    word, sentence = words(entry)
    shown = {"event": events.public(slug), "word": word, "sentence": sentence, "tone": entry.tone}
    return render_template("here/refused.html", **shown)


@pages.post("/e/<slug>/here/register")
@declares(Action.REGISTER)
def register(slug: str) -> ResponseReturnValue:
    """Register who came without a place, and let them in."""
    actor, now, form = current_actor(), utcnow(), ShortForm()
    here = service.look(actor, slug, remembered(), now=now)
    if here.standing is not Standing.REGISTER:
        return redirect(url_for("here.page", slug=slug), 303)
    newcomer = Newcomer(form.name.data or "", form.organisation.data or "")
    agrees, seen = bool(form.matching.data), remembered()
    outcome = attempt(form, lambda: self_registration.register(actor, slug, seen, newcomer, matching=agrees, now=now))
    if outcome.refused:
        return _show(here, form), outcome.status
    after = service.look(actor, slug, seen, now=now)
    return check_in(slug) if after.standing is Standing.READY else redirect(url_for("here.page", slug=slug), 303)
