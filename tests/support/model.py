"""A plain model of the domain page: every fact ever stated is kept, every answer is worked out anew from all of them.

Knows the page and nothing of the product: JSON values in, JSON values out, standard library only. Slow on purpose.
Invariant: whatever it answers follows from the log up to now, read from its beginning.
Where the page leaves a choice, a comment that begins with CHOICE says which was taken.
Next: model_log.py (§1), model_removals.py (§3, §4), model_pages.py (§2), model_score.py (§6); histories.py for facts.
"""

from dataclasses import dataclass

from tests.support.model_pages import Pages
from tests.support.model_score import Scores


@dataclass
class Model(Pages, Scores):
    """All the page says, in one: deliver facts, record events of our own, and ask."""
