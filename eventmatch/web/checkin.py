"""The door's page: a phone or laptop becomes a scanner, and every answer fills the screen."""

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import InputRequired, Length, NumberRange

from eventmatch.domain.codes import new_token
from eventmatch.domain.errors import Invalid
from eventmatch.domain.permissions import Action
from eventmatch.domain.readings import DoorKey, Override, Reading, reading_of
from eventmatch.domain.sentences import RULES, SENTENCES, STANDING
from eventmatch.domain.states import DeviceKind, Direction
from eventmatch.domain.verdicts import OVERRIDABLE, Verdict
from eventmatch.services import checkin as service
from eventmatch.services import devices, door, duty, events, sessions, undo
from eventmatch.services.entries import Entry
from eventmatch.web.access import current_actor, declares
from eventmatch.web.clock import utcnow
from eventmatch.web.door import FILES, files_now
from eventmatch.web.forms import Outcome, WholeNumberField, attempt
from eventmatch.web.paths import LARGEST_ROW

pages = Blueprint("checkin", __name__)

FRAGMENT = "X-Fragment"  # a script asks for the changed part of a page
WORDS = {
    Verdict.ADMITTED: _l("Welcome"),
    Verdict.ALREADY_IN: _l("Already in"),
    Verdict.EXITED: _l("Went out"),
    Verdict.NOT_INSIDE: _l("Not inside"),
    Verdict.UNKNOWN: _l("Unknown code"),
    Verdict.WRONG_EVENT: _l("Other event"),
    Verdict.BARRED: _l("Do not let in"),
    Verdict.REVOKED: _l("Old code"),
    Verdict.CANCELLED: _l("Cancelled"),
    Verdict.WAITLISTED: _l("No place yet"),
    Verdict.NOT_YET_OPEN: _l("Too early"),
    Verdict.CLOSED: _l("Closed"),
    Verdict.WRONG_DOOR: _l("Not here"),
    Verdict.NEEDS_ANSWER: _l("Ask first"),
    Verdict.ROOM_FULL: _l("Room full"),
}
SAID = {"words": WORDS, "sentences": SENTENCES, "rules": RULES, "standing": STANDING}  # what the page says by itself


class ScanForm(FlaskForm):
    """One code, read or typed."""

    code = StringField(_l("Code or number"), [InputRequired(_l("Scan or type a code."))])
    nonce = HiddenField()
    direction = RadioField(
        _l("Direction"),
        choices=[SelectChoice("in", _l("In")), SelectChoice("out", _l("Out"))],
        default=Direction.IN,
        validate_choice=False,
    )


class OverrideForm(FlaskForm):
    """Who lets somebody in although the door says no, and why."""

    code = HiddenField()
    nonce = HiddenField()
    name = StringField(_l("Your name"), [InputRequired(_l("Type your name.")), Length(max=200)])
    why = StringField(_l("Why"), [InputRequired(_l("Say why in a few words.")), Length(max=300)])


class UndoForm(FlaskForm):
    """Which admission to take back."""

    scan_id = WholeNumberField(validators=[NumberRange(1, LARGEST_ROW)])


class DutyForm(FlaskForm):
    """The door somebody stands at."""

    door = RadioField(_l("Door"), [InputRequired(_l("Choose a door."))], coerce=int)


@pages.get("/pair/<token>")
@declares(Action.PAIR)
def pair(token: str) -> ResponseReturnValue:
    """Show the button behind a pairing link; opening alone uses nothing up."""
    return render_template("checkin/pair.html", pairing=devices.look_at_pairing(token, utcnow()), form=FlaskForm())


@pages.post("/pair/<token>")
@declares(Action.PAIR)
def use_pairing(token: str) -> ResponseReturnValue:
    """Make this browser the device."""
    return stand_at(devices.pair(token, now=utcnow()))


def stand_at(pairing: devices.Pairing) -> ResponseReturnValue:
    """Remember what this browser is, and go to its door; at a kiosk nobody stays signed in."""
    if pairing.kind is DeviceKind.KIOSK:
        sessions.sign_out(current_actor(), session.get("device", ""), now=utcnow())
        session.clear()
    session.permanent = True
    session["device"] = pairing.token
    if pairing.kind is DeviceKind.KIOSK:
        return redirect(url_for("kiosk.page"), 303)
    return redirect(url_for("checkin.door", door_id=pairing.door_id), 303)


@pages.get("/doors/<int:door_id>", endpoint="door")
@declares(Action.SCAN)
def door_page(door_id: int) -> ResponseReturnValue:
    """Show the scanner, or only its counters to a script."""
    here = door.look(door_id, by=current_actor(), now=utcnow())
    if current_actor().kiosk_id is not None:  # the scanner stays in its browser, also without network
        return redirect(url_for("kiosk.staff"), 303)
    if wants_fragment():
        return render_template("checkin/_counts.html", door=here)
    values = {"event": {"name": here.event}, "anyway": OverrideForm(formdata=None, name=here.person), **SAID}
    form = ScanForm(formdata=None, nonce=new_nonce())
    return render_template("checkin/door.html", door=here, form=form, **values), {FILES: files_now().version}


@pages.post("/doors/<int:door_id>/scans")
@declares(Action.SCAN)
def scan(door_id: int) -> ResponseReturnValue:
    """Let one ticket holder in, or say why not."""
    form = ScanForm()
    outcome = attempt(form, lambda: _scan(door_id, reading_of(form.data)))
    return show(door_id, outcome, form)


@pages.post("/doors/<int:door_id>/override")
@declares(Action.SCAN)
def override(door_id: int) -> ResponseReturnValue:
    """Let somebody in anyway, with name and reason."""
    form = OverrideForm()

    def let_in() -> Entry:
        reading = reading_of({"code": form.code.data, "nonce": form.nonce.data})
        why = Override(str(form.name.data), str(form.why.data))
        return _scan(door_id, Reading(reading.code, reading.nonce, override=why))

    return show(door_id, attempt(form, let_in), form)


def _scan(door_id: int, reading: Reading) -> Entry:
    """Judge one reading by this browser."""
    return service.scan(DoorKey(door_id), reading, by=current_actor(), at=utcnow())


def show(door_id: int, outcome: Outcome[Entry], form: FlaskForm) -> ResponseReturnValue:
    """Fill the screen with the answer."""
    here, entry = door.look(door_id, by=current_actor(), now=utcnow()), outcome.value
    values = {
        "word": WORDS[entry.verdict] if entry is not None else _("Nothing changed"),
        "fault": " ".join(str(error) for errors in form.errors.values() for error in errors),
        "anyway": _anyway(here, entry, form),
        "undoable": entry is not None and entry.verdict is Verdict.ADMITTED,
    }
    event = {"name": here.event}
    return render_template("checkin/answer.html", door=here, entry=entry, event=event, **values), outcome.status


def _anyway(here: door.DoorView, entry: Entry | None, form: FlaskForm) -> OverrideForm | None:
    """Return the form for letting in anyway, where this device may; one that was refused keeps what was typed."""
    if entry is None:
        return form if isinstance(form, OverrideForm) else None
    if not here.may_override or entry.verdict not in OVERRIDABLE:
        return None
    return OverrideForm(formdata=None, code=form.code.data, nonce=new_nonce(), name=here.person)


@pages.post("/doors/<int:door_id>/undo")
@declares(Action.SCAN)
def undo_scan(door_id: int) -> ResponseReturnValue:
    """Take an admission back."""
    form = UndoForm()
    outcome = attempt(
        form, lambda: undo.undo(DoorKey(door_id), form.scan_id.data or 0, by=current_actor(), at=utcnow())
    )
    if outcome.value is None:
        return show(door_id, Outcome(None, outcome.status), form)
    here = door.look(door_id, by=current_actor(), now=utcnow())
    return render_template("checkin/undone.html", undone=outcome.value, door=here, event={"name": here.event})


@pages.get("/doors/<int:door_id>/search")
@declares(Action.SCAN)
def search(door_id: int) -> ResponseReturnValue:
    """Find people by name."""
    typed, refusal, found = request.args.get("q", "")[:200], "", []
    here = door.look(door_id, by=current_actor(), now=utcnow())
    try:
        found = door.search(door_id, typed, by=current_actor(), now=utcnow())
    except Invalid as error:
        refusal = error.message
    page = "checkin/_found.html" if wants_fragment() else "checkin/search.html"
    values = {"door": here, "event": {"name": here.event}, "typed": typed, "nonce": new_nonce}
    return render_template(page, found=found, refusal=refusal, **values)


def wants_fragment() -> bool:
    """Tell whether a script asked, which puts the answer into a page at hand."""
    return FRAGMENT in request.headers


def new_nonce() -> str:
    """Make a nonce for a form that is sent without a script."""
    return new_token()


@pages.get("/e/<slug>/duty", endpoint="duty")
@declares(Action.GO_ON_DUTY)
def duty_page(slug: str) -> ResponseReturnValue:
    """Let staff choose the door they stand at."""
    return render_template("checkin/duty.html", event=events.public(slug), form=_duty_form(slug))


@pages.post("/e/<slug>/duty")
@declares(Action.GO_ON_DUTY)
def go_on_duty(slug: str) -> ResponseReturnValue:
    """Make this browser a device of the chosen door."""
    form = _duty_form(slug)
    outcome = attempt(form, lambda: duty.go_on_duty(current_actor(), slug, form.door.data, now=utcnow()))
    if outcome.value is None:
        return render_template("checkin/duty.html", event=events.public(slug), form=form), outcome.status
    return stand_at(outcome.value)


def _duty_form(slug: str) -> DutyForm:
    """Return the form with the event's doors."""
    form, doors = DutyForm(), devices.doors(current_actor(), slug, Action.GO_ON_DUTY)
    form.door.choices = [(door.id, f"{door.name} ({door.room})") for door in doors]
    return form


@pages.post("/doors/sign-off")
@declares(Action.PAIR)
def sign_off() -> ResponseReturnValue:
    """End this browser's time at a door."""
    devices.sign_off(current_actor(), now=utcnow())
    session.pop("device", None)
    flash(_("You are off duty. This browser scans no more."))
    return redirect(url_for("home.index"), 303)
