"""Tells somebody outside that all is well. When the word stays away, they raise the alarm without us."""

import logging
from datetime import datetime
from http.client import HTTPException
from threading import Thread
from urllib.request import urlopen

from django.conf import settings

from rehab.actions import heartbeats
from rehab.queries import health

log = logging.getLogger(__name__)

HEARTBEAT = "deadman"
SECONDS = 5.0


def ping(*, now: datetime) -> bool:
    """Ask the address of PLIMSOLL_DEADMAN_URL, unless a job lags behind. It is told nothing else."""
    if not settings.DEADMAN_URL or not all(check.is_well for check in health.checks(now=now)):
        return False
    said: list[str] = []
    asking = Thread(target=_ask, args=(settings.DEADMAN_URL, said), daemon=True)
    asking.start()
    asking.join(2 * SECONDS)  # one that answers a byte at a time never times out by itself
    answer = said[0] if said else "no end to its answer"
    if answer != "ok":
        log.warning("dead-man ping failed: %s", answer)
        return False
    heartbeats.beat(name=HEARTBEAT, now=now, detail={}, done=1)
    return True


def _ask(url: str, said: list[str]) -> None:
    try:
        with urlopen(url, timeout=SECONDS):  # noqa: S310 - settings.py takes http and https only
            said.append("ok")
    except (OSError, HTTPException) as error:
        said.append(type(error).__name__)
