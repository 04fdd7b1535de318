"""Ask jss what the score would be without a contract (architecture §1.9).

Knows no rule of the score. Invariant: no database connection is held while it waits, and no failure over there stops
anybody here: without an answer in time the effect must simply be acknowledged.
"""

import asyncio
from typing import Final

import httpx
import structlog
from pydantic import ValidationError

from event_contracts import ScorePreview

SECONDS: Final = 2.0
_log = structlog.get_logger(__name__)


class ScoreService:
    """jss over HTTP, with the caller's own token."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        """`client`: its base URL is FI_JSS_URL."""
        self._client = client

    async def without(self, account_id: str, contract_id: str, *, token: str) -> ScorePreview | None:
        """The preview, or None when jss has none or gives none within two seconds."""
        try:
            async with asyncio.timeout(SECONDS):
                answer = await self._client.get(
                    f"/v1/accounts/{account_id}/score/preview",
                    params={"without_contract": contract_id},
                    headers={"Authorization": f"Bearer {token}"},
                )
            if answer.status_code != httpx.codes.OK:
                _log.info("no preview", status=answer.status_code)
                return None
            return ScorePreview.model_validate_json(answer.content)
        except (httpx.HTTPError, TimeoutError, ValidationError) as failure:
            _log.warning("no preview to be had", error=type(failure).__name__)
            return None
