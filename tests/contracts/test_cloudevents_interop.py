"""Events of the CNCF's own SDK are read by our mapper, and ours by the SDK, in both modes."""

import json
from typing import Any

import pytest
from cloudevents.http import CloudEvent as SdkEvent
from cloudevents.kafka import KafkaMessage, from_binary, from_structured, to_binary, to_structured

from event_contracts import CloudEvent, read_kafka

ATTRIBUTES = {
    "id": "e-1",
    "source": "/marketplace/contracts",
    "type": "marketplace.contract.completed.v1",
    "time": "2026-03-04T09:30:00.5Z",
    "subject": "c-1",
    "datacontenttype": "application/json",
}
DATA: dict[str, Any] = {"contract_id": "c-1", "title": "Überraschung 🎉", "paid_periods": 0, "other": [1, None, True]}


def ours() -> CloudEvent:
    return CloudEvent(
        id="e-1",
        source="/marketplace/contracts",
        type="marketplace.contract.completed.v1",
        time="2026-03-04T09:30:00.5Z",
        subject="c-1",
        data=DATA,
        extensions={"correlationid": "x-1"},
    )


@pytest.mark.parametrize("write", [to_binary, to_structured])
def test_we_read_what_the_sdk_writes(write: Any) -> None:
    message = write(SdkEvent({**ATTRIBUTES, "correlationid": "x-1"}, DATA))
    read = read_kafka(message.value, list(message.headers.items()))
    assert read == ours()


def test_the_sdk_reads_what_we_write_in_binary_mode() -> None:
    record = ours().to_binary()
    read = from_binary(KafkaMessage(headers=dict(record.headers), key=record.key, value=record.value))
    assert read.get_data() == DATA
    assert {**ATTRIBUTES, "specversion": "1.0", "correlationid": "x-1"}.items() <= read.get_attributes().items()


def test_the_sdk_reads_what_we_write_in_structured_mode() -> None:
    record = ours().to_structured()
    read = from_structured(KafkaMessage(headers=dict(record.headers), key=record.key, value=record.value))
    attributes = {**ATTRIBUTES, "specversion": "1.0", "correlationid": "x-1"}
    attributes["datacontenttype"] = "application/cloudevents+json"  # the SDK takes it from the record's content-type
    assert read.get_data() == DATA
    assert attributes.items() <= read.get_attributes().items()


def test_we_read_data_that_the_sdk_encoded_as_base64() -> None:
    message = to_structured(SdkEvent(ATTRIBUTES, DATA), data_marshaller=lambda data: json.dumps(data).encode())
    assert isinstance(message.value, bytes)
    assert read_kafka(message.value, [("content-type", b"application/cloudevents+json")]).data == DATA
