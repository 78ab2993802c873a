"""Match runs and the pairs they found, and what a run is computed from."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Select, UniqueConstraint, or_, select
from sqlalchemy.orm import Mapped, aliased, mapped_column

from eventmatch.domain.states import HiddenFrom, PairRule, Purpose, TagRole
from eventmatch.models.attendee import SHOWN, Attendee, AttendeeTag, places_of_persons
from eventmatch.models.base import Base, db
from eventmatch.models.consent import Consent
from eventmatch.models.tap import Block, Known, NotForMe
from eventmatch.models.work import Job, latest_job, open_job


class MatchRun(Base):
    """One computation of everybody's lists; the latest published one is what people see."""

    __tablename__ = "match_run"
    __table_args__ = (Index("ix_match_run_event_published", "event_id", "published_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    people: Mapped[int] = mapped_column(default=0)
    measures: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class Match(Base):
    """An unordered pair of attendees of one event: on both lists or on neither."""

    __tablename__ = "match"
    __table_args__ = (
        UniqueConstraint("run_id", "low_id", "high_id"),
        CheckConstraint("low_id < high_id", name="low_below_high"),
        Index("ix_match_run_high", "run_id", "high_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("match_run.id", ondelete="CASCADE"))
    low_id: Mapped[int] = mapped_column(ForeignKey("attendee.id", ondelete="CASCADE"))
    high_id: Mapped[int] = mapped_column(ForeignKey("attendee.id", ondelete="CASCADE"), index=True)
    value: Mapped[float]  # harmonic mean of both directions
    low_score: Mapped[float]  # what the low one gets from the high one, 0 to 1
    high_score: Mapped[float]
    low_rank: Mapped[int]  # place of this match on the low one's list, from 1
    high_rank: Mapped[int]
    low_terms: Mapped[dict[str, Any]] = mapped_column(JSON)  # terms and reasons of the low one's direction
    high_terms: Mapped[dict[str, Any]] = mapped_column(JSON)


class PairDecision(Base):
    """The organiser decided that two people must meet, or must never."""

    __tablename__ = "pair_rule"
    __table_args__ = (UniqueConstraint("low_id", "high_id"), CheckConstraint("low_id < high_id", name="low_below_high"))

    id: Mapped[int] = mapped_column(primary_key=True)
    low_id: Mapped[int] = mapped_column(ForeignKey("attendee.id", ondelete="CASCADE"))
    high_id: Mapped[int] = mapped_column(ForeignKey("attendee.id", ondelete="CASCADE"), index=True)
    rule: Mapped[PairRule]
    created_at: Mapped[datetime]


class PairLine(NamedTuple):
    """A match without its reasons, light enough to read all of an event."""

    low_id: int
    high_id: int
    value: float
    low_score: float
    high_score: float
    low_rank: int
    high_rank: int


def latest_run(event_id: int) -> MatchRun | None:
    """Return the run whose lists people see now."""
    query = select(MatchRun).where(MatchRun.event_id == event_id, MatchRun.published_at.is_not(None))
    return db.session.scalar(query.order_by(MatchRun.published_at.desc(), MatchRun.id.desc()).limit(1))


def matches_of(run_id: int, attendee_id: int) -> list[Match]:
    """Return one attendee's matches in one run."""
    mine = or_(Match.low_id == attendee_id, Match.high_id == attendee_id)
    return list(db.session.scalars(select(Match).where(Match.run_id == run_id, mine).order_by(Match.id)))


def pair_lines(run_id: int) -> list[PairLine]:
    """Return every pair of a run without its reasons."""
    columns = (getattr(Match, name) for name in PairLine._fields)
    query = select(*columns).where(Match.run_id == run_id).order_by(Match.id)
    return [PairLine(*row) for row in db.session.execute(query)]


def matches_among(run_id: int, attendee_ids: Iterable[int]) -> list[Match]:
    """Return the matches of several attendees in one run."""
    wanted = list(attendee_ids)
    theirs = or_(Match.low_id.in_(wanted), Match.high_id.in_(wanted))
    return list(db.session.scalars(select(Match).where(Match.run_id == run_id, theirs).order_by(Match.id)))


def taking_part(event_id: int) -> list[Attendee]:
    """Return who may be proposed to others now, in the order they registered."""
    return list(db.session.scalars(_taking_part(event_id)))


def ids_taking_part(event_id: int) -> list[int]:
    """Return the numbers of those who may be proposed to others now, in the order they registered."""
    return list(db.session.scalars(_taking_part(event_id).with_only_columns(Attendee.id)))


def those_taking_part(event_id: int, attendee_ids: Iterable[int]) -> dict[int, Attendee]:
    """Return those of these attendees who may be proposed to others now."""
    query = _taking_part(event_id).where(Attendee.id.in_(list(attendee_ids)))
    return {attendee.id: attendee for attendee in db.session.scalars(query)}


def _taking_part(event_id: int) -> Select[Attendee]:
    """Choose who is coming, neither hidden nor barred, and agreed to be matched."""
    agreed = select(Consent.attendee_id).where(Consent.purpose == Purpose.MATCHING, Consent.withdrawn_at.is_(None))
    query = select(Attendee).where(Attendee.event_id == event_id, *SHOWN, Attendee.id.in_(agreed))
    return query.order_by(Attendee.id)


def tags_to_match(event_id: int) -> list[tuple[int, str]]:
    """Return who of those taking part wrote which tags, in the order they registered; no ask hidden from the team."""
    hidden = (AttendeeTag.role == TagRole.ASK) & Attendee.ask_hidden_from.in_(
        [one for one in HiddenFrom if one.organisers]
    )
    query = _taking_part(event_id).join(AttendeeTag).where(~hidden).order_by(AttendeeTag.position, AttendeeTag.id)
    return [(row[0], row[1]) for row in db.session.execute(query.with_only_columns(Attendee.id, AttendeeTag.tag))]


def organisations_to_match(event_id: int) -> list[tuple[int, str]]:
    """Return the organisations of those taking part who named one, in the order they registered."""
    query = _taking_part(event_id).where(Attendee.organisation != "")
    return [(row[0], row[1]) for row in db.session.execute(query.with_only_columns(Attendee.id, Attendee.organisation))]


def excluded_pairs(event_id: int) -> set[tuple[int, int]]:
    """Return the pairs of an event that must not be proposed: blocked, known, not for one of them; lower id first."""
    here = select(Attendee.id).where(Attendee.event_id == event_id)
    known = select(Known.from_id, Known.to_id).where(Known.from_id.in_(here))
    not_for_me = select(NotForMe.from_id, NotForMe.to_id).where(NotForMe.from_id.in_(here))
    found = {(min(pair), max(pair)) for query in (known, not_for_me) for pair in db.session.execute(query)}
    return found | blocked_pairs(event_id)


def decided_pairs(event_id: int) -> list[PairDecision]:
    """Return what the organiser decided about pairs of an event, in the order of their people."""
    query = select(PairDecision).join(Attendee, Attendee.id == PairDecision.low_id)
    query = query.where(Attendee.event_id == event_id)
    return list(db.session.scalars(query.order_by(PairDecision.low_id, PairDecision.high_id)))


def blocked_pairs(event_id: int) -> set[tuple[int, int]]:
    """Return the pairs of an event that must not see each other, blocked here or anywhere; lower id first.

    All blocks there are, and then who of them is here: asked at once, SQLite puts everybody beside everybody.
    """
    one, other = aliased(Attendee), aliased(Attendee)
    ends = (one.event_id, one.id, one.person_id), (other.event_id, other.id, other.person_id)
    query = select(*ends[0], *ends[1]).select_from(Block)
    query = query.join(one, one.id == Block.from_id).join(other, other.id == Block.to_id)
    rows = db.session.execute(query).all()
    direct = [(row[1], row[4]) for row in rows if row[0] == row[3] == event_id]
    here = places_of_persons(event_id) if rows else {}
    persons = [(row[2], row[5]) for row in rows if row[2] in here and row[5] in here]
    return {(min(pair), max(pair)) for pair in [*direct, *((here[a], here[b]) for a, b in persons)]}


def latest_match_job(event_id: int) -> Job | None:
    """Return the newest computation asked for, however it ended."""
    return latest_job(event_id, "match")


def open_match_job(event_id: int, name: str = "match") -> int | None:
    """Return the computation of this kind that waits or runs."""
    return open_job(event_id, name)


def greeted_since(run: MatchRun) -> set[int]:
    """Return the newcomers whom a computation of their own was asked for since everybody's lists are as they are."""
    query = select(Job.values).where(Job.event_id == run.event_id, Job.name == "newcomers")
    return {
        who
        for values in db.session.scalars(query.where(Job.values["run"].as_integer() == run.id))
        for who in values["people"]
    }
