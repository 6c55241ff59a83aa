"""The dose of a stored plan or template, as the rules know it."""

from typing import Any

from rehab.clinical.history import Knee
from rehab.clinical.protocols import Dose


def dose_of(row: Any) -> Dose:
    """Of a row with the columns of a dose; the database does not hold that a plan starts with fewer sets."""
    return Dose(
        sets=row.sets,
        reps=row.reps,
        sessions_per_day=row.sessions_per_day,
        days_per_week=row.days_per_week,
        knees=tuple(map(Knee, row.knees)),
        tempo_low_s=row.tempo_low_s,
        tempo_high_s=row.tempo_high_s,
        start_sets=min(row.start_sets, row.sets),
        load_kg=None if row.load_kg is None else float(row.load_kg),
    )
