"""A crowd in front of a door: several readings in one transaction."""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count

from flask import Flask

from eventmatch.domain.actor import Bearer
from eventmatch.domain.addresses import read_code
from eventmatch.domain.codes import token_hash
from eventmatch.domain.readings import DoorKey, Reading
from eventmatch.domain.states import Direction
from eventmatch.models.door import Question
from eventmatch.models.together import together
from eventmatch.services.checkin import scan
from eventmatch.services.entries import Entry
from tests.cast import NINE, AttendeeRef, MeetupRef, add_attendee
from tests.waiting import in_line, until

PATIENCE = 10  # seconds
MOMENT = timedelta(milliseconds=1)


@dataclass
class Crowd:
    """A meetup whose doors read several codes at the same moment."""

    app: Flask
    meetup: MeetupRef
    tablet: Bearer
    numbers: Iterator[int] = field(default_factory=count)

    def readings(self, codes: Sequence[str], direction: Direction = Direction.IN) -> list[Reading]:
        """Read these codes, each for the first time."""
        return [Reading(code, str(next(self.numbers)), direction) for code in codes]

    def at_once(
        self, readings: Sequence[Reading], *, inner: bool = False, tokens: Sequence[str] = ()
    ) -> list[Entry | Exception]:
        """Judge readings of one kind at one door in one transaction, in which only what must be looked at again is not.

        A transaction that holds until all have come is what they wait for.
        """
        door = DoorKey(self.meetup.session_door if inner else self.meetup.front_door, self.meetup.slug)
        tablet = Question(read_code(readings[0].code), "", token=token_hash(self.tablet.token))
        begun, all_there = threading.Event(), threading.Event()

        def hold(_within: object, asked: Sequence[str]) -> Sequence[str]:
            begun.set()
            assert all_there.wait(PATIENCE)
            return asked

        def first() -> None:
            with self.app.app_context():
                together((door, tablet.kind, None), "hold", hold)

        moments = [NINE + next(self.numbers) * MOMENT for _ in readings]

        def read(place: int) -> Entry | Exception:
            bearer = Bearer(tokens[place]) if tokens else self.tablet
            with self.app.app_context():
                try:
                    return scan(door, readings[place], by=bearer, at=moments[place])
                except Exception as error:  # noqa: BLE001 - a refusal is an answer here
                    return error

        with ThreadPoolExecutor(len(readings) + 1) as pool:
            holding = pool.submit(first)
            assert begun.wait(PATIENCE)
            said = []
            for place in range(len(readings)):
                said.append(pool.submit(read, place))
                until(lambda expected=place + 1: in_line() >= expected, PATIENCE)  # type: ignore[misc]
            all_there.set()
            holding.result()
            return [one.result() for one in said]

    def guests(self, number: int) -> list[AttendeeRef]:
        """Add some guests."""
        return [add_attendee(self.meetup, f"Guest{place}") for place in range(number)]
