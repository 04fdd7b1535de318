"""Whom contract ids belong to: one unique row each, made in the transaction of the fact that names the contract first.

Invariant: a binding is never changed. Two writers that bind one contract at once meet on its row; the second reads
back what the first bound, and judges its batch again when that contradicts it.
Next: domain/admission.py for what is judged.
"""

from collections.abc import Iterable, Mapping

from removal.application.ports import BindingLostError
from removal.domain.admission import Binding
from servicekit.postgres import Connection
from servicekit.sqlfile import statements

_SQL = statements(__package__)


class ContractBindings:
    """The table removal.contract_bindings."""

    async def of(self, connection: Connection, contract_ids: Iterable[str]) -> dict[str, Binding]:
        """The bindings of those of these contracts that have one."""
        wanted = sorted(set(contract_ids))
        if not wanted:
            return {}
        rows = await connection.fetch(_SQL["find_bindings"], wanted)
        return {row["contract_id"]: Binding(row["account_id"], row["client_id"]) for row in rows}

    async def bind(self, connection: Connection, wanted: Mapping[str, Binding]) -> None:
        """Bind these contracts. Raises BindingLostError when somebody else has just bound one of them otherwise."""
        if not wanted:
            return
        contract_ids = sorted(wanted)
        await connection.execute(
            _SQL["bind_contracts"],
            contract_ids,
            [wanted[contract_id].account_id for contract_id in contract_ids],
            [wanted[contract_id].client_id for contract_id in contract_ids],
        )
        bound = await self.of(connection, contract_ids)
        if lost := [contract_id for contract_id in contract_ids if bound[contract_id] != wanted[contract_id]]:
            raise BindingLostError(f"{len(lost)} contracts were bound otherwise meanwhile")
