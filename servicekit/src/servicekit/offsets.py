"""Ask Kafka where its partitions begin and end.

Owns a client of its own, because a consumer's answers queue behind its long polls. Knows no group.
Invariant: never waits longer than it was told to; a failed client is thrown away and made anew.
Next: watchdog.py and consumer.py, which compare with what was read.
"""

import asyncio
from collections.abc import Collection
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from servicekit.kafka import KafkaConnection


class Offsets:
    """The log start and the log end of partitions, as a reader of committed records sees them."""

    def __init__(self, kafka: KafkaConnection, *, client_id: str, seconds: float = 5.0) -> None:
        """Take where to ask and how long an answer may take. Nothing is opened yet."""
        self._kafka = kafka
        self._client_id = client_id
        self._seconds = seconds
        self._client: Any = None
        self._one_at_a_time = asyncio.Lock()

    async def ends(self, partitions: Collection[TopicPartition]) -> dict[TopicPartition, int]:
        """Return the offset after the last record of each. Raises TimeoutError or a Kafka error."""
        ends: dict[TopicPartition, int] = await self._ask("end_offsets", list(partitions)) if partitions else {}
        return ends

    async def begins(self, partitions: Collection[TopicPartition]) -> dict[TopicPartition, int]:
        """Return the offset of the oldest record of each. Raises TimeoutError or a Kafka error."""
        begins: dict[TopicPartition, int] = await self._ask("beginning_offsets", list(partitions)) if partitions else {}
        return begins

    async def topics(self) -> set[str]:
        """Return the names of all topics. Raises TimeoutError or a Kafka error."""
        names: set[str] = await self._ask("topics")
        return names

    async def _ask(self, what: str, *arguments: Any) -> Any:
        async with self._one_at_a_time:
            try:
                async with asyncio.timeout(self._seconds):
                    client = await self._started()
                    return await getattr(client, what)(*arguments)
            except BaseException:
                await self.close()
                raise

    async def _started(self) -> Any:
        if self._client is None:
            self._client = AIOKafkaConsumer(
                **self._kafka.client_options(), client_id=self._client_id, isolation_level="read_committed"
            )
            await self._client.start()
        return self._client

    async def close(self) -> None:
        """Close the client. Never raises, never takes longer than an answer may."""
        client, self._client = self._client, None
        if client is not None:
            # In a task of its own: with the broker down aiokafka's stop() ends in a CancelledError that is not ours.
            done, _ = await asyncio.wait({asyncio.ensure_future(client.stop())}, timeout=self._seconds)
            for stopped in done:
                if not stopped.cancelled():
                    stopped.exception()  # of no interest: the client is thrown away
