"""Files somebody uploaded to import from, kept until they are imported or dropped."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, select
from sqlalchemy.orm import Mapped, mapped_column

from eventmatch.models.base import Base, db


class ImportFile(Base):
    """One uploaded list of people; gone as soon as its job has ended, and after a day in any case."""

    __tablename__ = "import_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    filename: Mapped[str] = mapped_column(String(200))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    uploaded_at: Mapped[datetime] = mapped_column(index=True)
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id", ondelete="SET NULL"))


def import_file_of(event_id: int, file_id: int) -> ImportFile | None:
    """Return one uploaded file of one event."""
    return db.session.scalar(select(ImportFile).where(ImportFile.event_id == event_id, ImportFile.id == file_id))
