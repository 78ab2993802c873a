"""The organiser's list of door devices, and the link for a new one."""

from flask import Blueprint, current_app, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from eventmatch.domain.permissions import Action
from eventmatch.domain.states import DeviceKind
from eventmatch.services import devices as service
from eventmatch.services import events, kiosk
from eventmatch.web.access import current_actor, declares
from eventmatch.web.clock import utcnow
from eventmatch.web.forms import attempt
from eventmatch.web.profiles import Preselected

pages = Blueprint("devices", __name__)


class DeviceForm(FlaskForm):
    """A device to invite."""

    kind = RadioField(
        _l("What for?"),
        [Preselected()],
        choices=[
            SelectChoice(DeviceKind.SCANNER.value, _l("Staff scan with it")),
            SelectChoice(DeviceKind.KIOSK.value, _l("Guests serve themselves at it")),
        ],
        default=DeviceKind.SCANNER.value,
    )
    name = StringField(
        _l("Name"),
        [InputRequired(_l("Give the device a name.")), Length(max=120)],
        description=_l("Front door, phone 2"),
    )
    doors = SelectMultipleField(
        _l("Doors"),
        [InputRequired(_l("Choose at least one door."))],
        coerce=int,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    may_override = BooleanField(
        _l("May let people in anyway"), description=_l("With name and reason, kept in the log. Nobody who is barred.")
    )
    pin = StringField(_l("PIN of the kiosk"), description=_l("Four to eight digits, with which staff get behind it."))
    prints_badges = BooleanField(
        _l("The kiosk prints badges"), description=_l("For each guest it lets in, on the printer of its browser.")
    )

    def invite(self, slug: str) -> service.Invitation:
        """Invite what was chosen."""
        name, doors, now = str(self.name.data), self.doors.data or [], utcnow()
        if self.kind.data == DeviceKind.KIOSK:
            new = kiosk.NewKiosk(name, doors, self.pin.data or "", prints_badges=bool(self.prints_badges.data))
            return kiosk.invite(current_actor(), slug, new, now=now)
        rights = {"may_override": bool(self.may_override.data)}
        return service.invite(current_actor(), slug, name=name, door_ids=doors, **rights, now=now)


@pages.get("/o/e/<slug>/devices")
@declares(Action.RUN_EVENT)
def listing(slug: str) -> ResponseReturnValue:
    """Show an event's devices, and the link of the one just invited."""
    return _page(slug, _device_form(slug))


@pages.post("/o/e/<slug>/devices")
@declares(Action.RUN_EVENT)
def invite(slug: str) -> ResponseReturnValue:
    """Make a one-time link for a new device."""
    form = _device_form(slug)
    outcome = attempt(form, lambda: form.invite(slug))
    if outcome.value is None:
        return _page(slug, form), outcome.status
    session["pairing"] = [outcome.value.device_id, outcome.value.token]
    return redirect(url_for("devices.listing", slug=slug), 303)


def _device_form(slug: str) -> DeviceForm:
    """Return the form with the event's doors, the first of them chosen."""
    doors = service.doors(current_actor(), slug, Action.RUN_EVENT)
    form = DeviceForm(doors=[door.id for door in doors[:1]])
    form.doors.choices = [(door.id, f"{door.name} ({door.room})") for door in doors]
    return form


def _page(slug: str, form: DeviceForm) -> str:
    """Render the list; a link is shown to the browser that asked for it, until it is used."""
    lines = service.listing(current_actor(), slug)
    device_id, token = session.get("pairing", (0, ""))
    waiting = next((line for line in lines if line.id == device_id and not line.paired and not line.revoked_at), None)
    link = service.link(token, current_app.config["EVENTMATCH"].base_url) if waiting else None
    values = {"lines": lines, "waiting": waiting, "link": link, "now": utcnow()}
    return render_template("devices/listing.html", event=events.public(slug), form=form, **values)


@pages.post("/o/e/<slug>/devices/<int:device_id>/revoke")
@declares(Action.RUN_EVENT)
def revoke(slug: str, device_id: int) -> ResponseReturnValue:
    """End a device."""
    service.revoke(current_actor(), slug, device_id, now=utcnow())
    flash(_("The device opens nothing any more."))
    return redirect(url_for("devices.listing", slug=slug), 303)
