"""Write log entries as JSON lines to stderr.

Owns the format, for our own loggers and those of the libraries. Knows nothing of what is logged.
Invariant: one line per entry; a library that repeats itself is heard now and then, with the count of what was left out.
Next: process.py, which configures it.
"""

import logging
import sys
import time
from typing import Any, Final

import orjson
import structlog
from structlog.typing import EventDict, Processor

# A broker outage makes aiokafka write 35-60 lines a second.
_REPEATING: Final = ("aiokafka", "faststream")
_QUIET_SECONDS: Final = 10.0
_TOO_CHATTY: Final = {
    "httpx": logging.WARNING,
    "httpcore": logging.WARNING,
    "aiokafka": logging.WARNING,
    "faststream": logging.ERROR,
}


class RepeatFilter(logging.Filter):
    """Lets one entry of each kind of the named loggers through per period; a kind is a logger and a message pattern."""

    def __init__(self, names: tuple[str, ...] = _REPEATING, *, seconds: float = _QUIET_SECONDS) -> None:
        """Take the names of the loggers, children included, and the period."""
        super().__init__()
        self._names = names
        self._seconds = seconds
        self._heard: dict[tuple[str, str], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether this entry is written; adds ``left_out`` when others were not."""
        if not record.name.startswith(self._names):
            return True
        kind, now = (record.name, str(record.msg)[:200]), time.monotonic()
        last, left_out = self._heard.get(kind, (float("-inf"), 0))
        if now - last < self._seconds:
            self._heard[kind] = (last, left_out + 1)
            return False
        if len(self._heard) > 1000:  # messages with the values already in them
            self._heard.clear()
        self._heard[kind] = (now, 0)
        if left_out:
            record.left_out = left_out
        return True


def configure(level: str = "INFO") -> None:
    """Send every logger of the process to stderr as JSON lines, from ``level`` on."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,  # loggers are module globals: they must follow a later configure()
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(RepeatFilter())
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder(allow=("left_out",))],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _json],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name, least in _TOO_CHATTY.items():
        logging.getLogger(name).setLevel(max(least, root.level))
    logging.captureWarnings(capture=True)


def _json(_logger: Any, _method: str, event: EventDict) -> str:
    return orjson.dumps(event, default=repr, option=orjson.OPT_NON_STR_KEYS).decode("utf-8", "replace")
