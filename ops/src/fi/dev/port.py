"""TCP ports on the loopback interface.

Invariant: a free port is taken from below the kernel's ephemeral range. A server's port inside that range can be
taken by any outgoing connection while the server restarts, its own clients' reconnects included.
"""

import random
import socket
from collections.abc import Iterable, Mapping

from fi.error import RefusedError

LOOPBACK = "127.0.0.1"
FREE_PORTS = range(12000, 32000)


def is_free(port: int) -> bool:
    """Whether a server could listen on this loopback port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def free_ports(count: int) -> list[int]:
    """`count` different free ports, chosen at random so that instances started together rarely meet."""
    found: list[int] = []
    candidates = list(FREE_PORTS)
    random.shuffle(candidates)
    for port in candidates:
        if is_free(port):
            found.append(port)
        if len(found) == count:
            return found
    raise RefusedError(f"fewer than {count} free ports between {FREE_PORTS.start} and {FREE_PORTS.stop}")


def ports_for(names: Iterable[str], *, base: int, remembered: Mapping[str, int]) -> dict[str, int]:
    """A port per name: `base` + 1, + 2, … in order; with base 0 the remembered ones where free, else any free ones.

    Raises RefusedError naming a fixed port that something else listens on.
    """
    wanted = list(names)
    if base:
        fixed = {name: base + step for step, name in enumerate(wanted, start=1)}
        if taken := [f"{port} ({name})" for name, port in fixed.items() if not is_free(port)]:
            raise RefusedError(f"ports in use: {', '.join(taken)}; choose another --port-base, or 0 for free ports")
        return fixed
    kept = {name: remembered[name] for name in wanted if name in remembered and is_free(remembered[name])}
    missing = [name for name in wanted if name not in kept]
    fresh = [port for port in free_ports(len(missing) + len(kept)) if port not in kept.values()]
    return kept | dict(zip(missing, fresh, strict=False))
