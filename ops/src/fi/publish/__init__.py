"""`fi publish`: marketplace events from a file into Kafka, and what became of them.

Next: cli.py for the command, line.py for the file's format, outcome.py for the counting.
"""

from fi.publish.cli import publish

__all__ = ["publish"]
