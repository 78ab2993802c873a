"""A process that serves pages, runs jobs and greets a newcomer, and tells which heavy libraries came in."""

import json
import sys

from sqlalchemy import func, select

from eventmatch.domain.local_time import to_local
from eventmatch.factory import create_app
from eventmatch.models import schema
from eventmatch.models.base import db
from eventmatch.models.match import Match
from eventmatch.models.rounds import Meeting
from eventmatch.services import jobs, match_words, matching, newcomers, rounds
from eventmatch.settings import read_settings
from tests.cast import NINE, add_attendee, add_meetup, add_member

HEAVY = {"sklearn", "scipy", "numpy"}


def main(folder: str) -> None:
    """Serve, match, and print what came of it."""
    app = create_app(read_settings({"EVENTMATCH_INSTANCE": folder}), embedded_queue=False)
    with app.app_context():
        schema.upgrade()
        meetup = add_meetup()
        people = [add_attendee(meetup, name, asks=["scrum"], offers=["scrum"]) for name in ("Ada", "Ben")]
        oona = add_member(meetup, "Oona")
        client = app.test_client()
        for path in ("/", "/about", f"/e/{meetup.slug}", f"/t/{people[0].code}", f"/b/{people[0].badge}"):
            client.get(path)
        scan = {"code": people[0].code, "nonce": "1"}
        client.post(f"/api/v1/events/{meetup.slug}/doors/{meetup.front_door}/scans", json=scan)
        job_id = matching.start(oona, meetup.slug, now=NINE)
        status = jobs.job_for(oona, meetup.slug, job_id).status
        draft = rounds.RoundsDraft(to_local(NINE, "Europe/Berlin"), rounds=2, minutes=15, pause=5, tables=None)
        match_words.words(oona, meetup.slug)
        rounds.plan(oona, meetup.slug, draft, now=NINE)
        meetings = db.session.scalar(select(func.count()).select_from(Meeting))
        add_attendee(meetup, "Chidi", asks=["scrum"], offers=["scrum"])
        newcomers.greet(NINE)
        matches = db.session.scalar(select(func.count()).select_from(Match))
    heavy = sorted(HEAVY & set(sys.modules))
    print(json.dumps({"status": status, "matches": matches, "meetings": meetings, "heavy": heavy}))


if __name__ == "__main__":
    main(sys.argv[1])
