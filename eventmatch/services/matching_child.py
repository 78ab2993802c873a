"""The process in which lists are computed: it tells how far it is, and at last the lists or what is wrong."""

import logging
import os
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection

from eventmatch.domain.faults import told
from eventmatch.services.match_work import POLITE, Lists, Wanted

log = logging.getLogger(__name__)

Progress = Callable[[int, int], None]


def run(pipe: Connection, wanted: Wanted) -> None:
    """Compute in the child and tell the parent: progress now and then, at last the lists or what is wrong."""
    os.nice(POLITE)
    with suppress(BrokenPipeError):  # nobody listens any more
        try:
            pipe.send(("lists", compute(wanted, Hundredths(pipe))))
        except ValueError as error:
            pipe.send(("refused", str(error)))
        except Exception as error:  # noqa: BLE001 - left alone it would be printed with its words
            log.error("the lists were not computed: %s", told(error))


class Hundredths:
    """Tells the parent each further hundredth of the way, and no more often."""

    def __init__(self, pipe: Connection) -> None:
        """Remember whom to tell."""
        self.pipe, self.told = pipe, -1

    def __call__(self, done: int, total: int) -> None:
        """Tell how far it is if that is news."""
        if total and done * 100 // total > self.told:
            self.told = done * 100 // total
            self.pipe.send(("progress", (done, total)))


def compute(wanted: Wanted, progress: Progress) -> Lists:
    """Choose whom everybody should meet, or only newcomers; scikit-learn is imported here and nowhere before."""
    if wanted.newcomers:
        from eventmatch.services.matching_newcomers import newcomers_pairs

        return Lists(list(newcomers_pairs(wanted, progress)), [], {})
    from eventmatch.services.matching_core import everybodys_lists

    return everybodys_lists(wanted, progress)
