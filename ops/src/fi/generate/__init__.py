"""`fi generate`: a realistic set of marketplace events, the same for the same seed.

Next: cli.py for the command, stream.py for how facts come together, phrases.json for what people write.
"""

from fi.generate.cli import generate

__all__ = ["generate"]
