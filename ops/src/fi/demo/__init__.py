"""`fi demo`: the whole journey on a running system, told as it goes and checked against the domain rules.

Next: journey.py for what happens, story.py for the people in it, cli.py for the command.
"""

from fi.demo.cli import demo

__all__ = ["demo"]
