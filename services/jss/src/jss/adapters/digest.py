"""One value for all that was folded, to compare two ways of folding the same facts.

Invariant: it does not depend on the order or the repetition of facts. Next: sql/digest_tables.sql for what is left out.
"""

from jss.adapters.tables import SQL
from servicekit.postgres import Connection


async def table_digest(connection: Connection) -> dict[str, tuple[int, str]]:
    """Rows and digest by table; a table without rows is not named."""
    rows = await connection.fetch(SQL["digest_tables"])
    return {row["what"]: (row["row_count"], row["digest"]) for row in rows}
