"""Weights and rules of everybody's lists, tried before they are saved, and who must or must never meet."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.validators import InputRequired, Length, NumberRange, ValidationError

from eventmatch.domain.match_rules import FEWEST, HEAVIEST, MOST, USUAL_WEIGHTS, MatchRules
from eventmatch.domain.permissions import Action
from eventmatch.domain.states import EarlierMeetings, PairRule, SameOrganisation
from eventmatch.services import match_rules as service
from eventmatch.services import what_if
from eventmatch.web.access import current_actor, declares
from eventmatch.web.clock import utcnow
from eventmatch.web.forms import WholeNumberField, attempt
from eventmatch.web.paths import LARGEST_ROW

pages = Blueprint("match_rules", __name__, url_prefix="/o/e/<slug>/lists")

CHOOSE = _l("Choose one of these.")


class NumberField(WholeNumberField):
    """A whole number between two others, which says so whatever is wrong."""

    def __init__(self, label: Any, least: int, most: int, **kwargs: Any) -> None:
        """Keep the limits for the message."""
        self.wrong = _l("Type a whole number from %(least)s to %(most)s.", least=least, most=most)
        checks = [InputRequired(self.wrong), NumberRange(least, most, self.wrong)]
        super().__init__(label, checks, render_kw={"inputmode": "numeric"}, **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(str(self.wrong)) from error


class OneOfField(RadioField):
    """One of a few choices, which says so whatever was sent."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        """Ask for an answer."""
        super().__init__(label, [InputRequired(CHOOSE)], **kwargs)

    def pre_validate(self, _form: Any) -> None:
        """Refuse what is none of them."""
        if self.data not in {choice[0] for choice in self.iter_choices()}:
            raise ValidationError(str(CHOOSE))


class RulesForm(FlaskForm):
    """What counts how much, and who is proposed to whom."""

    suggestions = NumberField(_l("Names on a list"), FEWEST, MOST)
    need = NumberField(_l("What somebody asks for, and the other offers"), 0, HEAVIEST)
    give = NumberField(_l("What somebody offers, and the other asks for"), 0, HEAVIEST)
    rare = NumberField(_l("Interests that few here share"), 0, HEAVIEST)
    complement = NumberField(_l("Another organisation, team or kind of work"), 0, HEAVIEST)
    text = NumberField(_l("What people write about themselves"), 0, HEAVIEST)
    same_organisation = OneOfField(
        _l("People of one organisation"),
        choices=[
            SelectChoice(SameOrganisation.ALLOW.value, _l("May be proposed to each other")),
            SelectChoice(SameOrganisation.AVOID.value, _l("Are not proposed to each other")),
            SelectChoice(SameOrganisation.PREFER.value, _l("Are proposed to each other first")),
        ],
    )
    diverse = BooleanField(_l("Mix lists"))
    earlier_meetings = OneOfField(
        _l("People who met at an earlier event of yours"),
        choices=[
            SelectChoice(EarlierMeetings.SIGNAL.value, _l("May be proposed again; that they met helps to judge")),
            SelectChoice(EarlierMeetings.AVOID.value, _l("Are not proposed again")),
        ],
    )

    def rules(self) -> MatchRules:
        """Return what was typed."""
        return MatchRules(
            suggestions=self.suggestions.data or FEWEST,
            weights={term: self[term].data or 0 for term in USUAL_WEIGHTS},
            same_organisation=SameOrganisation(self.same_organisation.data),
            diverse=self.diverse.data,
            earlier_meetings=EarlierMeetings(self.earlier_meetings.data),
        )


class PairForm(FlaskForm):
    """Two people, and what is decided about them."""

    one = StringField(_l("One"), [InputRequired(_l("Name somebody.")), Length(max=254)])
    other = StringField(_l("The other"), [InputRequired(_l("Name somebody.")), Length(max=254)])
    rule = OneOfField(
        _l("These two"),
        choices=[
            SelectChoice(PairRule.MUST.value, _l("Must meet")),
            SelectChoice(PairRule.NEVER.value, _l("Must never be proposed to each other")),
        ],
        default=PairRule.MUST.value,
    )


@pages.get("/rules")
@declares(Action.RUN_EVENT)
def rules(slug: str) -> ResponseReturnValue:
    """Show what is decided, or what is being tried with what it would do."""
    view, tried = service.rules(current_actor(), slug), request.args.get("tried", 0, type=int)
    trial = what_if.trial(current_actor(), slug, tried) if 0 < tried <= LARGEST_ROW else None
    return _rules(view, _filled(trial.rules if trial is not None else view.rules), trial)


def _filled(decided: MatchRules) -> RulesForm:
    """Return the form as it was decided."""
    said: dict[str, Any] = {
        "suggestions": decided.suggestions,
        "same_organisation": decided.same_organisation.value,
        "diverse": decided.diverse,
        "earlier_meetings": decided.earlier_meetings.value,
    }
    return RulesForm(data={**said, **decided.weights})


def _rules(view: service.RulesView, form: RulesForm, trial: what_if.Trial | None = None) -> str:
    """Show the form, and a trial below."""
    return render_template("match_rules/rules.html", event=view.event, form=form, trial=trial)


@pages.post("/rules")
@declares(Action.RUN_EVENT)
def save(slug: str) -> ResponseReturnValue:
    """Keep what was typed."""
    view, form = service.rules(current_actor(), slug), RulesForm()
    outcome = attempt(form, lambda: service.save(current_actor(), slug, form.rules(), now=utcnow()))
    if outcome.refused:
        return _rules(view, form), outcome.status
    flash(_("Saved. The next lists follow it; compute them now if you do not want to wait."), "good")
    return redirect(url_for("lists.overview", slug=slug), 303)


@pages.post("/rules/try")
@declares(Action.RUN_EVENT)
def try_out(slug: str) -> ResponseReturnValue:
    """Find out what it would do, and save nothing."""
    view, form = service.rules(current_actor(), slug), RulesForm()
    outcome = attempt(form, lambda: what_if.start(current_actor(), slug, form.rules(), now=utcnow()))
    if outcome.value is None:
        return _rules(view, form), outcome.status
    return redirect(url_for("match_rules.rules", slug=slug, tried=outcome.value, _anchor="trial"), 303)


@pages.get("/pairs")
@declares(Action.RUN_EVENT)
def pairs(slug: str) -> ResponseReturnValue:
    """Show who must meet and who must not."""
    return _pairs(slug, PairForm())


@pages.post("/pairs")
@declares(Action.RUN_EVENT)
def decide(slug: str) -> ResponseReturnValue:
    """Decide about two people."""
    service.rules(current_actor(), slug)  # whoever may not is told so before any field is judged
    form = PairForm()
    said = (form.one.data or "", form.other.data or "")
    outcome = attempt(
        form, lambda: service.decide(current_actor(), slug, *said, PairRule(form.rule.data), now=utcnow())
    )
    if outcome.refused:
        return _pairs(slug, form), outcome.status
    flash(_("Noted. The next lists follow it."), "good")
    return redirect(url_for("match_rules.pairs", slug=slug), 303)


def _pairs(slug: str, form: PairForm) -> str:
    """Show the decisions and the form."""
    view = service.pairs(current_actor(), slug)
    return render_template("match_rules/pairs.html", view=view, event=view.event, form=form)


@pages.post("/pairs/<int:decision_id>/drop")
@declares(Action.RUN_EVENT)
def drop(slug: str, decision_id: int) -> ResponseReturnValue:
    """Leave two people to the matcher again."""
    service.drop(current_actor(), slug, decision_id, now=utcnow())
    flash(_("Left to the matcher again."))
    return redirect(url_for("match_rules.pairs", slug=slug), 303)
