"""A kiosk: guests show their code to it or type their number; staff get behind it with a PIN."""

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from eventmatch.domain.badge_sizes import SIZES
from eventmatch.domain.errors import Invalid
from eventmatch.domain.permissions import Action
from eventmatch.domain.readings import reading_of
from eventmatch.domain.verdicts import Tone
from eventmatch.services import kiosk as service
from eventmatch.services import welcome
from eventmatch.services.entries import Entry
from eventmatch.web.access import current_actor, declares
from eventmatch.web.badge_sheets import USUAL_LABEL
from eventmatch.web.checkin import new_nonce, wants_fragment
from eventmatch.web.clock import utcnow
from eventmatch.web.forms import Outcome, attempt
from eventmatch.web.guest_words import words

pages = Blueprint("kiosk", __name__)


class CodeForm(FlaskForm):
    """What a guest's ticket says."""

    code = StringField(_l("Ticket number"), [InputRequired(_l("Show your code, or type the ticket number."))])
    nonce = HiddenField()


class StaffForm(FlaskForm):
    """What only staff know."""

    pin = PasswordField(_l("PIN"), [InputRequired(_l("Type the PIN.")), Length(max=20)])


@pages.get("/kiosk")
@declares(Action.SERVE_GUESTS)
def page() -> ResponseReturnValue:
    """Wait for the next guest; whoever was behind the kiosk has left it."""
    service.lock(current_actor())
    kiosk, form = service.look(current_actor(), now=utcnow()), CodeForm(formdata=None, nonce=new_nonce())
    screen = _screen(kiosk) if kiosk.entrance else None
    values = {"screen": screen, "form": form, "badge_size": SIZES[USUAL_LABEL]}
    return render_template("kiosk/page.html", kiosk=kiosk, event={"name": kiosk.event}, **values)


def _screen(kiosk: service.Kiosk) -> welcome.Screen:
    """Return the code for guests who would rather use their own phone."""
    site = current_app.config["EVENTMATCH"].site
    return welcome.screen(current_actor(), kiosk.slug, kiosk.door_id, site=site, now=utcnow())


@pages.post("/kiosk/scans")
@declares(Action.SERVE_GUESTS)
def scan() -> ResponseReturnValue:
    """Let one guest in, or say kindly why not."""
    actor, form, now = current_actor(), CodeForm(), utcnow()
    kiosk = service.look(actor, now=now)

    def judge() -> Entry:
        reading = reading_of({"code": form.code.data, "nonce": form.nonce.data})
        return service.scan(actor, reading.code, reading.nonce, now=now)

    outcome = attempt(form, judge)
    page = "kiosk/_answer.html" if wants_fragment() else "kiosk/answer.html"
    values = {"event": {"name": kiosk.event}, "badge_size": SIZES[USUAL_LABEL], **_answer(outcome, form)}
    return render_template(page, kiosk=kiosk, **values), outcome.status


def _answer(outcome: Outcome[Entry], form: CodeForm) -> dict[str, object]:
    """Return what fills the screen."""
    if (entry := outcome.value) is None:
        fault = " ".join(str(error) for errors in form.errors.values() for error in errors)
        return {"tone": "wait", "word": _("Once more, please"), "sentence": fault, "name": "", "badge": None}
    word, sentence = words(entry)
    base_url = current_app.config["EVENTMATCH"].base_url
    name = entry.attendee.name if entry.attendee is not None and entry.tone is Tone.GOOD else ""
    badge = service.badge(current_actor(), entry, base_url=base_url, now=utcnow())
    tone = "good" if entry.tone is Tone.GOOD else "wait"  # nobody is told off in front of everybody
    return {"tone": tone, "word": word, "sentence": sentence, "name": name, "badge": badge}


@pages.get("/kiosk/names")
@declares(Action.SERVE_GUESTS)
def names() -> ResponseReturnValue:
    """Tell a guest whether they are on the list; letting in by name is for staff."""
    typed, refusal, found = request.args.get("q", "")[:200], "", []
    kiosk = service.look(current_actor(), now=utcnow())
    try:
        found = service.find(current_actor(), typed, now=utcnow())
    except Invalid as error:
        refusal = error.message
    values = {"typed": typed, "refusal": refusal, "found": found}
    return render_template("kiosk/names.html", kiosk=kiosk, event={"name": kiosk.event}, **values)


@pages.get("/kiosk/staff")
@declares(Action.SERVE_GUESTS)
def staff() -> ResponseReturnValue:
    """Ask for the PIN, or show what staff can do here."""
    return _behind(StaffForm(formdata=None))


def _behind(form: StaffForm) -> str:
    """Render what is behind the kiosk."""
    kiosk = service.look(current_actor(), now=utcnow())
    is_open = current_actor().device_id is not None
    return render_template("kiosk/staff.html", kiosk=kiosk, event={"name": kiosk.event}, form=form, is_open=is_open)


@pages.post("/kiosk/staff")
@declares(Action.SERVE_GUESTS)
def unlock() -> ResponseReturnValue:
    """Open the kiosk to staff for five minutes."""
    form = StaffForm()
    outcome = attempt(form, lambda: service.unlock(current_actor(), str(form.pin.data), now=utcnow()))
    if outcome.refused:
        return _behind(form), outcome.status
    return redirect(url_for("kiosk.staff"), 303)
