"""Rounds are made, and mended when somebody stays away or comes late: the work behind the organiser's buttons."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select

from eventmatch.domain.errors import Conflict, Invalid
from eventmatch.domain.rounds import RoundTimes, Seating
from eventmatch.domain.states import Mode
from eventmatch.models.attendee import Attendee, hours_of
from eventmatch.models.base import db, write_transaction
from eventmatch.models.event import Event
from eventmatch.models.match import excluded_pairs, latest_run, pair_lines, taking_part
from eventmatch.models.rounds import RoundPlan, exchange, plan_of, seatings
from eventmatch.services import jobs, matching_rounds
from eventmatch.services.matching_rounds import Gathered, Made, Standing, in_child

Report = Callable[[int, int], None]

NO_LISTS = "Nobody is to meet anybody yet: compute the match lists first."
CHANGED = "The rounds changed meanwhile. Look at them, and try again."
NOT_HERE = "This person does not take part in rounds: they come online, hide, or are not matched."
NO_ROUND = "No round was found for this person: nobody on their list is free when they are, or they have no list yet."
MENDS = {"away": matching_rounds.stay_away, "late": matching_rounds.come_late}


def perform(work: jobs.Work, report: Report) -> dict[str, Any]:
    """Do what an organiser asked for."""
    report(0, 1)
    made = _plan(work) if work.values["what"] == "plan" else _mend(work)
    return {"cancelled": len(made.cancelled), "arranged": len(made.arranged)}


def _plan(work: jobs.Work) -> Made:
    """Make rounds in place of those there are."""
    asked = work.values
    times = RoundTimes(datetime.fromisoformat(asked["starts_at"]), asked["rounds"], asked["minutes"], asked["pause"])
    gathered = gather(db.session.get_one(Event, work.event_id), times, asked["tables"], {})
    if not gathered.pairs:
        raise Invalid(NO_LISTS)
    db.session.rollback()  # the reading is over; what comes next takes a while
    made = in_child(matching_rounds.plan, gathered)
    with write_transaction() as session:
        job = jobs.still_running(work)
        session.execute(delete(RoundPlan).where(RoundPlan.event_id == work.event_id))
        row = {"starts_at": times.starts_at, "tables": asked["tables"], "away": {}, "created_at": job.created_at}
        numbers = {name: asked[name] for name in ("rounds", "minutes", "pause")}
        new = insert(RoundPlan).values(event_id=work.event_id, **row, **numbers).returning(RoundPlan.id)
        _write(work.event_id, session.scalar(new) or 0, made)
    return made


def _mend(work: jobs.Work) -> Made:
    """Change the rounds that have not begun around one person."""
    plan = _plan_again(work)
    person, from_round = work.values["attendee_id"], work.values["from_round"]
    away = {who: since for who, since in plan.away.items() if who != str(person)}
    standing = Standing(seatings(plan.id), from_round)
    gathered = gather(db.session.get_one(Event, work.event_id), plan.times, plan.tables, away, standing.seatings)
    if work.values["what"] == "away":
        away |= {str(person): from_round}
    if person not in gathered.people:
        raise Invalid(NOT_HERE)
    db.session.rollback()
    made = in_child(MENDS[work.values["what"]], gathered, standing, person)
    if work.values["what"] == "late" and not made.arranged:
        raise Invalid(NO_ROUND)
    with write_transaction():
        jobs.still_running(work)
        plan = _plan_again(work)
        if seatings(plan.id) != standing.seatings:
            raise Conflict(CHANGED)
        plan.away = away
        _write(work.event_id, plan.id, made)
    return made


def _plan_again(work: jobs.Work) -> RoundPlan:
    """Return the plan somebody looked at when they asked."""
    plan = plan_of(work.event_id)
    if plan is None or plan.id != work.values["plan_id"]:
        raise Conflict(CHANGED)
    return plan


def _write(event_id: int, plan_id: int, made: Made) -> None:
    """Keep what came out, without people whose place was erased meanwhile."""
    there = set(db.session.scalars(select(Attendee.id).where(Attendee.event_id == event_id)))
    exchange(plan_id, made.cancelled, [seating for seating in made.arranged if there.issuperset(seating.people)])


def gather(
    event: Event, times: RoundTimes, tables: int | None, away: dict[str, int], standing: Iterable[Seating] = ()
) -> Gathered:
    """Read who can be there when, and who is to meet whom.

    Whoever sits somewhere already has a row, too; who does not take part any more is never there.
    """
    there = {who.id: who for who in taking_part(event.id) if who.mode is not Mode.ONLINE}
    people = sorted(there.keys() | {person for seating in standing for person in seating.people})
    hours, excluded, run = hours_of(people), excluded_pairs(event.id), latest_run(event.id)
    lines = sorted(pair_lines(run.id), key=lambda line: (-line.value, line.low_id, line.high_id)) if run else []
    pairs = [(line.low_id, line.high_id) for line in lines if {line.low_id, line.high_id} <= there.keys()]
    avoid = event.settings.get("matching", {}).get("same_organisation") == "avoid"
    return Gathered(
        people=people,
        free=[_free(times, hours.get(person, ()), away.get(str(person)), there=person in there) for person in people],
        pairs=[pair for pair in pairs if pair not in excluded],
        excluded=excluded,
        organisations=[there[person].organisation if avoid and person in there else "" for person in people],
        tables=tables,
    )


def _free(
    times: RoundTimes, hours: tuple[tuple[datetime, datetime], ...], away_from: int | None, *, there: bool
) -> list[bool]:
    """Tell for each round whether somebody is there."""
    until = times.rounds if away_from is None else away_from
    return [there and own and round_ < until for round_, own in enumerate(times.free(hours))]
