"""Which Kafka partition an event of the log goes to (architecture §5)."""

from aiokafka.partitioner import murmur2

_BROADCAST = ("client/", "subject/")


def key_of(stream: str) -> str:
    """The id in the stream's name; `scoring-days` for that stream."""
    return stream.partition("/")[2] or stream


def is_broadcast(stream: str) -> bool:
    """Published once in every partition, so that each holds all that its accounts' scores depend on."""
    return stream.startswith(_BROADCAST) or stream == "scoring-days"


def partition_of(key: str, partitions: int) -> int:
    """Kafka's own default partitioning of a keyed record."""
    return int(murmur2(key.encode()) & 0x7FFFFFFF) % partitions


def partitions_of(stream: str, partitions: int) -> range:
    """Every partition that carries the events of a stream."""
    if is_broadcast(stream):
        return range(partitions)
    own = partition_of(key_of(stream), partitions)
    return range(own, own + 1)
