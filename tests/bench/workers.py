"""Several sweeps at once, each a process of its own, as several Celery workers are."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from physio.embedded.cluster import PROJECT
from physio.web.tenancy import tenant
from rehab.models import Flag
from tests.bench.caseload import Caseload
from tests.bench.measures import make_due
from tests.bench.timing import Line


def side_by_side_sweeps(
    caseload: Caseload, now: datetime, worker_url: str, counts: tuple[int, ...] = (1, 2, 4)
) -> Iterator[Line]:
    alone = 0.0
    for count in counts:
        make_due(caseload, now, caseload.size)
        taken, evaluated = _sweeps(worker_url, count)
        rate = caseload.size / taken
        alone = alone or rate
        note = f"{evaluated} evaluated of {caseload.size}, {_doubled(caseload)} flags doubled"
        yield Line(
            f"P12 sweep by {count} worker{'s' if count > 1 else ''}", rate, "cases", "one worker", alone,
            ">= 1.8" if count == 2 else "", note,
        )  # fmt: skip


def _sweeps(worker_url: str, count: int) -> tuple[float, int]:
    workers = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.bench.one_worker"], cwd=PROJECT, text=True,
            env={**os.environ, "DATABASE_URL": worker_url}, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )
        for _ in range(count)
    ]  # fmt: skip
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
    begun = time.perf_counter()
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    evaluated = sum(int(worker.stdout.readline()) for worker in workers if worker.stdout)
    taken = time.perf_counter() - begun
    for worker in workers:
        worker.communicate()
    return taken, evaluated


def _doubled(caseload: Caseload) -> int:
    found = 0
    for clinic_id in caseload.clinics:
        with transaction.atomic(), tenant(clinic_id=clinic_id, actor="bench"):
            keys = list(Flag.objects.open().values_list("case_id", "side", "kind"))
            found += len(keys) - len(set(keys))
    return found
