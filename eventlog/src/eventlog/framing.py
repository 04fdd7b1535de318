"""Frame byte strings so that no two different sequences of them look alike.

framed = 4-byte big-endian length ‖ bytes (audit-log, Sealed parts).
Used by commitments, encryption, event-id hashes and key wrapping.
"""


def framed(*parts: bytes) -> bytes:
    """Each part behind its length, one after the other."""
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)
