"""The organiser's page of rooms and doors; rooms are made and changed here, and what holds at all doors."""

from dataclasses import replace

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from eventmatch.domain.permissions import Action
from eventmatch.services import events, rooms_removal
from eventmatch.services import rooms as service
from eventmatch.services.rooms import RoomDraft, RoomView
from eventmatch.web.access import current_actor, declares
from eventmatch.web.clock import utcnow
from eventmatch.web.forms import WholeNumberField, attempt
from eventmatch.web.room_doors import KINDS, WAYS, back, removed

pages = Blueprint("rooms", __name__, url_prefix="/o/e/<slug>/rooms")

MOST_PLACES = 1_000_000


class RulesForm(FlaskForm):
    """What holds at all doors of one event."""

    re_entry = BooleanField(
        _l("People may come back in"), description=_l("Whoever went out of the venue is let in again.")
    )
    daily = BooleanField(
        _l("Each day counts anew"),
        description=_l("Everybody checks in once on every day; at midnight nobody is inside any more."),
    )
    walk_ins = BooleanField(_l("People may register at the door"))
    poster = BooleanField(
        _l("A poster may check people in"),
        description=_l("They scan a printed code by themselves; such arrivals are marked as self-reported."),
    )
    names_offline = BooleanField(
        _l("Devices may keep names"),
        description=_l("So that staff can search for names without network. A lost device may then tell who comes."),
    )


class RoomForm(FlaskForm):
    """A room and its places."""

    name = StringField(_l("Name"), [InputRequired(_l("Give it a name.")), Length(max=120)])
    seats = WholeNumberField(
        _l("Seats"),
        [Optional(), NumberRange(0, MOST_PLACES, _l("From 0 on; leave it empty for no limit."))],
        description=_l("Empty: no limit."),
    )
    standing = WholeNumberField(
        _l("Standing places"),
        [Optional(), NumberRange(0, MOST_PLACES, _l("From 0 on; leave it empty for none."))],
        description=_l("Further people the door lets in once all seats are taken."),
    )

    def draft(self) -> RoomDraft:
        """Return what was typed."""
        return RoomDraft(str(self.name.data), self.seats.data, self.standing.data or 0)


@pages.get("")
@declares(Action.RUN_EVENT)
def overview(slug: str) -> ResponseReturnValue:
    """Show the rooms with their doors, and what holds at all of them."""
    view = service.overview(current_actor(), slug)
    return _page(view, RulesForm(obj=view.rules))


def _page(view: service.Rooms, form: RulesForm) -> str:
    """Render the overview."""
    return render_template("rooms/overview.html", view=view, event=view.event, form=form, ways=WAYS, kinds=KINDS)


@pages.post("")
@declares(Action.RUN_EVENT)
def set_rules(slug: str) -> ResponseReturnValue:
    """Decide what holds at all doors."""
    actor, form = current_actor(), RulesForm()
    view = service.overview(actor, slug)
    chosen = {field.short_name: field.data for field in form if isinstance(field, BooleanField)}
    rules = replace(view.rules, **chosen)
    outcome = attempt(form, lambda: service.set_rules(actor, slug, rules, now=utcnow()))
    return (_page(view, form), outcome.status) if outcome.refused else back(slug, _("Saved."))


@pages.get("/new")
@declares(Action.RUN_EVENT)
def new_room(slug: str) -> ResponseReturnValue:
    """Ask about a new room."""
    service.overview(current_actor(), slug)
    return _room_page(slug, RoomForm())


def _room_page(slug: str, form: RoomForm, view: RoomView | None = None) -> str:
    """Render the page of a new or an existing room."""
    return render_template("rooms/room.html", event=events.public(slug), form=form, room=view)


@pages.post("/new")
@declares(Action.RUN_EVENT)
def add_room(slug: str) -> ResponseReturnValue:
    """Add a room."""
    actor, form = current_actor(), RoomForm()
    service.overview(actor, slug)
    outcome = attempt(form, lambda: service.add_room(actor, slug, form.draft(), now=utcnow()))
    if outcome.refused:
        return _room_page(slug, form), outcome.status
    return back(slug, _("The room is there, with one door. Devices scan at it once they are made for it."))


@pages.get("/<int:room_id>")
@declares(Action.RUN_EVENT)
def room(slug: str, room_id: int) -> ResponseReturnValue:
    """Show a room as it may be changed."""
    view = service.room(current_actor(), slug, room_id)
    return _room_page(slug, RoomForm(obj=view.draft), view)


@pages.post("/<int:room_id>")
@declares(Action.RUN_EVENT)
def change_room(slug: str, room_id: int) -> ResponseReturnValue:
    """Change a room."""
    actor, form = current_actor(), RoomForm()
    view = service.room(actor, slug, room_id)
    outcome = attempt(form, lambda: service.change_room(actor, slug, room_id, form.draft(), now=utcnow()))
    return (_room_page(slug, form, view), outcome.status) if outcome.refused else back(slug, _("Saved."))


@pages.post("/<int:room_id>/remove")
@declares(Action.RUN_EVENT)
def remove_room(slug: str, room_id: int) -> ResponseReturnValue:
    """Remove a room nobody was scanned at."""
    return removed(slug, lambda: rooms_removal.remove_room(current_actor(), slug, room_id, now=utcnow()))
