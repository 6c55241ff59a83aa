"""`make faults` tries several times as much."""

import os

TIMES = int(os.environ.get("PLIMSOLL_FAULTS", "1"))
