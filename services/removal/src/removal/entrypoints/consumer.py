"""Marketplace topics → intake. Translates nothing: records go on as they are."""

from typing import Final

from event_contracts import TOPIC_OF
from removal.application.intake import Intake
from servicekit.consumer import BatchConsumer
from servicekit.health import Health
from servicekit.kafka import KafkaConnection
from servicekit.places import Places
from servicekit.postgres import Pool

GROUP: Final = "removal-intake"
TOPICS: Final = tuple(sorted(set(TOPIC_OF.values())))
_MOST_RECORDS: Final = 1000


def intake_consumer(
    *, kafka: KafkaConnection, pool: Pool, places: Places, intake: Intake, health: Health
) -> BatchConsumer:
    """One member of the group that takes the marketplace's facts in."""
    return BatchConsumer(
        kafka=kafka,
        topics=TOPICS,
        places=places,
        pool=pool,
        apply=intake.apply,
        health=health,
        max_records=_MOST_RECORDS,
    )
