"""The process's Prometheus registry and the measures every service has.

Owns names, labels and buckets of the shared measures. Knows nothing of what a service counts beside them.
Invariant: one registry per process, made in wiring; no measure is registered at import.
Next: health.py, which shows it at ``/metrics``; http.py and consumer.py, which count.
"""

import contextlib
from collections.abc import Callable
from typing import Any, Final, TypeVar
from weakref import WeakKeyDictionary

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, PlatformCollector, ProcessCollector

SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_PARTITION: Final = ("group", "topic", "partition")


M = TypeVar("M")
_made: WeakKeyDictionary[CollectorRegistry, dict[type[Any], Any]] = WeakKeyDictionary()


def measures(kind: Callable[[CollectorRegistry], M], into: CollectorRegistry) -> M:
    """Return the measures of this kind in the registry: the same ones for all who ask, since a name registers once."""
    made: dict[Any, M] = _made.setdefault(into, {})
    if kind not in made:
        made[kind] = kind(into)
    return made[kind]


def registry() -> CollectorRegistry:
    """Return a new registry that already measures the process and the platform."""
    made = CollectorRegistry()
    ProcessCollector(registry=made)
    PlatformCollector(registry=made)
    return made


class HttpMetrics:
    """Requests by door, method and status, and how long they took."""

    def __init__(self, into: CollectorRegistry) -> None:
        """Register the measures."""
        self.seconds = Histogram(
            "fi_http_request_seconds",
            "Seconds from request to the end of the answer",
            ("door", "method", "status"),
            buckets=SECONDS,
            registry=into,
        )


class ConsumerMetrics:
    """What the consumers of Kafka records do, per group, topic and partition."""

    def forget(self, group: str, topic: str, partition: int) -> None:
        """Stop showing the lag of a partition that somebody else has now."""
        with contextlib.suppress(KeyError):
            self.lag.remove(group, topic, str(partition))

    def __init__(self, into: CollectorRegistry) -> None:
        """Register the measures."""
        self.records = Counter("fi_consumer_records", "Records applied", _PARTITION, registry=into)
        self.missing = Counter(
            "fi_consumer_records_missing",
            "Records gone from the topic before being read",
            _PARTITION,
            registry=into,
        )
        self.lag = Gauge("fi_consumer_lag_records", "Records not yet applied", _PARTITION, registry=into)
        self.seconds = Histogram(
            "fi_consumer_batch_seconds", "Seconds to apply a batch", ("group",), buckets=SECONDS, registry=into
        )
        self.size = Histogram(
            "fi_consumer_batch_records",
            "Records in a batch",
            ("group",),
            buckets=(1, 10, 50, 100, 250, 500, 1000, 2500, 5000),
            registry=into,
        )
        self.failures = Counter("fi_consumer_failures", "Batches that could not be applied", ("group",), registry=into)
        self.rebalances = Counter("fi_consumer_rebalances", "Assignments received", ("group",), registry=into)
        self.commit_errors = Counter("fi_consumer_commit_errors", "Offset commits refused", ("group",), registry=into)
        self.progress = Gauge(
            "fi_consumer_last_progress_timestamp_seconds", "When a batch was applied last", ("group",), registry=into
        )
