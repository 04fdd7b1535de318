"""The closed sets of words on the wire, spelled as interfaces.md spells them.

Lower case: what the marketplace or we say of things. Upper case: codes and grounds.
"""

from enum import StrEnum


class Badge(StrEnum):
    """Standing of a freelancer or an agency; NONE also when never stated (domain §1)."""

    NONE = "none"
    RISING_TALENT = "rising_talent"
    TOP_RATED = "top_rated"
    TOP_RATED_PLUS = "top_rated_plus"


class AgencyRole(StrEnum):
    """Role of a user in an agency; NONE: has left it."""

    OWNER = "owner"
    BUSINESS_MANAGER = "business_manager"
    ADMIN = "admin"
    MEMBER = "member"
    NONE = "none"


class AccountKind(StrEnum):
    """Who an account is."""

    FREELANCER = "freelancer"
    AGENCY = "agency"


class Direction(StrEnum):
    """Who says something about whom."""

    CLIENT_TO_TALENT = "client_to_talent"
    TALENT_TO_CLIENT = "talent_to_client"


class Scope(StrEnum):
    """What a removal takes the feedback out of (domain §2)."""

    JSS_ONLY = "jss_only"
    JSS_AND_PROFILE = "jss_and_profile"


class Standing(StrEnum):
    """Standing of a client; of a flagged or suspended one no feedback counts (domain §6.5)."""

    GOOD = "good"
    FLAGGED = "flagged"
    SUSPENDED = "suspended"


class EndedBy(StrEnum):
    """Who ended a contract."""

    FREELANCER = "freelancer"
    CLIENT = "client"
    MARKETPLACE = "marketplace"


class Channel(StrEnum):
    """How a removal was asked for."""

    API = "api"
    SUPPORT_CHAT = "support-chat"


class RequestStatus(StrEnum):
    """Where a removal request stands in its life (domain §3)."""

    PENDING = "pending"
    APPROVED = "approved"
    DENIED = "denied"
    WITHDRAWN = "withdrawn"
    REVERSED = "reversed"


class Outcome(StrEnum):
    """What a client feedback amounts to in the score (domain §6.4)."""

    POSITIVE = "positive"
    NEUTRAL = "neutral"
    NEGATIVE = "negative"


class RemovalClass(StrEnum):
    """Why a feedback is not shown: perk, upheld report, or its author (domain §2)."""

    PERK = "perk"
    TERMS = "terms"
    AUTHOR = "author"


class Rule(StrEnum):
    """Requirements of a removal, in the order they are judged; a code names the failure (domain §3)."""

    PERK_RETIRED = "PERK_RETIRED"
    CONTRACT_UNKNOWN = "CONTRACT_UNKNOWN"
    NOT_YOUR_CONTRACT = "NOT_YOUR_CONTRACT"
    CONTRACT_NOT_ENDED = "CONTRACT_NOT_ENDED"
    NO_PUBLIC_FEEDBACK = "NO_PUBLIC_FEEDBACK"
    ALREADY_REMOVED = "ALREADY_REMOVED"
    NOT_TOP_RATED = "NOT_TOP_RATED"
    AGENCY_ROLE_REQUIRED = "AGENCY_ROLE_REQUIRED"
    TOO_SOON = "TOO_SOON"
    TOO_FEW_CONTRACTS = "TOO_FEW_CONTRACTS"
    REQUEST_PENDING = "REQUEST_PENDING"
    SCORE_EFFECT_UNACKNOWLEDGED = "SCORE_EFFECT_UNACKNOWLEDGED"


class NotCounted(StrEnum):
    """Why a contract does not count in the score, in order of precedence (domain §6.5)."""

    REMOVED = "REMOVED"
    UPHELD_REPORT = "UPHELD_REPORT"
    WITHDRAWN = "WITHDRAWN"
    CLIENT_FLAGGED = "CLIENT_FLAGGED"
    NO_FEEDBACK = "NO_FEEDBACK"
    NOTHING_EARNED = "NOTHING_EARNED"


class UnchangedReason(StrEnum):
    """Why a removal, reversal or upheld report left the shown score as it was, in order of precedence (domain §6.8)."""

    BELOW_MINIMUM = "BELOW_MINIMUM"
    NOT_COUNTED = "NOT_COUNTED"
    OUTSIDE_BEST_WINDOW = "OUTSIDE_BEST_WINDOW"
    OTHER_WINDOW_BEST = "OTHER_WINDOW_BEST"
    AT_ZERO = "AT_ZERO"
    SAME_RATIO = "SAME_RATIO"
    ROUNDING = "ROUNDING"


class ReportGround(StrEnum):
    """What a report says is wrong with a feedback (domain §5)."""

    MANIPULATION = "MANIPULATION"
    ABUSE = "ABUSE"
    IRRELEVANT = "IRRELEVANT"
    CONFLICT_OF_INTEREST = "CONFLICT_OF_INTEREST"
