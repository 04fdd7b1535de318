"""How the ports are done: PostgreSQL rows, the log, opened ratings. Next: tables.py."""
