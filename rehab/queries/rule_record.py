"""How the rules have done at this clinic: what each raised, what came of it, and what it cost by hand.

Two queries. A flag counts where it was raised. "By hand" is a flag that somebody acknowledged, snoozed or
resolved; "acknowledged only" one of which nothing else ever came: a rule with many of those asks for less.
The rate leaves out stages offered to be opened: each is a decision that only a physio may make.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, DurationField, ExpressionWrapper, F, Q, Sum, Value
from django.db.models.functions import Coalesce, Greatest, Least

from patients.models import Case
from rehab.clinical.evaluation import FindingKind
from rehab.models import Flag, FlagState
from rehab.queries.flag_words import SHAPES, word

PERIODS = (28, 91, 365)  # days
FEW = 5  # below this a share says nothing, so the counts are shown instead
GOAL = 0.05  # flags worked by hand a patient-day

SEEN = Q(acknowledged_at__gte=F("opened_at"))  # one carried over from before was not worked again
BY_HAND = SEEN | Q(snoozed_by__isnull=False) | Q(resolved_by__isnull=False)
OFFERS = frozenset({FindingKind.READY_TO_PROGRESS.value, FindingKind.OFFER_MAINTENANCE.value})
ACKNOWLEDGED_ONLY = SEEN & Q(snoozed_by__isnull=True, resolved_by__isnull=True)


@dataclass(frozen=True)
class RuleLine:
    """`precision`: the share of judged flags that were useful, as shown; "" when nobody judged one."""

    kind: str
    word: str
    shape: str
    raised: int
    by_hand: int
    acknowledged_only: str
    cleared: int
    waiting: int
    judged: int
    precision: str


@dataclass(frozen=True)
class Period:
    days: int
    label: str
    current: bool


@dataclass(frozen=True)
class RuleRecord:
    """`rate` None: no patient-days yet."""

    periods: tuple[Period, ...]
    rules: tuple[RuleLine, ...]
    raised: int
    by_hand: int
    patient_days: int
    rate: str
    is_over_goal: bool
    goal: str


def load(*, days: int, now: datetime) -> RuleRecord:
    """Of the last `days`; another number than those offered means the first."""
    days = days if days in PERIODS else PERIODS[0]
    since = now - timedelta(days=days)
    counted: list[Any] = list(
        Flag.objects.filter(opened_at__gte=since, opened_at__lte=now)
        .order_by()
        .values("kind", "severity")
        .annotate(
            raised=Count("id"),
            by_hand=Count("id", filter=BY_HAND),
            only=Count("id", filter=ACKNOWLEDGED_ONLY),
            cleared=Count("id", filter=Q(state=FlagState.RESOLVED, resolved_by__isnull=True)),
            waiting=Count("id", filter=Q(state=FlagState.OPEN)),
            judged_useful=Count("id", filter=Q(useful=True)),
            judged_useless=Count("id", filter=Q(useful=False)),
        )
    )
    patient_days = _patient_days(since, now)
    by_hand = sum(one["by_hand"] for one in counted if one["kind"] not in OFFERS)
    rate = by_hand / patient_days if patient_days >= 1 else None
    return RuleRecord(
        periods=tuple(Period(each, _period_words(each), each == days) for each in PERIODS),
        rules=tuple(_lines(counted)),
        raised=sum(one["raised"] for one in counted),
        by_hand=by_hand,
        patient_days=round(patient_days),
        rate="–" if rate is None else f"{rate:.3f}",
        is_over_goal=rate is not None and rate > GOAL,
        goal=f"{GOAL:.2f}",
    )


def _patient_days(since: datetime, now: datetime) -> float:
    """Days that cases were open within the period."""
    ends = Least(Coalesce("closed_at", Value(now)), Value(now))
    open_for = ExpressionWrapper(ends - Greatest("opened_at", Value(since)), output_field=DurationField())
    within = Case.objects.filter(opened_at__lt=now).filter(Q(closed_at__isnull=True) | Q(closed_at__gt=since))
    total: timedelta | None = within.order_by().aggregate(total=Sum(open_for))["total"]
    return total / timedelta(days=1) if total else 0.0


def _lines(counted: list[dict[str, Any]]) -> list[RuleLine]:
    kinds: dict[str, dict[str, Any]] = {}
    for one in sorted(counted, key=lambda one: -one["raised"]):  # its usual severity, where it had several
        kept = kinds.setdefault(one["kind"], {"severity": one["severity"]})
        for name, value in one.items():
            if isinstance(value, int):
                kept[name] = kept.get(name, 0) + value
    ordered = sorted(kinds.items(), key=lambda pair: (-pair[1]["by_hand"], -pair[1]["raised"], pair[0]))
    return [_line(kind, one) for kind, one in ordered]


def _line(kind: str, one: dict[str, Any]) -> RuleLine:
    judged = one["judged_useful"] + one["judged_useless"]
    return RuleLine(
        kind=kind,
        word=word(kind),
        shape=SHAPES[one["severity"]],
        raised=one["raised"],
        by_hand=one["by_hand"],
        acknowledged_only=_share(one["only"], one["by_hand"]),
        cleared=one["cleared"],
        waiting=one["waiting"],
        judged=judged,
        precision=_share(one["judged_useful"], judged),
    )


def _share(part: int, whole: int) -> str:
    if not whole:
        return ""
    return f"{part} of {whole}" if whole < FEW else f"{part / whole:.0%}".replace("%", " %")


def _period_words(days: int) -> str:
    return {28: "4 weeks", 91: "3 months", 365: "a year"}[days]
