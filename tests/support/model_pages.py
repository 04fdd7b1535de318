"""The model's pages: states, tombstones, figures and histories (domain page §2).

Invariant: a perk removal changes what is shown, never the star rating or the number of jobs.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from tests.support.model_log import Json, account_of, kept, public
from tests.support.model_removals import Removals
from tests.support.model_shape import instant, text_of_instant
from tests.support.model_words import BOTH, CLIENT, TALENT, TOMBSTONE


@dataclass
class Pages(Removals):
    """What the public sees."""

    @kept
    def shown(self, contract_id: str, direction: str) -> Json:
        """A feedback on the pages: `state` and what belongs to it; the first that applies (§2)."""
        slot = self.slot(contract_id, direction, ratings=False)
        hidden = None
        if self.upheld(contract_id, direction):
            hidden = "terms"
        elif slot.withdrawn_public:
            hidden = "author"
        elif direction == CLIENT and self.in_force(contract_id) == BOTH:
            hidden = "perk"
        if hidden is not None:
            return {"state": "removed", "tombstone": TOMBSTONE, "removal_class": hidden}
        if slot.content is None or not public(slot.content):
            return {"state": "none"}
        return {"state": "visible"} | {
            name: slot.content[name] for name in ("score", "comment") if name in slot.content
        }

    def star_rating(self, account_id: str) -> Json:
        """Lifetime mean of public client scores of ended contracts, one decimal; perk removals stay in it."""
        scores, hidden = [], 0
        for contract_id in self.contracts_of(account_id):
            content = self.slot(contract_id, CLIENT, ratings=False).content
            if self.terms(contract_id) is None or self.upheld(contract_id, CLIENT) or not content:
                continue
            if "score" in content:
                scores.append(content["score"])
                hidden += self.in_force(contract_id) == BOTH
        tenths = None
        if scores:  # half up: 4.25 is shown 4.3
            tenths = (2 * sum(scores) + 10 * len(scores)) // (20 * len(scores))
        average = None if tenths is None else tenths / 10
        return {"average": average, "count": len(scores), "removed_count": hidden}

    def number_of_jobs(self, account_id: str) -> int:
        """Completed contracts: ended with net earnings above zero."""
        ended = [self.terms(contract_id) for contract_id in self.contracts_of(account_id)]
        return sum(terms is not None and terms["earned"]["amount"] > 0 for terms in ended)

    def work_history(self, account_id: str) -> list[Json]:
        """Ended contracts, `completed_at` descending, then contract id ascending."""
        return [
            {
                "contract_id": contract_id,
                "title": terms["title"],
                "client_id": terms["client_id"],
                "completed_at": text_of_instant(ended),
                "client_feedback": (shown := self.shown(contract_id, CLIENT)),
                **self._beside(shown, "response", contract_id, CLIENT),
            }
            for ended, contract_id, terms in self._ended(self.contracts_of(account_id))
        ]

    def client_history(self, client_id: str) -> list[Json]:
        """The client's ended contracts in the same order, with what both sides said."""
        mine = [id_ for id_, bound in self._bound.items() if bound[1] == client_id]
        return [
            {
                "contract_id": contract_id,
                "title": terms["title"],
                "account_id": account_of(terms),
                "completed_at": text_of_instant(ended),
                "client_feedback": self.shown(contract_id, CLIENT),
                "talent_feedback": (shown := self.shown(contract_id, TALENT)),
                **self._beside(shown, "client_response", contract_id, TALENT),
            }
            for ended, contract_id, terms in self._ended(mine)
        ]

    def _beside(self, shown: Json, member: str, contract_id: str, direction: str) -> Json:
        response = self.response(contract_id, direction)
        return {} if response is None or shown["state"] == "none" else {member: response}

    def _ended(self, contract_ids: Iterable[str]) -> list[tuple[datetime, str, Json]]:
        ended = [
            (at, contract_id, terms)
            for contract_id in contract_ids
            if (terms := self.terms(contract_id)) is not None and (at := instant(terms["completed_at"])) is not None
        ]
        by_id = sorted(ended, key=lambda one: one[1])
        return sorted(by_id, key=lambda one: one[0], reverse=True)
