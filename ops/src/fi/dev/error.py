"""What can go wrong with a sandbox, and the exit code that says so."""


class SandboxError(Exception):
    """Something the sandbox needs did not work; the message says what and where to look. Exit code 1."""

    exit_code = 1


class RefusedError(SandboxError):
    """The sandbox is well but will not do this (already running, clock backwards, port taken). Exit code 3."""

    exit_code = 3
