"""Who is in the story, and the contracts between them.

Pure data. Invariant: the freelancer's four contracts are the golden example of the score's rule (domain §6), so its
figures are known beforehand: 74, and 100 without the fourth.
Next: story.py for the facts that the marketplace tells of them.
"""

from dataclasses import dataclass
from datetime import timedelta

CLIENTS = {
    "harbor-coffee": "Harbor Coffee",
    "lindqvist": "Lindqvist & Döttrar",
    "brightwater": "Brightwater Labs",
    "delta-print": "Delta Print",
}


@dataclass(frozen=True, slots=True)
class Contract:
    """One contract: who, what, when it ended before or after the story's beginning, and what the client said."""

    name: str
    title: str
    client: str
    ended: timedelta
    dollars: int
    score: int
    comment: str
    periods: int = 0
    freelancer: str = "noor"
    agency: str | None = None


def days(count: int) -> timedelta:
    return timedelta(days=count)


NOORS = (
    Contract(
        "noor-logo", "Logo for a harbour café", "harbor-coffee", days(-30), 200, 500, "Our new logo is lovely! ☕️✨"
    ),
    Contract(
        "noor-shop",
        "Web shop",
        "lindqvist",
        days(-62),
        600,
        490,
        "Tydlig, snabb och noggrann. Tack för den fina butiken!",
    ),
    Contract(
        "noor-platform",
        "Booking platform",
        "brightwater",
        days(-425),
        3000,
        480,
        "Nine months of steady, careful work.",
        periods=3,
    ),
)
POSTERS = Contract(
    "noor-posters",
    "Poster series",
    "delta-print",
    days(-10),
    100,
    200,
    "Missed the date twice, and the posters came in the wrong size.",
)
CARDS = Contract(
    "tomas-cards", "Business cards", "delta-print", days(-40), 80, 500, "¡Rápido y muy amable!", freelancer="tomas"
)
AURORAS = (
    Contract(
        "aurora-app",
        "Tide table app",
        "brightwater",
        days(-50),
        500,
        500,
        "A joy from start to finish.",
        freelancer="mira",
        agency="aurora",
    ),
    Contract(
        "aurora-brand",
        "Brand guidelines",
        "lindqvist",
        days(-20),
        1200,
        480,
        "Mycket genomtänkt.",
        freelancer="ivo",
        agency="aurora",
    ),
    Contract(
        "aurora-video",
        "Teaser, 30 seconds",
        "harbor-coffee",
        days(-15),
        90,
        300,
        "Fine, but the sound was off.",
        freelancer="pim",
        agency="aurora",
    ),
)
FLYERS = Contract("noor-flyers", "Flyers", "delta-print", days(9), 150, 250, "Not what we had in mind, again.")
LATER = tuple(
    Contract(f"noor-later-{nth}", f"Illustration {nth}", client, days(5 + 8 * nth), 400, 500, "Wonderful.")
    for nth, client in enumerate(list(CLIENTS)[:3] * 3 + ["harbor-coffee"], start=1)
)
