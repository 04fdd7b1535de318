"""Orders to this service. Time, identity and the score's preview arrive as data (architecture §1.5)."""

from dataclasses import dataclass
from datetime import datetime

from event_contracts import Channel, Scope, ScorePreview


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRemoval:
    """May the client's feedback on this contract be removed?

    `act_id` names what comes of it, the request or the refusal. `preview`: the score without the contract; None when
    there is no good answer to be had, which counts as an effect to acknowledge.
    """

    act_id: str
    account_id: str
    contract_id: str
    scope: Scope
    requested_by: str
    channel: Channel
    submitted_at: datetime
    acknowledge_score_effect: bool = False
    preview: ScorePreview | None = None
