"""The views' clock, held still: they read `timezone.now()` and nothing else."""

from datetime import datetime

import pytest


def hold(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr("rehab.views.portal.own.timezone.now", lambda: moment)
