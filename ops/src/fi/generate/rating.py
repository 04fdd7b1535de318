"""What one side says of the other: score, private rating, comment.

Pure but for chance. Invariant: whatever is said holds something, as the contracts demand.
Next: domain §6.4 for the outcome classes that come of it.
"""

from enum import StrEnum
from random import Random
from typing import Any, Final

from fi.generate.phrase import Language, Mood
from fi.generate.picker import Among


class Shape(StrEnum):
    """Which parts a feedback has, besides a private rating, which most have."""

    FULL = "full"
    SCORE_ONLY = "score only"
    RATING_ONLY = "rating only"
    COMMENT_ONLY = "comment only"


SHAPES: Final = Among({Shape.FULL: 76, Shape.SCORE_ONLY: 18, Shape.RATING_ONLY: 3.5, Shape.COMMENT_ONLY: 2.5})
PRAISED: Final = (500, 500, 500, 500, 500, 500, 495, 490, 485, 480, 475, 465, 450)
RATED: Final = 0.7
# How often praise still comes with a low private rating, which turns the outcome: what nobody sees but the score.
POLITE: Final = 0.05


def client_says(dice: Random, language: Language, quality: float) -> dict[str, Any]:
    """A client's feedback on somebody whose clients are happy to this degree (0 to 1)."""
    mood = _mood(dice, quality)
    shape = SHAPES.pick(dice.random())
    said: dict[str, Any] = {}
    if shape in (Shape.FULL, Shape.SCORE_ONLY):
        said["score"] = _score(dice, mood)
    if shape is Shape.RATING_ONLY or (shape is not Shape.COMMENT_ONLY and dice.random() < RATED):
        said["private_rating"] = _rating(dice, mood)
    if shape is Shape.COMMENT_ONLY:
        said["comment"] = dice.choice(getattr(language, mood))
    elif shape is Shape.FULL:
        said["comment"] = language.feedback(dice, mood)
    return said


def talent_says(dice: Random, language: Language) -> dict[str, Any]:
    """What a freelancer or an agency says of a client: kinder than clients are, and always with a score."""
    said: dict[str, Any] = {"score": _score(dice, _mood(dice, 0.93))}
    if dice.random() < 0.7:
        said["comment"] = dice.choice(language.client)
    return said


def _mood(dice: Random, quality: float) -> Mood:
    chance = dice.random()
    if chance < quality:
        return Mood.PRAISE
    return Mood.FAIR if chance < quality + (1 - quality) * 0.45 else Mood.BLAME


def _score(dice: Random, mood: Mood) -> int:
    if mood is Mood.PRAISE:
        return dice.choice(PRAISED)
    if mood is Mood.FAIR:
        return 400 + 5 * int(dice.random() * 10)
    return 100 + 5 * int(dice.random() * 60)


def _rating(dice: Random, mood: Mood) -> int:
    if mood is Mood.PRAISE:
        if dice.random() < POLITE:
            return int(dice.random() * 9)
        return 9 + int(dice.random() * 2)
    return 7 + int(dice.random() * 2) if mood is Mood.FAIR else int(dice.random() * 7)
