"""What is over goes by itself: unproven registrations, old links, letters and files, ended sessions."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, or_, select

from eventmatch.domain.sign_in import LIFETIME, LinkPurpose
from eventmatch.domain.states import AttendeeStatus, JobStatus
from eventmatch.models.attendee import Attendee
from eventmatch.models.badge_print import BadgeFile
from eventmatch.models.base import Base, db, write_transaction
from eventmatch.models.import_file import ImportFile
from eventmatch.models.person import SignIn, WebSession
from eventmatch.models.work import Job, Outbox
from eventmatch.services.outbox import MAX_TRIES

UPLOAD_KEPT = timedelta(days=1)
FILE_KEPT = timedelta(days=1)  # of badges, to be downloaded
LINK_KEPT = timedelta(days=2)  # so long links still count against who sends too many, or guesses
LETTER_KEPT = timedelta(days=30)  # so that an organiser who is asked can still see that one left
UNDER_WAY = (JobStatus.QUEUED, JobStatus.RUNNING)


def sweep(now: datetime) -> None:
    """Delete what is over."""
    found = [(table, which) for table, which in _leftovers(now) if _exists(table, which)]
    if found:  # nothing to do writes nothing
        with write_transaction() as session:
            for table, which in found:
                session.execute(delete(table).where(which))


def _exists(table: type[Base], which: ColumnElement[bool]) -> bool:
    """Tell whether there are such rows."""
    return bool(db.session.scalar(select(select(table).where(which).exists())))


def _leftovers(now: datetime) -> Iterator[tuple[type[Base], ColumnElement[bool]]]:
    """Yield each table that gathers them, and which rows are some."""
    working = select(Job.id).where(Job.status.in_(UNDER_WAY))
    unused = or_(ImportFile.job_id.is_(None), ImportFile.job_id.not_in(working))
    yield ImportFile, and_(ImportFile.uploaded_at < now - UPLOAD_KEPT, unused)
    yield BadgeFile, BadgeFile.made_at < now - FILE_KEPT
    yield Attendee, _unproven(now)
    yield SignIn, and_(SignIn.expires_at < now - LINK_KEPT, SignIn.answers.is_(None))  # what waits for proof stays
    yield WebSession, WebSession.expires_at < now
    yield Outbox, _old_letters(now - LETTER_KEPT)


def _unproven(now: datetime) -> ColumnElement[bool]:
    """Describe registrations whose address nobody proved while their link and their seat lasted; a bar is kept."""
    over = Attendee.held_until < now - LIFETIME[LinkPurpose.VERIFY]
    unclaimed = and_(Attendee.person_id.is_(None), Attendee.barred_at.is_(None))
    return and_(Attendee.status == AttendeeStatus.PENDING, unclaimed, over)


def _old_letters(before: datetime) -> ColumnElement[bool]:
    """Describe letters that left long ago, or were given up."""
    return or_(Outbox.sent_at <= before, and_(Outbox.tries >= MAX_TRIES, Outbox.created_at <= before))
