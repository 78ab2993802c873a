"""Words that may mean the same: which are read as one, which are not, and what is asked about."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import InputRequired

from eventmatch.domain.permissions import Action
from eventmatch.domain.synonyms import Kind
from eventmatch.services import match_rules
from eventmatch.services import match_words as service
from eventmatch.web.access import current_actor, declares
from eventmatch.web.clock import utcnow
from eventmatch.web.forms import attempt
from eventmatch.web.match_rules import OneOfField

pages = Blueprint("match_words", __name__, url_prefix="/o/e/<slug>/lists/words")


class WordsForm(FlaskForm):
    """One word, and what it is read as."""

    written = StringField(_l("Written as"), [InputRequired(_l("Type a word."))])
    meant = StringField(_l("Read as"), [InputRequired(_l("Type a word."))])
    kind = OneOfField(
        _l("These are"),
        choices=[
            SelectChoice(Kind.TAG.value, _l("Interests, asks or offers")),
            SelectChoice(Kind.ORGANISATION.value, _l("Organisations")),
        ],
        default=Kind.TAG.value,
    )


@pages.get("")
@declares(Action.RUN_EVENT)
def words(slug: str) -> ResponseReturnValue:
    """Show what may be the same, and what is read as the same."""
    return _words(slug, WordsForm())


def _words(slug: str, form: WordsForm) -> str:
    """Show proposals, decisions and the form."""
    view = service.words(current_actor(), slug)
    return render_template("match_words/words.html", view=view, event=view.event, form=form)


@pages.post("")
@declares(Action.RUN_EVENT)
def same(slug: str) -> ResponseReturnValue:
    """Read one word as another from now on."""
    match_rules.rules(current_actor(), slug)  # whoever may not is told so before any field is judged
    form = WordsForm()
    said = (form.kind.data or "", form.written.data or "", form.meant.data or "")
    outcome = attempt(form, lambda: service.same(current_actor(), slug, *said, now=utcnow()))
    if outcome.refused:
        return _words(slug, form), outcome.status
    flash(_("Noted. The next lists follow it."), "good")
    return _back(slug)


@pages.post("/different")
@declares(Action.RUN_EVENT)
def different(slug: str) -> ResponseReturnValue:
    """Ask no more whether two words are the same."""
    service.different(
        current_actor(),
        slug,
        request.form.get("kind", ""),
        request.form.get("written", ""),
        request.form.get("meant", ""),
        now=utcnow(),
    )
    flash(_("Noted. You will not be asked about these two again."))
    return _back(slug)


@pages.post("/undo")
@declares(Action.RUN_EVENT)
def undo(slug: str) -> ResponseReturnValue:
    """Read a word as it is written again."""
    service.undo(current_actor(), slug, request.form.get("kind", ""), request.form.get("written", ""), now=utcnow())
    flash(_("Read as written again. The next lists follow it."))
    return _back(slug)


def _back(slug: str) -> ResponseReturnValue:
    """Lead back to the page."""
    return redirect(url_for("match_words.words", slug=slug), 303)
