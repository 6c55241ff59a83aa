"""Tells somebody outside that all is well. When the word stays away, they raise the alarm without us."""

import logging
from datetime import datetime
from urllib.error import URLError
from urllib.request import urlopen

from django.conf import settings

from rehab.actions import heartbeats
from rehab.queries import health

log = logging.getLogger(__name__)

HEARTBEAT = "deadman"
SECONDS = 5


def ping(*, now: datetime) -> bool:
    """Ask the address of PLIMSOLL_DEADMAN_URL, unless a job lags behind. It is told nothing else."""
    if not settings.DEADMAN_URL or not all(check.is_well for check in health.checks(now=now)):
        return False
    try:
        with urlopen(settings.DEADMAN_URL, timeout=SECONDS):  # noqa: S310 - settings.py takes http and https only
            pass
    except (URLError, OSError) as error:
        log.warning("dead-man ping failed: %s", type(error).__name__)
        return False
    heartbeats.beat(name=HEARTBEAT, now=now, detail={}, done=1)
    return True
