"""Match lists as a table: who is listed to whom, how much it is worth, and why in one English sentence."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from eventmatch.formats.cells import neutralise
from eventmatch.matching.reasons import Reason
from eventmatch.matching.result import MatchResult
from eventmatch.services.match_tables import write_text

LISTS = ("id", "rank", "other", "score", "reason")
OWN = {True: "Comes from your own", False: "Comes from another"}
NAMED = 3  # tags or words in one sentence


def write_lists(path: Path, result: MatchResult, ids: Sequence[str]) -> None:
    """Write the lists of these ids: rank, other, the score in that direction, and one sentence; no cell runs."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(LISTS)
    lists = dict(zip(result.ids, result.suggestions(), strict=True))
    for person in ids:
        for rank, other in enumerate(lists[person], start=1):
            one, two, why = map(neutralise, (person, other.id, sentence(other.reasons)))
            writer.writerow([one, rank, two, f"{other.score:.6f}", why])
    write_text(path, text.getvalue())


def sentence(reasons: tuple[Reason, ...]) -> str:
    """What one gets from the other, in one English sentence about the strongest reason that says something."""
    telling = [reason for reason in reasons if reason.term != "complement"] or list(reasons)
    if not telling:
        return "Somebody new to you."
    first = telling[0]
    same = [plain(reason.theirs) for reason in telling if reason.term == first.term][:NAMED]
    return {
        "need": f"Offers {answer(first.theirs, first.mine, 'ask for')}.",
        "give": f"Asks for {answer(first.theirs, first.mine, 'offer')}.",
        "rare": f"Shares your interest in {enumerated(same)}.",
        "text": f"Also writes about {enumerated(same)}.",
        "complement": f"{OWN[first.alike]} {first.their_field}: {plain(first.theirs)}.",
    }[first.term]


def answer(theirs: str, mine: str, act: str) -> str:
    """What the other says and what I said to it, once where it is the same."""
    said, own = plain(theirs), plain(mine)
    return f"{said}, which you {act}" if said.casefold() == own.casefold() else f"{said}; you {act} {own}"


def plain(words: str) -> str:
    """Words on one line, without the full stop of their own."""
    return " ".join(words.split()).rstrip(".!?")


def enumerated(words: list[str]) -> str:
    """Words as English lists them: one, two and three."""
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
