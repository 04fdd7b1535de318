from typing import Any

from aiokafka import ConsumerRecord, TopicPartition
from faststream.kafka.message import KafkaAckableMessage
from faststream.kafka.parser import AioKafkaBatchParser

from servicekit.record import Batch, counts, first_offsets, next_offsets, safe_parser


def a_record(partition: int, offset: int, headers: Any = ()) -> "ConsumerRecord[bytes | None, bytes | None]":
    return ConsumerRecord("t", partition, offset, 0, 0, None, b"{}", None, 0, 2, headers)


RECORDS: Batch = (a_record(0, 7), a_record(0, 8), a_record(2, 3))


async def test_headers_the_framework_would_choke_on_arrive_untouched() -> None:
    records: Batch = (
        a_record(0, 1, (("ce_id", b"1"), ("broken", b"\xff\xfe"))),
        a_record(0, 2, (("missing", None),)),
    )
    framework = AioKafkaBatchParser(msg_class=KafkaAckableMessage, regex=None)
    message = await safe_parser(records, framework.parse_batch)  # type: ignore[arg-type]
    assert message.raw_message is records


def test_the_next_offset_is_after_the_last_record_of_each_partition() -> None:
    assert next_offsets(RECORDS) == {TopicPartition("t", 0): 9, TopicPartition("t", 2): 4}
    assert first_offsets(RECORDS) == {TopicPartition("t", 0): 7, TopicPartition("t", 2): 3}
    assert counts(RECORDS) == {TopicPartition("t", 0): 2, TopicPartition("t", 2): 1}
