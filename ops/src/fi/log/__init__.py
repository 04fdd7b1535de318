"""`fi log`: look at the log, straight from the database.

Next: cli.py for the commands, selection.py for what is read, sentence.py for how an event reads.
"""

from fi.log.cli import app

__all__ = ["app"]
