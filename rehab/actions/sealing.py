"""The job that seals the logs. It beats only when the anchors stand outside the database too."""

from datetime import datetime

from patients.actions import audit
from rehab.actions import heartbeats

HEARTBEAT = "seal"


def seal(*, now: datetime) -> int:
    sealed = audit.seal(now=now)
    heartbeats.beat(name=HEARTBEAT, now=now, detail={"sealed": sealed}, done=sealed)
    return sealed
