"""Made-up people for measuring: tags and words that few or many share, as at a real event.

Somebody has one to three of 40 topics and 3–12 of 2,000 tags, and writes 20–60 of 20,000 words. Seven tags in ten and
three words in ten come from the person's own topics, the others from all. The r-th most usual tag or word is used in
proportion to 1 / r (Zipf). One tag is something the person asks for, another something the person offers.
"""

import itertools

import numpy as np
from numpy.typing import NDArray

from eventmatch.matching import Profile

TOPICS, TAGS, WORDS = 40, 2_000, 20_000
OWN_TAGS, OWN_WORDS = 0.7, 0.3
PLENTY = 80  # draws that hold twelve different tags
SYLLABLES = [a + b for a, b in itertools.product("bdfglmnprstv", "aeiou")]

Chance = np.random.Generator


def people(count: int, seed: int) -> list[Profile]:
    """Make people; the same count and seed give the same people."""
    chance = np.random.default_rng(seed)
    return [person(number, chance) for number in range(count)]


def person(number: int, chance: Chance) -> Profile:
    """Make one person."""
    topics = chance.choice(TOPICS, chance.integers(1, 4), replace=False)
    many = dict.fromkeys(drawn(topics, PLENTY, TAGS, OWN_TAGS, chance).tolist())
    tags = [f"tag-{spelling(place)}" for place in many][: chance.integers(3, 13)]
    words = [spelling(place) for place in drawn(topics, chance.integers(20, 61), WORDS, OWN_WORDS, chance)]
    return Profile(str(number), about=" ".join(words), interests=tuple(tags), asks=(tags[0],), offers=(tags[-1],))


def drawn(topics: NDArray[np.int64], count: int, size: int, own: float, chance: Chance) -> NDArray[np.int64]:
    """Draw places in a vocabulary in which every 40th place belongs to the same topic."""
    anywhere = zipf(size, count, chance)
    at_home = TOPICS * zipf(size // TOPICS, count, chance) + chance.choice(topics, count)
    return np.where(chance.random(count) < own, at_home, anywhere)


def zipf(size: int, count: int, chance: Chance) -> NDArray[np.int64]:
    """Draw numbers below a size, the r-th in proportion to 1 / r (log-uniform, rounded down)."""
    return np.minimum(np.floor(np.exp(chance.random(count) * np.log(size + 1))).astype(np.int64), size) - 1


def spelling(place: int) -> str:
    """Spell a place as a word of three syllables, each place another word."""
    first, rest = divmod(int(place), len(SYLLABLES) ** 2)
    second, third = divmod(rest, len(SYLLABLES))
    return SYLLABLES[third] + SYLLABLES[second] + SYLLABLES[first]
