"""The words of the model: event types, scopes, directions, the books' regimes (domain page §1, §4; interfaces §1, §2).

Knows no rule. Next: model_log.py.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

COMPLETED = "marketplace.contract.completed.v1"
GIVEN = "marketplace.feedback.given.v1"
EDITED = "marketplace.feedback.edited.v1"
WITHDRAWN = "marketplace.feedback.withdrawn.v1"
RESPONDED = "marketplace.feedback.responded.v1"
BADGE = "marketplace.account.badge-changed.v1"
MEMBER = "marketplace.agency.member-changed.v1"
ACCOUNT_RENAMED = "marketplace.account.renamed.v1"
STANDING = "marketplace.client.standing-changed.v1"
CLIENT_RENAMED = "marketplace.client.renamed.v1"
REQUESTED = "integrity.feedback-removal.requested.v1"
APPROVED = "integrity.feedback-removal.approved.v1"
DENIED = "integrity.feedback-removal.denied.v1"
TAKEN_BACK = "integrity.feedback-removal.withdrawn.v1"
REFUSED = "integrity.feedback-removal.refused.v1"
REVERSED = "integrity.feedback-removal.reversed.v1"
ANSWERED = "integrity.feedback.responded.v1"
UPHELD = "integrity.feedback-report.upheld.v1"
TICK = "integrity.scoring-day.opened.v1"

ABOUT_CONTRACTS = (COMPLETED, GIVEN, EDITED, WITHDRAWN, RESPONDED)
MARKETPLACE = (*ABOUT_CONTRACTS, BADGE, MEMBER, ACCOUNT_RENAMED, STANDING, CLIENT_RENAMED)
RULINGS = (APPROVED, REVERSED, UPHELD)
REMOVAL = "/feedback-integrity/removal"
"""The source of what the removal service records."""
CLIENT, TALENT = "client_to_talent", "talent_to_client"
ONLY, BOTH = "jss_only", "jss_and_profile"
WINDOWS = (6, 12, 24)
TOMBSTONE = "This feedback has been removed."
"""What stands in place of a removed feedback."""
REGIMES: Mapping[str, tuple[tuple[datetime, bool], ...]] = {
    "perk": ((datetime(1, 1, 1, tzinfo=UTC), True),),
    "retired-2024-09-03": ((datetime(1, 1, 1, tzinfo=UTC), True), (datetime(2024, 9, 3, tzinfo=UTC), False)),
}
