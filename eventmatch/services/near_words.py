"""Which words are spelled nearly alike, so that somebody can be asked whether they are the same.

Never an answer, always a question: two spellings of one word and two words a letter apart look the same from here.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

Parts = tuple[str, ...]

KEPT = "+#"  # what tells C from C++ and C#
DROPPED = "'’`´"  # women's and womens
SHORTEST = 5  # letters; in shorter parts one letter makes another word
LONG = 12  # letters; from here on two may be mistyped
PLURAL = 4  # letters; shorter parts that end in s are seldom plurals
ACCENTS = str.maketrans("", "", "".join(map(chr, range(0x300, 0x370))))  # those of Latin, Greek and Cyrillic letters


def parts_of(words: str) -> Parts:
    """Take words apart without case, accents, signs and plural endings."""
    plain = unicodedata.normalize("NFKD", words.casefold()).translate(ACCENTS)
    letters = ("" if sign in DROPPED else sign if _is_letter(sign) else " " for sign in plain)
    return tuple(map(_singular, "".join(letters).split()))


def _is_letter(sign: str) -> bool:
    return sign in KEPT or unicodedata.category(sign)[0] in "LMN"


def _singular(part: str) -> str:
    """Return a part without an English plural ending, or what looks like one."""
    if len(part) < PLURAL or not part.endswith("s") or part.endswith(("ss", "us", "is")):
        return part
    return f"{part[:-3]}y" if part.endswith("ies") and len(part) > PLURAL else part[:-1]


def near_pairs(ranked: Sequence[Parts]) -> Iterator[tuple[int, int]]:
    """Yield which words are spelled nearly as which earlier ones: place of the earlier, place of the later.

    Near is the same in another order or without spaces, and the same but for one part that is mistyped by one letter
    or by two neighbours that changed places, in long parts by two. Words of which nothing is left are near to none.

    The first word of several spelled the same stands for all of them: the number of pairs grows with that of words.
    """
    first: dict[str, int] = {}
    slips = mistyped({part for parts in ranked for part in parts})
    for place, parts in enumerate(ranked):
        near = {first[form] for form in (*_forms(parts), *_slipped(parts, slips)) if form in first}
        yield from ((earlier, place) for earlier in sorted(near))
        for form in _forms(parts):
            first.setdefault(form, place)


def _forms(parts: Parts) -> set[str]:
    """Return the spellings that stand for the same: in the order written and in that of the alphabet, no spaces."""
    return {"".join(parts), "".join(sorted(parts))} - {""}


def _slipped(parts: Parts, slips: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Yield these words with one part as somebody else may have typed it."""
    for at, part in enumerate(parts):
        for other in slips.get(part, ()):
            yield "".join(sorted((*parts[:at], other, *parts[at + 1 :])))


def mistyped(parts: Iterable[str]) -> dict[str, list[str]]:
    """Return for each part of words the others that may be the same mistyped, in the order of the alphabet.

    Mistyped is the optimal string alignment distance: letters added, left out, changed or swapped with the next.
    First letters are seldom mistyped, and numbers are meant: neither differs.
    """
    heads: dict[str, list[str]] = defaultdict(list)
    for part in sorted(parts):
        if len(part) >= SHORTEST and not any(map(str.isdigit, part)):
            heads[part[0]].append(part)
    return {part: others for head in heads.values() for part in head if (others := list(_near(part, head)))}


def _near(part: str, among: Sequence[str]) -> Iterator[str]:
    """Yield the others of these within the distance that the shorter of two allows."""
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    for other, distance, _ in process.extract(part, among, scorer=OSA.distance, score_cutoff=2, limit=None):
        if other != part and distance <= (2 if min(len(part), len(other)) >= LONG else 1):
            yield other
