"""What a clinic's new plans start from, and what it was before."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from patients.models import Membership
from rehab.clinical.thresholds import REHAB_THRESHOLDS
from rehab.models import ClinicDefaults, Plan

SHOWN = 20
SAYS = {threshold.code: (threshold.says, threshold.unit) for threshold in REHAB_THRESHOLDS}


@dataclass(frozen=True)
class Version:
    at: datetime
    who: str
    lines: tuple[str, ...]  # none: the rules' own


def in_force() -> dict[str, dict[str, Any]]:
    """As in a plan: code -> {value, reason, author, at}; empty while the rules' own hold."""
    newest = ClinicDefaults.objects.order_by("-at", "-id").first()
    return dict(newest.thresholds) if newest else {}


def standing(plans: Iterable[Plan]) -> dict[str, dict[str, Any]]:
    """What each leg's newest plan changed; the plan that started later is believed, as in the evaluation."""
    in_order = sorted(plans, key=lambda plan: (plan.starts_on, plan.version))
    return {code: change for plan in in_order for code, change in plan.thresholds.items()}


def authors(*thresholds: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Membership id -> name, of whoever changed one of these."""
    ids = {str(change["author"]) for one in thresholds for change in one.values() if "author" in change}
    if not ids:
        return {}
    named = Membership.objects.filter(pk__in=ids).order_by("id").values_list("pk", "display_name")
    return {str(pk): name for pk, name in named}


def history() -> tuple[Version, ...]:
    """Newest first."""
    rows = ClinicDefaults.objects.select_related("by").order_by("-at", "-id")[:SHOWN]
    return tuple(Version(row.at, row.by.display_name, tuple(_lines(row.thresholds))) for row in rows)


def _lines(thresholds: dict[str, dict[str, Any]]) -> list[str]:
    return [
        f"{SAYS[code][0].rstrip('.')}: {change['value']} {SAYS[code][1]}. {change['reason']}"
        for code, change in thresholds.items()
        if code in SAYS
    ]
