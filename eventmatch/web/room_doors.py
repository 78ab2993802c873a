"""Doors into an event's rooms, as its organiser makes and changes them."""

from collections.abc import Callable
from dataclasses import replace

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from eventmatch.domain.door_rules import DoorRules, Way
from eventmatch.domain.errors import Conflict
from eventmatch.domain.permissions import Action
from eventmatch.domain.states import TicketKind
from eventmatch.services import events, rooms, rooms_removal
from eventmatch.services.rooms import DoorDraft, DoorView, RoomView
from eventmatch.web.access import current_actor, declares
from eventmatch.web.clock import utcnow
from eventmatch.web.forms import attempt

pages = Blueprint("room_doors", __name__, url_prefix="/o/e/<slug>/rooms")

WAYS = {Way.BOTH: _l("In and out"), Way.IN: _l("Only in"), Way.OUT: _l("Only out")}
KINDS = {
    TicketKind.GUEST: _l("Guests"),
    TicketKind.SPEAKER: _l("Speakers"),
    TicketKind.CREW: _l("Crew"),
    TicketKind.PRESS: _l("Press"),
    TicketKind.EXHIBITOR: _l("Exhibitors"),
}


class DoorForm(FlaskForm):
    """A door and its rules."""

    name = StringField(_l("Name"), [InputRequired(_l("Give it a name.")), Length(max=120)])
    way = RadioField(
        _l("Which way?"),
        [InputRequired()],
        choices=[SelectChoice(way.value, words) for way, words in WAYS.items()],
        default=Way.BOTH.value,
    )
    kinds = SelectMultipleField(
        _l("Who may pass?"),
        choices=[SelectChoice(kind.value, words) for kind, words in KINDS.items()],
        description=_l("Nothing chosen: everybody."),
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    badge_admits = BooleanField(
        _l("Badges admit here"),
        description=_l("Only where badges were handed out in advance: whoever photographs one gets in with it, too."),
    )
    question = StringField(
        _l("Question before letting in"),
        [Length(max=300)],
        description=_l("For instance “Seen the safety film?” Nobody gets in before it is answered."),
    )

    def draft(self, before: DoorRules) -> DoorDraft:
        """Return what was typed, over what else holds at the door."""
        rules = replace(
            before,
            way=Way(self.way.data),
            kinds=frozenset(TicketKind(kind) for kind in self.kinds.data or ()),
            badge_admits=self.badge_admits.data,
            question=self.question.data or "",
        )
        return DoorDraft(str(self.name.data), rules)


@pages.get("/<int:room_id>/doors/new")
@declares(Action.RUN_EVENT)
def new(slug: str, room_id: int) -> ResponseReturnValue:
    """Ask about a new door."""
    return _page(slug, DoorForm(), rooms.room(current_actor(), slug, room_id))


def _page(slug: str, form: DoorForm, behind: RoomView, view: DoorView | None = None) -> str:
    """Render the page of a new or an existing door."""
    return render_template("rooms/door.html", event=events.public(slug), form=form, room=behind, door=view)


@pages.post("/<int:room_id>/doors/new")
@declares(Action.RUN_EVENT)
def add(slug: str, room_id: int) -> ResponseReturnValue:
    """Add a door."""
    actor, form = current_actor(), DoorForm()
    behind = rooms.room(actor, slug, room_id)
    outcome = attempt(form, lambda: rooms.add_door(actor, slug, room_id, form.draft(DoorRules()), now=utcnow()))
    if outcome.refused:
        return _page(slug, form, behind), outcome.status
    return back(slug, _("The door is there. Devices scan at it once they are made for it."))


def back(slug: str, message: str, tone: str = "good") -> ResponseReturnValue:
    """Go back to the overview with a word about what was done."""
    flash(message, tone)
    return redirect(url_for("rooms.overview", slug=slug), 303)


@pages.get("/doors/<int:door_id>")
@declares(Action.RUN_EVENT)
def door(slug: str, door_id: int) -> ResponseReturnValue:
    """Show a door as it may be changed."""
    view = rooms.door(current_actor(), slug, door_id)
    rules = view.draft.rules
    said = {"way": rules.way.value, "kinds": [kind.value for kind in rules.kinds], "question": rules.question}
    form = DoorForm(data={"name": view.draft.name, "badge_admits": rules.badge_admits, **said})
    return _page(slug, form, rooms.room(current_actor(), slug, view.room_id), view)


@pages.post("/doors/<int:door_id>")
@declares(Action.RUN_EVENT)
def change(slug: str, door_id: int) -> ResponseReturnValue:
    """Change a door."""
    actor, form = current_actor(), DoorForm()
    view = rooms.door(actor, slug, door_id)
    rules = view.draft.rules
    outcome = attempt(form, lambda: rooms.change_door(actor, slug, door_id, form.draft(rules), now=utcnow()))
    if outcome.refused:
        return _page(slug, form, rooms.room(actor, slug, view.room_id), view), outcome.status
    return back(slug, _("Saved."))


@pages.post("/doors/<int:door_id>/remove")
@declares(Action.RUN_EVENT)
def remove(slug: str, door_id: int) -> ResponseReturnValue:
    """Remove a door nobody was scanned at."""
    return removed(slug, lambda: rooms_removal.remove_door(current_actor(), slug, door_id, now=utcnow()))


def removed(slug: str, remove_it: Callable[[], None]) -> ResponseReturnValue:
    """Remove a room or a door, or say why it stays and what to do instead."""
    try:
        remove_it()
    except Conflict as refusal:
        return back(slug, _(refusal.message), "wait")
    return back(slug, _("Removed. Devices that stood nowhere else are ended."))
