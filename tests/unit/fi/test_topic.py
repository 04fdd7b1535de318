"""The settings of the topics."""

from event_contracts import TOPIC_OF
from fi.topic import DEAD_LETTERS, EVENTS, MARKETPLACE, TOPICS

DAYS = {name: int(settings.retention_ms) / 86_400_000 for name, settings in TOPICS.items()}


def test_the_topic_of_the_log_keeps_everything_uncompacted() -> None:
    configs = TOPICS[EVENTS].as_configs()
    assert configs["retention.ms"] == "-1"
    assert configs["retention.bytes"] == "-1"
    assert configs["cleanup.policy"] == "delete"
    assert configs["max.message.bytes"] == "1048576"


def test_what_the_marketplace_publishes_is_kept_for_a_week_and_dead_letters_for_a_month() -> None:
    assert {DAYS[name] for name in MARKETPLACE} == {7}
    assert DAYS[DEAD_LETTERS] == 30


def test_every_topic_that_producers_are_told_of_is_made() -> None:
    assert set(TOPIC_OF.values()) == set(MARKETPLACE)


def test_a_value_of_one_mebibyte_reaches_us_and_fits_into_a_dead_letter() -> None:
    assert all(TOPICS[name].max_message_bytes > 1024 * 1024 for name in MARKETPLACE)
    assert TOPICS[DEAD_LETTERS].max_message_bytes > max(TOPICS[name].max_message_bytes for name in MARKETPLACE)
