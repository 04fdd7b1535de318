"""What each kind of event touches: which rows it needs, and how it changes them.

Meaning lives in the domain; here it meets partitions, positions and versions, and sums are kept in step.
Invariant: an event changes only rows of its own partition, and folded twice changes nothing the second time.
Next: fold.py for which event takes which step, rows.py for the rows.
"""

from collections.abc import Callable
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from event_contracts import (
    AccountRenamed,
    AgencyMemberChanged,
    ClientRenamed,
    ClientStandingChanged,
    ContractFact,
    FeedbackAnswered,
    FeedbackRemovalApproved,
    FeedbackRemovalReversed,
    FeedbackReportUpheld,
    JobSuccessScoreRecomputed,
    SubjectErased,
    SubjectHeld,
    SubjectHoldLifted,
)
from event_contracts.recorded import Recorded
from profile_projection.application.rows import (
    AccountRow,
    ClientRow,
    ContractRow,
    Keys,
    MembershipRow,
    NameRow,
    Rows,
    ScoreRow,
    SubjectRow,
)
from profile_projection.domain.erasure import without_texts_of, writers_of
from profile_projection.domain.evolve import evolve_account, evolve_contract, text_of
from profile_projection.domain.policy import figures_of
from profile_projection.domain.state import PublicAccount, PublicContract


class Step(NamedTuple):
    """`keys` adds what must be loaded first, `fold` changes the rows; both are given the event and its data."""

    keys: Callable[[Keys, Recorded, Any], None]
    fold: Callable[[Rows, Recorded, Any], None]


AboutContract: TypeAlias = (
    ContractFact | FeedbackAnswered | FeedbackRemovalApproved | FeedbackRemovalReversed | FeedbackReportUpheld
)
AccountEvent: TypeAlias = Any
"""Data of any event in an account's stream; all of them carry `account_id`."""
PRIVATE: Final = frozenset({"private_rating", "client_feedback.private_rating", "reason"})
"""Parts that no page ever shows, so that this projection does not even keep their ciphertext."""


# ---------------------------------------------------------------- contracts


def _contract_keys(keys: Keys, recorded: Recorded, data: AboutContract) -> None:
    keys.accounts.add(data.account_id)
    keys.contracts.add((data.account_id, data.contract_id))
    writers = {getattr(data, part.under) for part in data.PARTS if part.path not in PRIVATE}
    keys.subjects.update((writer, recorded.partition) for writer in writers)


def _fold_contract(rows: Rows, recorded: Recorded, data: AboutContract) -> None:
    key = (data.account_id, data.contract_id)
    row = rows.contracts.get(key)
    before = _unknown(data) if row is None else row.contract
    after = evolve_contract(before, recorded)
    rows.contracts[key] = ContractRow(after, recorded.partition)
    account = _reached(rows, recorded, data.account_id)
    figures = account.account.figures.minus(figures_of(before)).plus(figures_of(after))
    rows.accounts[data.account_id] = account._replace(account=account.account.with_figures(figures))
    _touch_client(rows, recorded, data.client_id, named=isinstance(data, ContractFact))


def _unknown(data: AboutContract) -> PublicContract:
    return PublicContract(account_id=data.account_id, contract_id=data.contract_id, client_id=data.client_id)


def _fold_decision(rows: Rows, recorded: Recorded, data: AboutContract) -> None:
    _fold_contract(rows, recorded, data)
    account = rows.accounts[data.account_id]
    decisive = max(account.decisive_position, recorded.position)
    rows.accounts[data.account_id] = account._replace(decisive_position=decisive)


# ---------------------------------------------------------------- accounts and names


def _account_keys(keys: Keys, _recorded: Recorded, data: AccountEvent) -> None:
    keys.accounts.add(data.account_id)


def _fold_account(rows: Rows, recorded: Recorded, data: AccountEvent) -> None:
    _reached(rows, recorded, data.account_id)


def _reached(rows: Rows, recorded: Recorded, account_id: str) -> AccountRow:
    """The account's row, come to this event of its stream."""
    row = _evolved(rows, recorded, account_id)
    row = row._replace(version=max(row.version, recorded.version), position=max(row.position, recorded.position))
    rows.accounts[account_id] = row
    for other in recorded.data.named_accounts:
        if other != account_id:  # its own row may belong to another partition
            rows.mentions.setdefault((other, account_id), recorded.position)
    return row


def _evolved(rows: Rows, recorded: Recorded, account_id: str) -> AccountRow:
    row = rows.accounts.get(account_id) or AccountRow(PublicAccount(account_id=account_id))
    return row._replace(account=evolve_account(row.account, recorded))


def _membership_keys(keys: Keys, _recorded: Recorded, data: AgencyMemberChanged) -> None:
    keys.accounts.add(data.agency_id)
    keys.memberships.add((data.agency_id, data.user_id))


def _fold_membership(rows: Rows, recorded: Recorded, data: AgencyMemberChanged) -> None:
    _reached(rows, recorded, data.agency_id)
    key = (data.agency_id, data.user_id)
    known = rows.memberships.get(key)
    if known is None or known.stamp < recorded.stamp:
        position = max(recorded.position, known.position) if known else recorded.position
        rows.memberships[key] = MembershipRow(recorded.stamp, data.role, data.exclusive, position)
    else:
        rows.memberships[key] = known._replace(position=max(known.position, recorded.position))


def _name_keys(kind: Literal["account", "client"]) -> Callable[[Keys, Recorded, Any], None]:
    def keys_of_name(keys: Keys, recorded: Recorded, data: AccountRenamed | ClientRenamed) -> None:
        id_ = _named_id(data)
        keys.names.add((kind, id_))
        keys.subjects.add((id_, recorded.partition))
        if kind == "account":
            keys.accounts.add(id_)

    return keys_of_name


def _named_id(data: AccountRenamed | ClientRenamed) -> str:
    return data.account_id if isinstance(data, AccountRenamed) else data.client_id


def _fold_account_name(rows: Rows, recorded: Recorded, data: AccountRenamed) -> None:
    # The name is an event of another stream: the account's row keeps its version.
    row = _evolved(rows, recorded, data.account_id)
    rows.accounts[data.account_id] = row._replace(position=max(row.position, recorded.position))
    _fold_name(rows, recorded, data)


def _fold_name(rows: Rows, recorded: Recorded, data: AccountRenamed | ClientRenamed) -> None:
    id_ = _named_id(data)
    key: tuple[Literal["account", "client"], str] = ("account" if isinstance(data, AccountRenamed) else "client", id_)
    text = text_of(recorded, "display_name")
    known = rows.names.get(key)
    version, position = recorded.version, recorded.position
    if known is not None:
        version, position = max(version, known.version), max(position, known.position)
    if known is None or known.stamp < recorded.stamp:
        rows.names[key] = NameRow(recorded.stamp, text, recorded.partition, version, position)
    else:
        rows.names[key] = known._replace(version=version, position=position)


# ---------------------------------------------------------------- clients, scores, subjects


def _nothing_to_load(_keys: Keys, _recorded: Recorded, _data: object) -> None:
    """Clients, scores and subjects merge where they are stored."""


def _fold_standing(rows: Rows, recorded: Recorded, data: ClientStandingChanged) -> None:
    _touch_client(rows, recorded, data.client_id, named=True, version=recorded.version)


def _touch_client(rows: Rows, recorded: Recorded, client_id: str, *, named: bool, version: int = 0) -> None:
    key = (client_id, recorded.partition)
    known = rows.clients.get(key, ClientRow())
    rows.clients[key] = ClientRow(
        known.named or named, max(known.version, version), max(known.position, recorded.position)
    )


def _fold_score(rows: Rows, recorded: Recorded, data: JobSuccessScoreRecomputed) -> None:
    known = rows.scores.get(data.account_id)
    if known is None or known.version < recorded.version:
        rows.scores[data.account_id] = ScoreRow(
            policy=data.policy,
            as_of=data.as_of,
            score=data.score,
            window_months=data.window_months,
            removed_count=data.removed_count,
            reason=data.reason,
            cause_position=data.cause.position,
            version=recorded.version,
            position=recorded.position,
        )


def _fold_erasure(rows: Rows, recorded: Recorded, data: SubjectErased) -> None:
    _touch_subject(rows, recorded, data.subject_id, erased=True)


def _fold_hold(rows: Rows, recorded: Recorded, data: SubjectHeld | SubjectHoldLifted) -> None:
    _touch_subject(rows, recorded, data.subject_id, erased=False)


def _touch_subject(rows: Rows, recorded: Recorded, subject_id: str, *, erased: bool) -> None:
    key = (subject_id, recorded.partition)
    known = rows.subjects.get(key, SubjectRow(erased=False, version=0, position=-1))
    rows.subjects[key] = SubjectRow(
        known.erased or erased, max(known.version, recorded.version), max(known.position, recorded.position)
    )


def blank_erased(rows: Rows) -> None:
    """Drop the ciphertexts of erased subjects from the rows in memory; stored rows not loaded are blanked on saving."""
    erased = rows.erased | {key for key, row in rows.subjects.items() if row.erased}
    if not erased:
        return
    for contract_key, row in rows.contracts.items():
        gone = frozenset(person for person in writers_of(row.contract) if (person, row.partition) in erased)
        rows.contracts[contract_key] = row._replace(contract=without_texts_of(row.contract, gone))
    for name_key, name in rows.names.items():
        if name.text is not None and (name_key[1], name.partition) in erased:
            rows.names[name_key] = name._replace(text=name.text.blanked)


def _nothing_to_fold(_rows: Rows, _recorded: Recorded, _data: object) -> None:
    """About no account, client or subject."""


CONTRACT: Final = Step(_contract_keys, _fold_contract)
DECISION: Final = Step(_contract_keys, _fold_decision)
ACCOUNT: Final = Step(_account_keys, _fold_account)
MEMBERSHIP: Final = Step(_membership_keys, _fold_membership)
ACCOUNT_NAME: Final = Step(_name_keys("account"), _fold_account_name)
CLIENT_NAME: Final = Step(_name_keys("client"), _fold_name)
STANDING: Final = Step(_nothing_to_load, _fold_standing)
SCORE: Final = Step(_nothing_to_load, _fold_score)
ERASURE: Final = Step(_nothing_to_load, _fold_erasure)
HOLD: Final = Step(_nothing_to_load, _fold_hold)
OF_NOBODY: Final = Step(_nothing_to_load, _nothing_to_fold)
