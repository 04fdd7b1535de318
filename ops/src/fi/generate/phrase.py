"""What people write and what they are called, in the scripts of the marketplace's users.

The words are data (phrases.json). Invariant: no text is longer than the contracts allow (16 KiB).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property
from importlib.resources import files
from random import Random
from typing import Final

import orjson

from fi.generate.picker import Among

LONGEST_BYTES: Final = 12_000


class Length(StrEnum):
    """How much somebody writes who writes at all."""

    SENTENCE = "sentence"
    SENTENCES = "sentences"
    PAGES = "pages"
    NOTHING = "nothing"


LENGTHS: Final = Among({Length.SENTENCE: 58, Length.SENTENCES: 38.4, Length.PAGES: 0.6, Length.NOTHING: 3})


class Mood(StrEnum):
    """How somebody found the work; the name of the phrases for it."""

    PRAISE = "praise"
    FAIR = "fair"
    BLAME = "blame"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Language:
    """Phrases of one language, and how often it is met."""

    code: str
    share: float
    given: Sequence[str]
    family: Sequence[str]
    praise: Sequence[str]
    fair: Sequence[str]
    blame: Sequence[str]
    reply: Sequence[str]
    client: Sequence[str]
    titles: Sequence[str]

    def feedback(self, dice: Random, mood: Mood) -> str:
        """What a client writes about the work: usually a sentence or a few, now and then pages, or nothing at all."""
        sentences: Sequence[str] = getattr(self, mood)
        length = LENGTHS.pick(dice.random())
        if length is Length.NOTHING:
            return ""
        if length is Length.PAGES:
            return _pages(dice, sentences)
        count = 1 if length is Length.SENTENCE else 2 + int(dice.random() * 3)
        return " ".join(dice.choice(sentences) for _ in range(count))

    def person(self, dice: Random) -> str:
        return f"{dice.choice(self.given)} {dice.choice(self.family)}"


@dataclass(frozen=True, kw_only=True)
class Phrases:
    """All languages, and the names of firms."""

    languages: Sequence[Language]
    companies: Sequence[str]
    agencies: Sequence[str]
    towns: Sequence[str]

    def language(self, dice: Random) -> Language:
        """A language, each as often as it is met."""
        return self.spoken.pick(dice.random())

    @cached_property
    def spoken(self) -> Among[Language]:
        return Among({language: language.share for language in self.languages})


@cache
def phrases() -> Phrases:
    """The phrases that come with the program."""
    words = orjson.loads(files(__package__).joinpath("phrases.json").read_bytes())
    languages = [Language(**language) for language in words.pop("languages")]
    return Phrases(languages=languages, **words)


def _pages(dice: Random, sentences: Sequence[str]) -> str:
    wanted = 1_000 + int(dice.random() * (LONGEST_BYTES - 1_000))
    written: list[str] = []
    size = 0
    while True:
        sentence = dice.choice(sentences) + ("\n\n" if len(written) % 5 == 4 else " ")
        size += len(sentence.encode())
        if size > wanted:
            return "".join(written).strip()
        written.append(sentence)
