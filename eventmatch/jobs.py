"""The handlers of background work: each name a job can have, and the one service it calls."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from flask import Flask

from eventmatch.domain.errors import DomainError
from eventmatch.domain.faults import told
from eventmatch.domain.site import Site
from eventmatch.gateways.mail import MailGateway
from eventmatch.services import (
    badge_run,
    importing,
    jobs,
    leftovers,
    matching,
    newcomers,
    outbox,
    rounds_run,
    seats,
    what_if,
)

log = logging.getLogger(__name__)

Report = Callable[[int, int], None]
Handler = Callable[[jobs.Work, Report], dict[str, Any]]

HANDLERS: dict[str, Handler] = {
    "badges": badge_run.perform,
    "import_attendees": importing.perform,
    "match": matching.compute,
    "rounds": rounds_run.perform,
    "newcomers": newcomers.compute,
    "what_if": what_if.compute,
}
SWEEPS: dict[str, Callable[[datetime], object]] = {
    "seats": seats.promote_everywhere,
    "newcomers": newcomers.greet,
    "matching": matching.keep_fresh,
    "leftovers": leftovers.sweep,
}
EVERY_MINUTE = ("mail", "jobs", *SWEEPS)


def perform_in(app: Flask, mail: MailGateway, site: Site) -> Callable[[str, dict[str, Any]], None]:
    """Return what the queue calls for each task, inside the application."""

    def perform(name: str, values: dict[str, Any]) -> None:
        with app.app_context():
            if name == "mail":
                outbox.deliver(mail, site=site, now=datetime.now(UTC))
            elif name == "jobs":
                jobs.ask_again()
            elif name == "job":
                run_job(values["job_id"])
            elif name in SWEEPS:
                SWEEPS[name](datetime.now(UTC))

    return perform


def run_job(job_id: int) -> None:
    """Run one job from taking it up to writing down how it ended."""
    work = jobs.take(job_id, datetime.now(UTC))
    if work is None:
        return
    try:
        result = HANDLERS[work.name](work, lambda done, total: jobs.report(job_id, done, total))
        jobs.finish(job_id, datetime.now(UTC), result=result)
    except jobs.Cancelled:
        log.info("job %s was cancelled", job_id)
    except DomainError as error:
        jobs.finish(job_id, datetime.now(UTC), error=error.message)
    except Exception as error:  # noqa: BLE001 - whatever it is, the job must end
        log.error("job %s failed: %s", job_id, told(error))
        jobs.finish(job_id, datetime.now(UTC), error="Something went wrong; the log has the details.")
