"""Primary keys made in the app: UUID version 7, ordered by time of making (RFC 9562, section 5.7)."""

import os
import threading
import time
import uuid

_lock = threading.Lock()
_last = 0


def uuid7() -> uuid.UUID:
    """Rising within this process, also inside one millisecond: twelve bits hold its fraction."""
    global _last
    fraction = time.time_ns() * 4096 // 1_000_000
    with _lock:
        _last = max(fraction, _last + 1)
        stamp = _last
    milliseconds, below = stamp >> 12, stamp & 0xFFF
    tail = int.from_bytes(os.urandom(8), "big") & 0x3FFF_FFFF_FFFF_FFFF
    return uuid.UUID(int=milliseconds << 80 | 0x7 << 76 | below << 64 | 0b10 << 62 | tail)
