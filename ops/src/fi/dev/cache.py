"""What instances share: downloaded jars and archives made from them, outside every checkout.

Invariant: an entry is made in a folder of its own and renamed into place, so a reader never sees half of one;
two makers wait for each other.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path


def cache_dir() -> Path:
    """`FI_CACHE_DIR`, else `feedback-integrity` in the user's cache folder."""
    if own := os.environ.get("FI_CACHE_DIR"):
        return Path(own).expanduser().resolve()
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "feedback-integrity"


def cached(name: str, make: Callable[[Path], None]) -> Path:
    """The cache entry `name`, a folder; `make` fills it when it is not there yet."""
    root = cache_dir()
    entry = root / name
    if entry.exists():
        return entry
    root.mkdir(parents=True, exist_ok=True)
    with (root / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not entry.exists():
            fresh = Path(tempfile.mkdtemp(prefix=f"{name}.", dir=root))
            try:
                make(fresh)
                fresh.chmod(0o755)
                fresh.rename(entry)
            finally:
                shutil.rmtree(fresh, ignore_errors=True)
    return entry
