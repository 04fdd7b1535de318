"""How a command fails, and the exit code that says so (0 done, 1 found a difference or failed, 2 usage, 3 refused)."""


class CommandError(Exception):
    """The command could not do what it was asked; the message says why and what to do. Exit code 1."""

    exit_code = 1


class UsageError(CommandError):
    """The command was called wrongly, in a way that its signature cannot say. Exit code 2."""

    exit_code = 2


class RefusedError(CommandError):
    """The command is able to but will not (already running, clock backwards, port taken). Exit code 3."""

    exit_code = 3
