"""The rules and the sweep, each beside its floor, with row-level security on and the database durable."""

import cProfile
import io
import pstats
import resource
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from patients.models import Case
from physio.web.tenancy import tenant
from rehab.actions import sweep
from rehab.clinical.evaluate import evaluate
from rehab.queries import due
from rehab.queries.case_rows import read_rows
from rehab.queries.history import Told, load_many
from tests.bench.caseload import Caseload
from tests.bench.timing import Line, seconds, side_by_side
from tests.worker import working

DIARY = ("rehab_run", "rehab_painreport", "rehab_exercisesession")
FEW = 1000  # above so many cases a whole sweep is measured once


def told(caseload: Caseload, clinic_id: UUID, count: int) -> list[Told]:
    with transaction.atomic(), tenant(clinic_id=clinic_id, actor="bench"):
        return list(load_many(caseload.cases[clinic_id][:count]).values())


def pure(caseload: Caseload, now: datetime) -> Iterator[Line]:
    cases = told(caseload, caseload.clinics[0], 50)
    entries = sum(len(one.runs) + len(one.reports) + len(one.sessions) for one, _ in cases) // len(cases)
    taken = seconds(lambda: [evaluate(history, plan, now) for history, plan in cases])
    yield Line(
        "P1 evaluate(), whole history, one core", len(cases) / taken, "cases", note=f"{entries} entries each"
    )


def profile(caseload: Caseload, now: datetime, lines: int = 12) -> str:
    """Where evaluate() spends its time: the functions with the largest share of their own."""
    cases = told(caseload, caseload.clinics[0], 50)
    profiler = cProfile.Profile()
    profiler.enable()
    for history, plan in cases:
        evaluate(history, plan, now)
    profiler.disable()
    out = io.StringIO()
    stats = pstats.Stats(profiler, stream=out).sort_stats("tottime")
    total = stats.total_tt  # type: ignore[attr-defined]  # typeshed does not know it
    rows = sorted(stats.stats.items(), key=lambda one: -one[1][2])[:lines]  # type: ignore[attr-defined]
    return "\n".join(
        f"  {own / total:5.1%}  {name}  {'/'.join(file.split('/')[-3:])}:{line}"
        for (file, line, name), (_, _, own, _, _) in rows
    )


def make_due(caseload: Caseload, now: datetime, count: int) -> None:
    """So many of the whole caseload, as evenly from each clinic as can be."""
    for clinic_id, wanted in _shares(caseload, count):
        with transaction.atomic(), tenant(clinic_id=clinic_id, actor="bench"):
            Case.objects.filter(id__in=wanted).update(evaluation_due_at=now)


def _shares(caseload: Caseload, count: int) -> Iterator[tuple[UUID, list[UUID]]]:
    each, more = divmod(count, len(caseload.clinics))
    for place, clinic_id in enumerate(caseload.clinics):
        yield clinic_id, caseload.cases[clinic_id][: each + (place < more)]


def settle(caseload: Caseload, now: datetime) -> None:
    """For parts that do not measure the whole sweep: the first clinic is evaluated, nothing else is due."""
    for clinic_id in caseload.clinics[1:]:
        with transaction.atomic(), tenant(clinic_id=clinic_id, actor="bench"):
            Case.objects.update(evaluation_due_at=None)
    with working():
        sweep.sweep(now=now)


def full_sweep(caseload: Caseload, now: datetime) -> Iterator[Line]:
    """Every case due: the whole way from rows to flags, beside reading the same rows out."""
    count = caseload.size
    with working():
        sweep.sweep(now=now)  # the first time raises the flags; measured is the steady state
        ours, floor = side_by_side(
            lambda: sweep.sweep(now=now),
            lambda: _copy_out(caseload),
            before=lambda: make_due(caseload, now, count),
            times=5 if count <= FEW else 1,
        )
        beside = "COPY out of the same diary rows"
        memory = f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB at most"
        yield Line(
            "P2 sweep, every case due", count / ours, "cases", beside, count / floor, ">= 0.25", memory
        )
        read = seconds(lambda: _read(caseload), times=5 if count <= FEW else 1)
        yield Line("P2 of it: reading whole cases", count / read, "cases", beside, count / floor)


def due_sweep(caseload: Caseload, now: datetime, count: int) -> Iterator[Line]:
    """The same number due in every caseload; and a tick with nothing due."""
    with working():
        taken, floor = side_by_side(
            lambda: sweep.sweep(now=now),
            lambda: _copy_out(caseload, count),
            before=lambda: make_due(caseload, now, count),
        )
        memory = f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB at most"
        yield Line(
            f"P3 sweep, {count} due", count / taken, "cases", "COPY out of their diary rows", count / floor,
            "flat", memory,
        )  # fmt: skip
        ours, floor = side_by_side(
            lambda: due.cases(now=now - timedelta(days=999), wanted=sweep.AT_ONCE), _select_one, times=50
        )
        yield Line("P4 looking when nothing is due", 1 / ours, "looks", "SELECT 1", 1 / floor, ">= 0.33")


def _read(caseload: Caseload) -> None:
    for clinic_id in caseload.clinics:
        cases = caseload.cases[clinic_id]
        for start in range(0, len(cases), sweep.BATCH):
            with transaction.atomic(), tenant(clinic_id=clinic_id, actor="bench"):
                for _ in read_rows(cases[start : start + sweep.BATCH]):
                    pass


def _copy_out(caseload: Caseload, count: int | None = None) -> None:
    """All diary rows, or those of the `count` cases that `make_due` takes."""
    for clinic_id, wanted in _shares(caseload, caseload.size if count is None else count):
        with transaction.atomic(), tenant(clinic_id=clinic_id, actor="bench"), connection.cursor() as cursor:
            for table in DIARY:
                of = "" if count is None else " WHERE case_id = ANY(%s)"
                statement = f"COPY (SELECT * FROM {table}{of}) TO STDOUT (FORMAT BINARY)"  # noqa: S608  our own names
                with cursor.cursor.copy(statement, [wanted] if of else None) as rows:
                    for _ in rows:
                        pass


def _select_one() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchall()
