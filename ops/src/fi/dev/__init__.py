"""The sandbox: a whole system on one machine, for developers, tests and integrating teams.

Finds or starts PostgreSQL and Kafka, then runs every process of the system below one home folder.
Invariant: an instance writes below its home (and the shared cache) only, and ends only what it started.
Next: cli.py for the commands, supervisor.py for the processes, finder.py for where the backing services come from.
"""
