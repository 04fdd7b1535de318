"""Where tables are printed: as wide as the terminal, and 100 columns where there is none."""

import sys

from rich.console import Console

COLUMNS = 100

page = Console(highlight=False, width=None if sys.stdout.isatty() else COLUMNS)
