"""`fi log`: look at the log, straight from the database.

Next: cli.py for the commands, selection.py for what is read, gist.py for what is said of an event.
"""

from fi.log.cli import app

__all__ = ["app"]
