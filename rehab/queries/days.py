"""A history looked at day by day, for small pictures: morning pain, and whether the sets were done.

A day without an answer is None, never zero.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import TypeVar

from assessments.clinical.sides import Side
from rehab.charts import DaySets
from rehab.clinical.history import Entry, Half, History, Plan, ReportKind, TendonPlan

E = TypeVar("E", bound=Entry)
_CODES = {True: "1", False: "0", None: "-"}
_SETS = {code: done for done, code in _CODES.items()}


def last_days(last: date, count: int) -> tuple[date, ...]:
    """`count` days that follow each other; `last` is the newest and stands last."""
    return tuple(last - timedelta(days=back) for back in range(count - 1, -1, -1))


def standing(entries: Iterable[E]) -> list[E]:
    """What stands now: neither superseded nor withdrawn."""
    told = list(entries)
    replaced = {entry.supersedes for entry in told}
    return [entry for entry in told if entry.id not in replaced and not entry.voided]


def morning_pain(history: History, plan: Plan, days: Sequence[date]) -> tuple[int | None, ...]:
    """The worse side's morning pain on each day (0-10)."""
    worst: dict[date, int] = {}
    first = min(days)
    for report in standing(history.reports):
        if report.kind is ReportKind.MORNING and report.local_date >= first:
            said = [pain for side, pain in report.pain.items() if pain is not None and side in plan.sides]
            if said:
                worst[report.local_date] = max(*said, worst.get(report.local_date, 0))
    return tuple(worst.get(day) for day in days)


def day_sets(history: History, plan: Plan, days: Iterable[date], today: date) -> tuple[DaySets, ...]:
    """Done only when every tendon that was due was done; what today may still bring is not asked for yet."""
    done = {(one.local_date, one.side, one.half) for one in standing(history.sessions)}
    return tuple(
        DaySets(*(_together(plan, day, half, done, may_come=day >= today) for half in Half)) for day in days
    )


def _together(
    plan: Plan, day: date, half: Half, done: set[tuple[date, Side, Half]], *, may_come: bool
) -> bool | None:
    """Every tendon's answer in one: a tendon left out makes the whole half not done."""
    answers = [_one_tendon(one, day, half, done) for one in plan.tendon_plans if _in_force(one, day)]
    if False in answers:
        return None if may_come else False
    return True if True in answers else None


def _in_force(one: TendonPlan, day: date) -> bool:
    return one.starts_on <= day and (one.ends_on is None or day < one.ends_on)


def _one_tendon(one: TendonPlan, day: date, half: Half, done: set[tuple[date, Side, Half]]) -> bool | None:
    """None: not asked for. One session a day counts in the morning square whenever it was done."""
    if one.sessions_per_day == 1:
        did = half is Half.AM and any((day, one.side, any_half) in done for any_half in Half)
    else:
        did = (day, one.side, half) in done
    asked = one.days_per_week == 7 and (half is Half.AM or one.sessions_per_day > 1)
    return True if did else False if asked else None


def encode_sets(days: Iterable[DaySets]) -> str:
    """Two characters a day, oldest first, morning then evening: 1 done, 0 not done, - not asked for."""
    return "".join(_CODES[day.am] + _CODES[day.pm] for day in days)


def decode_sets(code: str) -> tuple[DaySets, ...]:
    return tuple(DaySets(_SETS[am], _SETS[pm]) for am, pm in zip(code[::2], code[1::2], strict=True))
